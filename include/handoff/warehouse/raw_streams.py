"""Which table of ``raw`` a landed stream goes to, and its typed columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.crm.registry import CRMS, raw_tables

LOADED_COLUMNS = {
    "source_id": "VARCHAR",
    "run_id": "VARCHAR",
    "part_file": "VARCHAR",
    "landed_at": "TIMESTAMP",
}
# What sweeps and erasures land is of one shape, whatever the CRM.
SWEEP_IDS = {"id": "VARCHAR", "archived": "BOOLEAN", "merged_into": "VARCHAR"}
ERASURES = {
    "object": "VARCHAR",
    "id": "VARCHAR",
    "erased_at": "TIMESTAMP",
    "found_by": "VARCHAR",
    "extent": "VARCHAR",
}
_ERASURES_STREAM = "erasures"
_IDS_SUFFIX = "_ids"


@dataclass(frozen=True)
class RawStream:
    """A stream's table, the columns of its lines, and columns that its name fills."""

    table: str
    columns: dict[str, str]
    told_by_name: dict[str, str] = field(default_factory=dict)


def raw_stream(crm: str, stream: str) -> RawStream:
    """Where a stream goes."""
    tables = raw_tables(crm)
    if stream in tables.STREAMS:
        return RawStream(f"{crm}__{stream}", tables.STREAMS[stream])
    if stream == _ERASURES_STREAM:
        return RawStream("erasures", ERASURES, {"crm": crm})
    if stream.endswith(_IDS_SUFFIX):
        named = {"crm": crm, "object": stream.removesuffix(_IDS_SUFFIX)}
        return RawStream("sweep_ids", SWEEP_IDS, named)
    from_object, _, to_object = stream.partition("_to_")
    links = {"stream": stream, "from_object": from_object, "to_object": to_object}
    return RawStream(f"{crm}__{tables.ASSOCIATIONS_TABLE}", tables.ASSOCIATION, links)


def all_tables() -> dict[str, dict[str, str]]:
    """Every table that lines are loaded into, with its columns."""
    links = dict.fromkeys(("stream", "from_object", "to_object"), "VARCHAR")
    tables: dict[str, dict[str, str]] = {
        "sweep_ids": {**LOADED_COLUMNS, "crm": "VARCHAR", "object": "VARCHAR", **SWEEP_IDS},
        "erasures": {**LOADED_COLUMNS, "crm": "VARCHAR", **ERASURES},
    }
    for crm in CRMS:
        of_crm = raw_tables(crm)
        for stream, columns in of_crm.STREAMS.items():
            tables[f"{crm}__{stream}"] = {**LOADED_COLUMNS, **columns}
        if hasattr(of_crm, "ASSOCIATION"):
            tables[f"{crm}__{of_crm.ASSOCIATIONS_TABLE}"] = {
                **LOADED_COLUMNS,
                **links,
                **of_crm.ASSOCIATION,
            }
    return tables
