"""One warehouse of many accounts of one CRM, which are landed already."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from handoff import clock
from handoff.dbt_runner import run_dbt
from handoff.settings import PROJECT_ROOT, Settings
from handoff.warehouse import load_landing

_TWO_CRMS_PLAYBOOK = PROJECT_ROOT / "include" / "handoff" / "sandbox" / "two_crms_playbook"
# Long after all that the histories do.
AS_OF = datetime(2025, 12, 1, tzinfo=UTC)


def warehouse_of(settings: Settings, source_ids: Sequence[str], crm: str = "hubspot") -> Path:
    """Load what landed and build the CRM's staging with its tests; the warehouse's file."""
    _write_playbook(settings.playbook_dir, source_ids, crm)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HANDOFF_HOME", str(settings.home))
        environment.setenv("HANDOFF_PLAYBOOK", str(settings.playbook_dir))
        environment.setenv("HANDOFF_AS_OF", AS_OF.isoformat())
        later = replace(settings, as_of=AS_OF)
        load_landing(later, clock.new_run_id())
        arguments = ["build", "--select", f"path:models/staging/{crm}"]
        results = run_dbt([*arguments, "--exclude-resource-type", "unit_test"], later)
    failed = [one.name for one in results if one.failed]
    if failed or not results:
        raise AssertionError(f"staging could not be built: {', '.join(failed)}")
    return settings.warehouse_path


def _write_playbook(folder: Path, source_ids: Sequence[str], crm: str) -> None:
    """The shipped playbook of two CRMs, with a copy of the CRM's source for each account."""
    shutil.copytree(PROJECT_ROOT / "include" / "playbook", folder)
    shutil.copytree(_TWO_CRMS_PLAYBOOK, folder, dirs_exist_ok=True)
    yaml = YAML(typ="safe")

    def change(name: str, copies: Any) -> None:
        path = folder / f"{name}.yml"
        content = yaml.load(path)
        copies(content["sources"])
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(content, file)

    def sources(known: dict[str, Any]) -> None:
        shipped = known[crm]
        for source_id in source_ids:
            known[source_id] = shipped | {"connection": f"handoff_{source_id}"}

    def lifecycle(known: dict[str, Any]) -> None:
        shipped = known[crm]
        for source_id in source_ids:
            known[source_id] = dict(shipped)

    change("sources", sources)
    change("lifecycle", lifecycle)
