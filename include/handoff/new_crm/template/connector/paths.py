"""Every path of Example CRM's API."""

from __future__ import annotations

from urllib.parse import quote

API_VERSION = "v1"
ROOT = "/example_crm/v1"


def list_path(name: str) -> str:
    """The path of a list of records."""
    return f"{ROOT}/{name}"


def record_path(name: str, id_: str) -> str:
    """The path of one record."""
    return f"{ROOT}/{name}/{quote(id_, safe='')}"


def fields_path(name: str) -> str:
    """The path of the fields that an object has."""
    return f"{ROOT}/fields/{name}"


ACCOUNT_PATH = f"{ROOT}/account"
