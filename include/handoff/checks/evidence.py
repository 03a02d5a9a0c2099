"""Facts that the checks need and that no table holds yet, as temporary tables of the warehouse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from handoff.crm.registry import CRMS, crm_traits
from handoff.errors import LandingError
from handoff.landing.manifest import FILE_NAME, Manifest, Part, read_manifest
from handoff.landing.reader import part_problem


@dataclass(frozen=True)
class LandedFile:
    """One part that a manifest lists (or a manifest that cannot be read), and what is wrong.

    part_file: path below the landing folder. problem: None for a whole file.
    """

    source_id: str
    object: str
    run_id: str
    part_file: str
    record_count: int
    problem: str | None


def create_landing_files(connection: duckdb.DuckDBPyConnection, landing_dir: Path) -> None:
    """Make the temporary table ``landing_files``: every part, checked against its manifest."""
    connection.execute(
        """
        create or replace temp table landing_files (
            source_id varchar, object varchar, run_id varchar, part_file varchar,
            record_count bigint, problem varchar
        )
        """
    )
    rows = [
        [f.source_id, f.object, f.run_id, f.part_file, f.record_count, f.problem]
        for f in inspect_landing(landing_dir)
    ]
    if rows:
        connection.executemany("insert into landing_files values (?, ?, ?, ?, ?, ?)", rows)


def create_landing_sizes(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``landing_sizes``: the size of each object at each complete read.

    The CRM's own count where it gives one, else the rows of a full read; an incremental read
    without a count says nothing about size.
    """
    connection.execute(
        """
        create or replace temp table landing_sizes as
        with
        sizes as (
            select
                runs.source_id,
                runs.object,
                runs.run_id,
                coalesce(
                    any_value(runs.crm_total),
                    sum(parts.row_count) filter (where parts.stream = runs.object),
                    0
                ) as record_count
            from raw.landing_runs as runs
            left join raw.landing_parts as parts
                on runs.source_id = parts.source_id
                and runs.object = parts.object
                and runs.run_id = parts.run_id
            where runs.status = 'complete'
                and (runs.crm_total is not null or runs.mode = 'full')
                and runs.landed_at <= (select as_of from raw.run_context)
            group by runs.source_id, runs.object, runs.run_id
        )
        select
            *,
            row_number() over (partition by source_id, object order by run_id desc) as read_number
        from sizes
        """
    )


def create_needed_objects(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``needed_objects``: what must have landed of a source, by CRM."""
    connection.execute("create or replace temp table needed_objects (crm varchar, object varchar)")
    connection.executemany(
        "insert into needed_objects values (?, ?)",
        [[crm, name] for crm in CRMS for name in crm_traits(crm).needed_objects],
    )


def inspect_landing(landing_dir: Path) -> list[LandedFile]:
    """Every part of every manifest with what is wrong with it, in the order of its path."""
    found: list[LandedFile] = []
    listed: list[tuple[Manifest, Part]] = []
    for path in sorted(landing_dir.glob(f"*/*/*/{FILE_NAME}")):
        try:
            manifest = read_manifest(path)
        except LandingError as error:
            found.append(_unreadable(path.relative_to(landing_dir), error))
            continue
        listed += [(manifest, part) for part in manifest.parts]
    # Hashing and unpacking release the interpreter's lock, so threads do help here.
    with ThreadPoolExecutor() as pool:
        found += pool.map(lambda pair: _inspect(landing_dir, *pair), listed)
    return sorted(found, key=lambda file: file.part_file)


def _inspect(landing_dir: Path, manifest: Manifest, part: Part) -> LandedFile:
    path = manifest.folder(landing_dir) / part.file
    return LandedFile(
        source_id=manifest.source_id,
        object=manifest.object,
        run_id=manifest.run_id,
        part_file=path.relative_to(landing_dir).as_posix(),
        record_count=part.rows,
        problem=part_problem(path, part),
    )


def _unreadable(path: Path, error: LandingError) -> LandedFile:
    source_id, name, run_id, _ = path.parts
    return LandedFile(source_id, name, run_id, path.as_posix(), 0, error.message)
