"""What a cursor of each reader looks like, so that one that is damaged is not gone on from."""

from __future__ import annotations

from typing import Any

from handoff.crm.hubspot.objects import Reader
from handoff.crm.protocol import Mode

_LISTS = ("list", "archived", "done")


def is_sound(reader: Reader, mode: Mode, cursor: dict[str, Any]) -> bool:
    """Whether a reader can go on from a cursor: one with another phase would end at once."""
    if not isinstance(cursor.get("live"), int):
        return False
    if not isinstance(cursor.get("after"), str | None):
        return False
    if mode == "repair":
        return isinstance(cursor.get("done"), int)
    match reader:
        case "records" if mode == "incremental":
            is_digits = str(cursor.get("last_id", 0)).isdecimal()
            return cursor.get("phase") in {"search", "archived", "done"} and is_digits
        case "records" | "owners" | "forms":
            return cursor.get("phase") in _LISTS
        case "pipelines" | "properties":
            return isinstance(cursor.get("read"), list)
        case "campaigns":
            return bool(cursor.get("phase", "done") == "done")
        case "form_submissions":
            return isinstance(cursor.get("form_id"), str)
