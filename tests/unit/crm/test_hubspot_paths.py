"""One setting decides the API's version, one function builds every path."""

from __future__ import annotations

import pytest

from handoff.crm.hubspot.paths import build_path, check_version
from handoff.errors import SettingsError


@pytest.mark.parametrize(
    ("version", "endpoint", "names", "path"),
    [
        ("2026-09", "list", {"type": "contacts"}, "/crm/objects/2026-09/contacts"),
        ("v3", "list", {"type": "contacts"}, "/crm/v3/objects/contacts"),
        ("v4", "list", {"type": "contacts"}, "/crm/v3/objects/contacts"),
        ("2026-03", "search", {"type": "deals"}, "/crm/objects/2026-03/deals/search"),
        ("v3", "search", {"type": "deals"}, "/crm/v3/objects/deals/search"),
        ("2026-09", "batch_read", {"type": "deals"}, "/crm/objects/2026-09/deals/batch/read"),
        (
            "2026-09",
            "associations",
            {"from_type": "deals", "to_type": "contacts"},
            "/crm/associations/2026-09/deals/contacts/batch/read",
        ),
        (
            "v3",
            "associations",
            {"from_type": "deals", "to_type": "contacts"},
            "/crm/v4/associations/deals/contacts/batch/read",
        ),
        ("2026-09", "owners", {}, "/crm/owners/2026-09"),
        ("v4", "owners", {}, "/crm/v3/owners"),
        ("2026-09", "pipelines", {"type": "deals"}, "/crm/pipelines/2026-09/deals"),
        ("2026-09", "properties", {"type": "deals"}, "/crm/properties/2026-09/deals"),
        ("2026-09", "campaigns", {}, "/marketing/campaigns/2026-09"),
        ("v3", "campaigns", {}, "/marketing/v3/campaigns"),
        ("2026-09", "forms", {}, "/marketing/v3/forms"),
        (
            "2026-09",
            "submissions",
            {"form_id": "../../owners?x=1"},
            "/form-integrations/v1/submissions/forms/..%2F..%2Fowners%3Fx%3D1",
        ),
    ],
)
def test_paths(version: str, endpoint: str, names: dict[str, str], path: str) -> None:
    assert build_path(version, endpoint, **names) == path


@pytest.mark.parametrize("version", ["v3", "v4", "2026-03", "2026-09", "2026-09-beta"])
def test_versions_that_hubspot_has(version: str) -> None:
    assert check_version(version) == version


@pytest.mark.parametrize("version", ["", "v1", "2026-9", "2026-10", "latest", "2026-09/../x"])
def test_other_versions_are_refused(version: str) -> None:
    with pytest.raises(SettingsError, match="API version"):
        check_version(version)
