"""Records of HubSpot and of Salesforce as their connectors land them, and a home with them."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from handoff.landing.manifest import Manifest
from handoff.landing.writer import LandingWriter
from handoff.settings import PROJECT_ROOT, Settings

RUN_ID = "20260601T060000Z-000001"
READ_AT = "2026-06-01T06:00:00Z"
OVERLAY = PROJECT_ROOT / "include" / "handoff" / "sandbox" / "two_crms_playbook"

# Owners: a user of HubSpot by number, of Salesforce by id.
HUBSPOT_SDR, HUBSPOT_MARKETER = 211, 311
SDR, AE, MARKETER = "0055f00000SdrAAAA0", "0055f00000AeAAAAA0", "0055f00000MktAAAA0"

Line = dict[str, Any]
History = tuple[tuple[str, str], ...]


@dataclass
class TwoCrms:
    """What landed, by source and stream. Instants are ISO texts in UTC."""

    lines: dict[tuple[str, str], list[Line]] = field(default_factory=lambda: defaultdict(list))

    def hubspot_contact(
        self,
        record_id: int,
        created_at: str,
        stages: History,
        *,
        source: str = "hubspot",
        owned: History = (),
        **properties: str,
    ) -> None:
        """A contact with its lifecycle stages (value, instant) and owners."""
        histories = {"lifecyclestage": stages, "hubspot_owner_id": owned}
        self._hubspot(source, "contacts", record_id, created_at, histories, properties)

    def hubspot_deal(
        self,
        record_id: int,
        created_at: str,
        stages: History,
        contact_id: int,
        *,
        source: str = "hubspot",
        **properties: str,
    ) -> None:
        """A deal of a contact."""
        given = {"pipeline": "default", "createdate": created_at, **properties}
        self._hubspot(source, "deals", record_id, created_at, {"dealstage": stages}, given)
        kind = {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}
        link = {"toObjectId": contact_id, "associationTypes": [kind]}
        line = {"from": {"id": str(record_id)}, "to": [link]}
        self.lines[source, "deals_to_contacts"].append(line)

    def lead(
        self,
        record_id: str,
        created_at: str,
        statuses: History,
        *,
        user: str = SDR,
        owner: str = SDR,
        converted: tuple[str, str] | None = None,
        **fields: str,
    ) -> None:
        """A lead: its first status at its creation, the later ones set by a user.

        converted: the contact that it became, and when.
        """
        current = {"Status": statuses[-1][0], "OwnerId": owner, **fields}
        if converted:
            contact_id, at = converted
            current |= {
                "IsConverted": "true",
                "ConvertedDate": at[:10],
                "ConvertedContactId": contact_id,
            }
            self._lead_history(record_id, at, "leadConverted", None, None, user)
        self._salesforce("leads", record_id, created_at, current)
        for (old, _), (new, at) in pairwise(statuses):
            self._lead_history(record_id, at, "Status", old, new, user)
        self._lead_history(record_id, created_at, "Owner", None, owner, user)

    def contact(self, record_id: str, created_at: str, **fields: str) -> None:
        """A contact of Salesforce."""
        self._salesforce("contacts", record_id, created_at, {"OwnerId": AE, **fields})

    def opportunity(
        self, record_id: str, created_at: str, stages: History, contact_id: str, **fields: str
    ) -> None:
        """An opportunity with its stages, and its primary contact."""
        self._salesforce(
            "deals", record_id, created_at, {"StageName": stages[-1][0], "OwnerId": AE, **fields}
        )
        for place, (stage, at) in enumerate(stages):
            entry = {"OpportunityId": record_id, "StageName": stage, "CreatedById": AE}
            self._salesforce("deal_history", f"008{record_id[3:13]}{place:02d}AAA", at, entry)
        role = {"OpportunityId": record_id, "ContactId": contact_id, "IsPrimary": "true"}
        self._salesforce("deal_contact_roles", f"00K{record_id[3:]}", created_at, role)

    def call(self, record_id: str, at: str, who_id: str, *, user: str = SDR) -> None:
        """A logged call with a lead or contact."""
        done = {"Status": "Completed", "IsClosed": "true", "CompletedDateTime": _instant(at)}
        fields = {"WhoId": who_id, "TaskSubtype": "Call", "CallType": "Outbound", "OwnerId": user}
        self._salesforce("tasks", record_id, at, {**fields, **done, "ActivityDate": at[:10]})

    def _lead_history(
        self, lead_id: str, at: str, name: str, old: str | None, new: str | None, user: str
    ) -> None:
        number = len(self.lines["salesforce", "lead_history"])
        entry = {"LeadId": lead_id, "Field": name, "OldValue": old, "NewValue": new}
        self._salesforce(
            "lead_history", f"017000000{number:06d}AAA", at, entry | {"CreatedById": user}
        )

    def _hubspot(
        self,
        source: str,
        name: str,
        record_id: int,
        created_at: str,
        histories: dict[str, History],
        properties: dict[str, str],
    ) -> None:
        current = {key: told[-1][0] for key, told in histories.items() if told}
        self.lines[source, name].append(
            {
                "id": str(record_id),
                "properties": current | properties,
                "propertiesWithHistory": {
                    key: [_entry(value, at) for value, at in reversed(told)]
                    for key, told in histories.items()
                    if told
                },
                "createdAt": created_at,
                "updatedAt": created_at,
                "archived": False,
            }
        )

    def _salesforce(
        self, stream: str, record_id: str, created_at: str, fields: dict[str, str | None]
    ) -> None:
        given = {"CreatedDate": _instant(created_at), "SystemModstamp": _instant(created_at)}
        held = {key: value for key, value in (given | fields).items() if value is not None}
        self.lines["salesforce", stream].append({"id": record_id, "fields": held})


def write_home(folder: Path, crms: TwoCrms, as_of: Any) -> Settings:
    """A home into which both CRMs were read once, with a playbook of two portals and one org."""
    settings = Settings(home=folder / "home", playbook_dir=folder / "playbook", as_of=as_of)
    settings.home.mkdir(parents=True)
    _write_playbook(settings.playbook_dir)
    for source in ("hubspot", "hubspot_two"):
        crms.lines[source, "owners"] += [
            _hubspot_owner(HUBSPOT_SDR, "SDR Europe"),
            _hubspot_owner(HUBSPOT_MARKETER, "Marketing"),
        ]
    for user, role in ((SDR, "SDR Europe"), (AE, "Account Executives"), (MARKETER, "Marketing")):
        fields = {"Name": role, "UserType": "Standard", "IsActive": "true", "UserRole.Name": role}
        crms.lines["salesforce", "owners"].append({"id": user, "fields": fields})
    for (source, stream), lines in crms.lines.items():
        _land(settings, source, stream, lines)
    return settings


def _land(settings: Settings, source: str, stream: str, lines: list[Line]) -> None:
    name, crm = stream.split("_to_")[0], "salesforce" if source == "salesforce" else "hubspot"
    run_id = RUN_ID if name == stream else RUN_ID.replace("000001", "000002")
    manifest = Manifest(
        source_id=source,
        crm=crm,
        object=name,
        run_id=run_id,
        mode="full",
        started_at=READ_AT,
        updated_at=READ_AT,
        landed_at=READ_AT,
    )
    with LandingWriter(settings.landing_dir, manifest) as writer:
        writer.write(stream, lines)
        writer.complete(None, watermark=READ_AT, crm_total=None)


def _write_playbook(folder: Path) -> None:
    """The playbook of two CRMs, with a second portal that is like the first."""
    shutil.copytree(PROJECT_ROOT / "include" / "playbook", folder)
    for path in OVERLAY.glob("*.yml"):
        shutil.copy(path, folder)
    yaml = YAML(typ="safe")

    def change(name: str, make: Any) -> None:
        path = folder / f"{name}.yml"
        content = json.loads(json.dumps(yaml.load(path), default=str))
        make(content)
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(content, file)

    def sources(content: Line) -> None:
        second = {"connection": "handoff_two", "portal_id": "4343"}
        content["sources"]["hubspot_two"] = content["sources"]["hubspot"] | second

    def lifecycle(content: Line) -> None:
        content["sources"]["hubspot_two"] = content["sources"]["hubspot"]

    def teams(content: Line) -> None:
        for team in content["teams"].values():
            if "members" in team:
                team["members"]["hubspot_two"] = team["members"]["hubspot"]

    change("sources", sources)
    change("lifecycle", lifecycle)
    change("teams", teams)


def _hubspot_owner(user_id: int, team: str) -> Line:
    return {
        "id": str(user_id),
        "type": "PERSON",
        "firstName": team,
        "userId": user_id,
        "userIdIncludingInactive": user_id,
        "updatedAt": READ_AT,
        "archived": False,
        "teams": [{"id": team, "name": team, "primary": True}],
    }


def _entry(value: str, at: str) -> Line:
    """A change by hand of the marketer, who owns no lead and accepts none."""
    return {
        "value": value,
        "timestamp": at,
        "sourceType": "CRM_UI",
        "sourceId": f"userId:{HUBSPOT_MARKETER}",
        "updatedByUserId": HUBSPOT_MARKETER,
    }


def _instant(at: str) -> str:
    """As Salesforce writes it."""
    return at.replace("Z", ".000Z")
