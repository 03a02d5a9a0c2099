"""What HubSpot keeps of a person whom sales works in Salesforce: marketing's part, and echoes.

The sync writes Salesforce's stages and owners back some minutes later, and the ids of its records.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random
from typing import Any

from handoff.sandbox.generator.changes import iso
from handoff.sandbox.generator.salesforce import words
from handoff.sandbox.generator.salesforce.lead_records import MQL, sync_delay
from handoff.sandbox.generator.salesforce.person import Person, Row

ID_PROPERTIES = (
    "salesforceleadid",
    "salesforcecontactid",
    "salesforceaccountid",
    "salesforcedeleted",
)
_MARKETING_STAGES = ("subscriber", MQL)
_SHORT_ID_SHARE = 0.3


def short_now_and_then(random: Random, id: str) -> str:
    """An id as HubSpot was given it: in either form."""
    return id[:15] if random.random() < _SHORT_ID_SHARE else id


def keep_marketing(person: Person, random: Random, ends_at: datetime) -> None:
    """Take the work of sales out of the contact, and write the echoes of Salesforce into it."""
    contact, lead_at = person.contact, person.lead_at
    if lead_at is None:
        return
    history = contact["propertiesWithHistory"]
    for name in ("hs_lead_status", *words.SALES_FIELD):
        history.pop(name, None)
        contact["properties"][name] = None
    stages, owners = history.get("lifecyclestage", []), history.get("hubspot_owner_id", [])
    history["lifecyclestage"] = _echoed(stages, lead_at, random, _MARKETING_STAGES)
    history["hubspot_owner_id"] = _echoed(owners, lead_at, random)
    _drop_later(contact, ends_at)
    contact["properties"]["salesforceleadid"] = short_now_and_then(random, person.lead["Id"])
    if person.sales_contact and person.account:
        contact["properties"]["salesforcecontactid"] = short_now_and_then(
            random, person.sales_contact["Id"]
        )
        contact["properties"]["salesforceaccountid"] = short_now_and_then(
            random, person.account["Id"]
        )
    contact.get("associations", {}).pop("deals", None)


def echo_deal(person: Person, deal: Row, opportunity_id: str, random: Random, at: datetime) -> Row:
    """The deal that the sync made of an opportunity, minutes behind it."""
    delay = sync_delay(random)
    created = iso(datetime.fromisoformat(deal["createdAt"]) + delay)
    history = {
        name: _moved(deal["propertiesWithHistory"][name], delay)
        for name in ("dealstage", "amount", "hubspot_owner_id")
        if name in deal["propertiesWithHistory"]
    }
    echo = {
        **deal,
        "createdAt": created,
        "updatedAt": created,
        "properties": {
            **deal["properties"],
            "createdate": created,
            "closed_lost_reason": None,
            "hs_salesforceopportunityid": short_now_and_then(random, opportunity_id),
        },
        "propertiesWithHistory": history,
        "associations": {"contacts": {"results": [{"id": person.id, "type": "deal_to_contact"}]}},
    }
    _drop_later(echo, at)
    return echo


def _echoed(
    entries: list[Row], lead_at: datetime, random: Random, marketing: Collection[str] = ()
) -> list[Row]:
    """Newest first. Values of marketing stay; the others come by the sync, in their order."""
    kept: list[Row] = []
    for entry in reversed(entries):
        at = datetime.fromisoformat(entry["timestamp"])
        if marketing and (at < lead_at or entry["value"] in marketing):
            kept.append(entry)
            continue
        at = max(at, lead_at) + sync_delay(random)
        if kept:
            last_at = datetime.fromisoformat(kept[-1]["timestamp"])
            at = max(at, last_at + timedelta(seconds=1))
        kept.append(_by_sync(entry, at))
    return kept[::-1]


def _moved(entries: list[Row], delay: timedelta) -> list[Row]:
    return [
        _by_sync(entry, datetime.fromisoformat(entry["timestamp"]) + delay) for entry in entries
    ]


def _by_sync(entry: Row, at: datetime) -> Row:
    # HubSpot names its own integration SALESFORCE, and others INTEGRATION.
    source = "SALESFORCE" if at.second % 2 else "INTEGRATION"
    return {"value": entry["value"], "timestamp": iso(at), "sourceType": source}


def _drop_later(record: Row, ends_at: datetime) -> None:
    """Forget what has not happened yet; current values and the last change follow."""
    history, properties = record["propertiesWithHistory"], record["properties"]
    last: Any = record["createdAt"]
    for name in list(history):
        kept = [one for one in history[name] if datetime.fromisoformat(one["timestamp"]) <= ends_at]
        properties[name] = kept[0]["value"] if kept else None
        if kept:
            history[name] = kept
            last = max(last, kept[0]["timestamp"])
        else:
            del history[name]
    modified = "lastmodifieddate" if "lastmodifieddate" in properties else "hs_lastmodifieddate"
    properties[modified] = record["updatedAt"] = last
    if "hs_v2_date_entered_marketingqualifiedlead" in properties:
        entered = [one for one in history.get("lifecyclestage", ()) if one["value"] == MQL]
        properties["hs_v2_date_entered_marketingqualifiedlead"] = (
            entered[0]["timestamp"] if entered else None
        )
