"""What a portal says about itself: owners, forms, campaigns and pipelines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from handoff.sandbox.generator import vocabulary
from handoff.sandbox.generator.changes import iso
from handoff.sandbox.generator.property_metadata import DEAL_STAGES, RENEWAL_STAGES


def owner_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    for owner in vocabulary.OWNERS:
        record: dict[str, Any] = {
            "id": owner.id,
            "email": owner.email,
            "type": "QUEUE" if owner.is_queue else "PERSON",
            "firstName": owner.first_name,
            "lastName": owner.last_name,
            # An archived owner keeps the id of the user only in `userIdIncludingInactive`.
            "userId": None if owner.is_archived or owner.is_queue else owner.user_id,
            "userIdIncludingInactive": None if owner.is_queue else owner.user_id,
            "createdAt": iso(started_at),
            "updatedAt": iso(started_at),
            "archived": owner.is_archived,
        }
        teams = [
            {"id": vocabulary.TEAM_IDS[name], "name": name, "primary": name == owner.team}
            for name in (owner.team, owner.second_team)
            if name
        ]
        if teams:
            record["teams"] = teams
        yield record


def form_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    for form in vocabulary.FORMS:
        yield {
            "id": form.guid,
            "name": form.name,
            "formType": "hubspot",
            "createdAt": iso(started_at),
            "updatedAt": iso(started_at),
            "archived": form.is_archived,
            "fieldGroups": [
                {
                    "groupType": "default_group",
                    "richTextType": "text",
                    "fields": [
                        {
                            "objectTypeId": "0-1",
                            "name": "email",
                            "label": "E-mail",
                            "required": True,
                            "hidden": False,
                            "fieldType": "email",
                        }
                    ],
                }
            ],
            "configuration": {"language": "en"},
        }


def campaign_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    for number, campaign in enumerate(vocabulary.CAMPAIGNS):
        at = iso(started_at + timedelta(days=number))
        yield {
            "id": campaign.guid,
            "properties": {
                "hs_name": campaign.name,
                "hs_utm": campaign.utm,
                "hs_campaign_status": "in_progress",
            },
            "createdAt": at,
            "updatedAt": at,
            "businessUnits": [],
        }


def pipeline_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    pipelines = (
        ("default", "Sales pipeline", DEAL_STAGES, ("closedwon", "closedlost")),
        ("renewals", "Renewals", RENEWAL_STAGES, ("renewal_won", "renewal_lost")),
    )
    at = iso(started_at)
    for number, (id, label, stages, closed) in enumerate(pipelines):
        yield {
            "objectType": "deals",
            "id": id,
            "label": label,
            "displayOrder": number,
            "archived": False,
            "createdAt": at,
            "updatedAt": at,
            "stages": [
                {
                    "id": stage_id,
                    "label": stage_label,
                    "displayOrder": order,
                    "archived": False,
                    "createdAt": at,
                    "updatedAt": at,
                    "metadata": {
                        "isClosed": str(stage_id in closed).lower(),
                        "probability": _probability(stage_id, order, closed),
                    },
                }
                for order, (stage_label, stage_id) in enumerate(stages)
            ],
        }


def _probability(stage_id: str, order: int, closed: tuple[str, str]) -> str:
    if stage_id == closed[0]:
        return "1.0"
    return "0.0" if stage_id == closed[1] else str(round(0.2 * (order + 1) * 0.9, 2))
