"""Every version of the playbook that was ever loaded, and the one in force at an instant.

``HANDOFF_HOME/playbook_versions`` holds a snapshot a version, ``<version_key>.json``, written once,
and ``loads.json``, which says which version was loaded when. Versions of another ``playbook`` id
do not take part.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from handoff import clock
from handoff.errors import PlaybookError
from handoff.playbook.columns import TABLES
from handoff.playbook.load import load_playbook
from handoff.playbook.playbook import Playbook, key_of
from handoff.playbook.tables import build_tables
from handoff.settings import Settings

_LOADS = "loads.json"


@dataclass(frozen=True)
class PlaybookVersion:
    """One version: the hash and content under which it was loaded.

    loaded_at: when it was loaded last (UTC). is_current: whether it is in force.
    """

    content_hash: str
    playbook: Playbook
    loaded_at: datetime
    is_current: bool

    @property
    def version_key(self) -> str:
        return key_of(self.content_hash)


def versions_dir(settings: Settings) -> Path:
    """The folder of the snapshots."""
    return settings.home / "playbook_versions"


def load_versions(settings: Settings, as_of: datetime) -> list[PlaybookVersion]:
    """The folder's version (kept as a snapshot from now on) and all earlier ones, oldest first.

    as_of: UTC; an instant without a zone is taken as UTC. In force is the version with the latest
    ``effective_from`` that is not after ``as_of``; of several, the folder's, else the one that was
    loaded last. When none is in force yet, it is the folder's. A version whose snapshot was removed
    is forgotten.
    Raises PlaybookError for a mistake in the folder or a damaged snapshot.
    """
    as_of = as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    playbook = load_playbook(settings.playbook_dir)
    _keep(versions_dir(settings), playbook)
    known = _known(versions_dir(settings), playbook)
    # The folder's version was noted last, so it is the last of those that begin together.
    ranked = sorted(known, key=lambda version: version.playbook.effective_from)
    in_force = [version for version in ranked if version.playbook.effective_from <= as_of]
    current = in_force[-1].version_key if in_force else playbook.version_key
    return [replace(each, is_current=each.version_key == current) for each in ranked]


def load_version_tables(settings: Settings, as_of: datetime) -> dict[str, pa.Table]:
    """The tables of all versions, one below the other: what the schema ``playbook`` holds."""
    built = [
        build_tables(
            each.playbook,
            content_hash=each.content_hash,
            is_current=each.is_current,
            loaded_at=each.loaded_at,
        )
        for each in load_versions(settings, as_of)
    ]
    return {name: pa.concat_tables([tables[name] for tables in built]) for name in TABLES}


def _known(folder: Path, playbook: Playbook) -> list[PlaybookVersion]:
    """Versions of this playbook's id in the order of their last load."""
    versions = []
    for key, loaded_at in _loads(folder).items():
        snapshot = folder / f"{key}.json"
        if key == playbook.version_key:
            versions.append(PlaybookVersion(playbook.content_hash, playbook, loaded_at, False))
        elif snapshot.exists():
            content_hash, earlier = _read_snapshot(snapshot)
            if earlier.playbook.playbook == playbook.playbook.playbook:
                versions.append(PlaybookVersion(content_hash, earlier, loaded_at, False))
    return versions


def _keep(folder: Path, playbook: Playbook) -> None:
    """Write the snapshot unless it is there, and note that this version was loaded last."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        snapshot = folder / f"{playbook.version_key}.json"
        if not snapshot.exists():
            content = json.loads(playbook.normalised())
            _replace(snapshot, {"content_hash": playbook.content_hash, "playbook": content})
        loads = _loads(folder)
        if list(loads)[-1:] != [playbook.version_key]:
            loads.pop(playbook.version_key, None)
            loads[playbook.version_key] = clock.wall_now()
            _replace(folder / _LOADS, {key: at.isoformat() for key, at in loads.items()})
    except OSError as error:
        raise PlaybookError(
            f"The playbook's version cannot be kept in {folder}: {error.strerror}",
            fix="make room or set HANDOFF_HOME to a folder that can be written",
        ) from error


def _loads(folder: Path) -> dict[str, datetime]:
    """Version keys and when each was loaded last, in that order."""
    path = folder / _LOADS
    if not path.exists():
        return {}
    return {key: datetime.fromisoformat(at) for key, at in _read_json(path).items()}


def _read_snapshot(path: Path) -> tuple[str, Playbook]:
    content = _read_json(path)
    try:
        return str(content["content_hash"]), Playbook.model_validate(content["playbook"])
    except (KeyError, ValidationError) as error:
        raise PlaybookError(
            f"The earlier playbook version {path.stem} cannot be read by this release",
            fix=f"move {path} away to go on without it",
        ) from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PlaybookError(f"{path} is damaged: {error}", fix=f"move {path} away") from error
    if not isinstance(content, dict):
        raise PlaybookError(f"{path} is damaged: no map", fix=f"move {path} away")
    return content


def _replace(path: Path, content: dict[str, Any]) -> None:
    """Write a file as a whole or not at all."""
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
