"""The little of the playbook that Airflow must know at parse time, read without validating it.

Airflow parses the DAG files every few seconds, so this reads two small files and no more. What is
wrong in the playbook is reported by `handoff playbook check` and by the first task that runs.
"""

from __future__ import annotations

from typing import Any

import yaml

from handoff.errors import PlaybookError
from handoff.settings import get_settings


def source_ids() -> tuple[str, ...]:
    """Ids of the playbook's sources, in its order."""
    sources = _read("sources.yml").get("sources")
    if not isinstance(sources, dict) or not sources:
        raise PlaybookError("sources.yml lists no source", fix="handoff playbook check")
    return tuple(str(source_id) for source_id in sources)


def reporting_time_zone() -> str:
    """The IANA zone in which periods are cut and the report's Monday begins."""
    zone = _read("playbook.yml").get("reporting_time_zone")
    if not isinstance(zone, str):
        raise PlaybookError("The playbook has no reporting_time_zone", fix="handoff playbook check")
    return zone


def _read(name: str) -> dict[str, Any]:
    path = get_settings().playbook_dir / name
    try:
        content = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError) as error:
        raise PlaybookError(
            f"{path} cannot be read ({type(error).__name__})", fix="handoff playbook check"
        ) from None
    if not isinstance(content, dict):
        raise PlaybookError(f"{path} is not a mapping", fix="handoff playbook check")
    return content
