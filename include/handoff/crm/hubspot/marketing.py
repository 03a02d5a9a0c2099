"""Read marketing's side: campaigns, forms, and what was sent in through the forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handoff.crm.hubspot.account import read_both_lists
from handoff.crm.hubspot.api import HubSpotApi
from handoff.crm.hubspot.client import RefusedError
from handoff.crm.hubspot.objects import PAGE_SIZE, SUBMISSIONS_PAGE_SIZE, HubSpotObject
from handoff.crm.hubspot.records import OVERLAP
from handoff.crm.protocol import Batch, ReadRequest


def read_campaigns(
    api: HubSpotApi, spec: HubSpotObject, request: ReadRequest, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """Campaigns. The API names no property unless it is asked for it, and has no archive."""
    cursor = cursor or {"live": 0}
    live = cursor["live"]
    params = {
        "limit": str(PAGE_SIZE),
        "properties": ",".join(request.selection.get("properties", [])),
    }
    if cursor.get("phase") == "done":
        return
    pages = api.pages(api.path("campaigns"), params, api.target(spec), cursor.get("after"))
    for page in pages:
        live += len(page.records)
        following = {"after": page.after} if page.after else {"phase": "done"}
        yield Batch({spec.name: page.records}, {**following, "live": live})


def read_forms(
    api: HubSpotApi, spec: HubSpotObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """Forms, archived ones included: what was sent in through them still counts.

    Unless asked for all types, the API leaves out pop-up forms and forms of external pages.
    """
    params = {"limit": str(PAGE_SIZE), "formTypes": "all"}
    return read_both_lists(api, spec, api.path("forms"), params, cursor)


def read_form_submissions(
    api: HubSpotApi, spec: HubSpotObject, request: ReadRequest, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """What was sent in, form by form, newest first, back to the overlap before the watermark."""
    cursor = cursor or {"form_id": "", "after": None, "live": 0}
    live = cursor["live"]
    form_ids = sorted(
        {str(form["id"]) for batch in read_forms(api, spec, None) for form in batch.rows[spec.name]}
    )
    oldest_ms = 0.0
    if request.since is not None:
        oldest_ms = (request.since - OVERLAP).timestamp() * 1000
    for form_id in form_ids:
        if form_id < cursor["form_id"] or (form_id == cursor["form_id"] and cursor.get("is_read")):
            continue
        after = cursor["after"] if form_id == cursor["form_id"] else None
        path = api.path("submissions", form_id=form_id)
        pages = api.pages(path, {"limit": str(SUBMISSIONS_PAGE_SIZE)}, api.target(spec), after)
        try:
            for page in pages:
                news = [one for one in page.records if one["submittedAt"] >= oldest_ms]
                live += len(news)
                is_read = page.after is None or len(news) < len(page.records)
                yield Batch(
                    {spec.name: [{**one, "formGuid": form_id} for one in news]},
                    {
                        "form_id": form_id,
                        "after": None if is_read else page.after,
                        "is_read": is_read,
                        "live": live,
                    },
                )
                if is_read:
                    break
        except RefusedError as error:
            # An archived form may have no submissions left to ask for.
            if error.status != 404:
                raise
