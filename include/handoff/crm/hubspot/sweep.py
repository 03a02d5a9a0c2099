"""List the ids of all records with all their links, and tell which ids are gone for good.

Search cannot do it: it has no archived records, no merged-away ids and an index that lags. A
record that was merged away is told of by its survivor alone (``hs_merged_object_ids``), and one
that was erased by nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from handoff.crm.hubspot.api import HubSpotApi, Record
from handoff.crm.hubspot.objects import ASSOCIATIONS_BATCH_SIZE, PAGE_SIZE, HubSpotObject
from handoff.crm.hubspot.records import read_links
from handoff.crm.protocol import Batch, ids_stream

_MERGED_IDS = ("hs_merged_object_ids", "hs_calculated_merged_vids")


def read_ids(
    api: HubSpotApi, spec: HubSpotObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """Ids of live records with their links, then those of archived ones.

    Cursors are ``{"phase": "list" | "archived" | "done", "after", "live"}``.
    """
    cursor = cursor or {"phase": "list", "live": 0}
    for phase, following in (("list", "archived"), ("archived", "done")):
        if cursor["phase"] == phase:
            for batch in _read_list(api, spec, cursor, phase, following):
                yield batch
                cursor = batch.cursor or cursor


def gone_ids(api: HubSpotApi, spec: HubSpotObject, ids: Sequence[str]) -> set[str]:
    """Those of the ids that no record has, live or archived, and that none has taken in.

    The lists are read once more for the latter: a merge may have come while ids were listed.
    """
    missing = set(ids)
    for is_archived in (False, True):
        asked = sorted(missing)
        found = api.batch_read(spec, asked, {"properties": ["hs_object_id"]}, is_archived)
        missing -= {str(one["id"]) for one in found}
    if missing and _merged_properties(spec):
        for is_archived in (False, True):
            for page in api.pages(*_list_request(api, spec, is_archived=is_archived)):
                for record in page.records:
                    missing.difference_update(_merged_ids(record))
    return missing


def _read_list(
    api: HubSpotApi, spec: HubSpotObject, cursor: dict[str, Any], phase: str, following: str
) -> Iterator[Batch]:
    live, ids = cursor["live"], list[str]()
    is_archived = phase == "archived"
    request = _list_request(api, spec, is_archived=is_archived)
    for page in api.pages(*request, cursor.get("after")):
        found = [str(one["id"]) for one in page.records]
        lines: list[Record] = [{"id": id_, "archived": is_archived} for id_ in found]
        for record in page.records:
            lines += [
                {"id": id_, "archived": False, "merged_into": str(record["id"])}
                for id_ in _merged_ids(record)
            ]
        yield Batch({ids_stream(spec.name): lines}, None)
        live += 0 if is_archived else len(found)
        ids += [] if is_archived else found
        if page.after is None or len(ids) >= ASSOCIATIONS_BATCH_SIZE or not spec.associations:
            at = {"phase": phase, "after": page.after} if page.after else {"phase": following}
            yield Batch(read_links(api, spec, ids, keep_empty=True), {**at, "live": live})
            ids = []


def _list_request(
    api: HubSpotApi, spec: HubSpotObject, *, is_archived: bool
) -> tuple[str, dict[str, str], Any]:
    params = {"archived": "true" if is_archived else "false", "limit": str(PAGE_SIZE)}
    if properties := _merged_properties(spec):
        params["properties"] = ",".join(properties)
    return api.path("list", type=spec.name), params, api.target(spec)


def _merged_properties(spec: HubSpotObject) -> list[str]:
    return [name for name in _MERGED_IDS if name in spec.properties]


def _merged_ids(record: Record) -> set[str]:
    """Ids that a record took in: ``1;2``, or with the instant of each, ``1:1700000000000;…``."""
    properties = record.get("properties") or {}
    texts = ";".join(properties.get(name) or "" for name in _MERGED_IDS)
    ids = {one.partition(":")[0].strip() for one in texts.split(";")}
    return ids - {"", str(record["id"])}
