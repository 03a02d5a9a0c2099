"""Rows of playbook.yml, sources.yml, people.yml and teams.yml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handoff.crm.registry import crm_traits
from handoff.playbook.playbook import Playbook
from handoff.playbook.topics.words import folded
from handoff.playbook.vocabulary import SALES_ROLES

Row = dict[str, Any]


def parameters(playbook: Playbook) -> Iterator[Row]:
    shared = playbook.playbook
    yield {
        "reporting_time_zone": shared.reporting_time_zone,
        "reporting_currency": shared.reporting_currency,
        "stale_after_days": shared.stale_after_days,
        "default_accept_hours": shared.default_accept_hours,
        "attribution_lookback_days": shared.attribution_lookback_days,
        "inbound_mail_quiet_days": shared.inbound_mail_quiet_days,
        "small_sample_hidden_below": shared.small_sample_hidden_below,
        "small_sample_marked_below": shared.small_sample_marked_below,
        "headline_horizon_days": shared.headline_horizon_days,
        "counts_archived_records": shared.counts_archived_records,
        "default_calendar": playbook.sla.default_calendar,
        "default_sla_tier": playbook.sla.default_tier,
        "icp_strong_should_rate": playbook.icp.strong_from,
        "icp_is_defined": bool(playbook.icp.rules),
    }


def sources(playbook: Playbook) -> Iterator[Row]:
    for source_id, source in sorted(playbook.sources.sources.items()):
        template = source.record_url or crm_traits(source.crm).record_url_template
        yield {
            "source_id": source_id,
            "label": source.label,
            "crm": source.crm,
            "connection_id": source.connection,
            "portal_id": source.portal_id,
            "record_url_template": template.replace("{portal_id}", source.portal_id),
            "linked_source_id": linked_source(playbook, source_id),
            "has_owner_history": source.has_owner_history,
            "has_activities": source.has_activities,
            "has_reasons": source.has_reasons,
        }


def linked_source(playbook: Playbook, source_id: str) -> str | None:
    """The source that foreign ids of a source's records mean: the one named, else the only one."""
    source = playbook.sources.sources[source_id]
    if source.linked_source is not None:
        return source.linked_source
    linkable = crm_traits(source.crm).linked_crms
    possible = [name for name, one in playbook.sources.sources.items() if one.crm in linkable]
    return possible[0] if len(possible) == 1 else None


def human_change_sources(playbook: Playbook) -> Iterator[Row]:
    for source_id, source in sorted(playbook.sources.sources.items()):
        named = source.human_change_sources
        for name in dict.fromkeys(
            crm_traits(source.crm).human_change_sources if named is None else named
        ):
            yield {"source_id": source_id, "change_source": name}


def role_addresses(playbook: Playbook) -> Iterator[Row]:
    for local_part in dict.fromkeys(map(folded, playbook.people.role_addresses)):
        yield {"local_part": local_part}


def exclusion_rules(playbook: Playbook) -> Iterator[Row]:
    nowhere = dict.fromkeys(("source_id", "object", "property"))
    for exclusion in playbook.people.exclusions:
        rule = {"rule_id": exclusion.rule, "kind": exclusion.kind}
        for domain in exclusion.email_domains:
            yield {**rule, "match": "email_domain", **nowhere, "value": folded(domain)}
        for address in exclusion.email_addresses:
            yield {**rule, "match": "email_exact", **nowhere, "value": folded(address)}
        for entry in exclusion.properties:
            where = {"source_id": entry.source, **split_property(entry.property)}
            for value in entry.values:
                yield {**rule, "match": "property", **where, "value": folded(value)}


def teams(playbook: Playbook) -> Iterator[Row]:
    for team_id, team in sorted(playbook.teams.teams.items()):
        yield {
            "team_id": team_id,
            "label": team.label,
            "role": team.role,
            "is_sales": team.role in SALES_ROLES,
            "calendar_id": team.calendar or playbook.sla.default_calendar,
        }


def team_members(playbook: Playbook) -> Iterator[Row]:
    kinds = (("crm_team", "crm_teams"), ("owner_email", "owner_emails"), ("owner_id", "owner_ids"))
    for team_id, team in sorted(playbook.teams.teams.items()):
        for source_id, members in sorted(team.members.items()):
            for kind, name in kinds:
                for value in getattr(members, name):
                    yield {
                        "source_id": source_id,
                        "match_kind": kind,
                        "match_value": folded(value),
                        "team_id": team_id,
                    }


def queues_and_automatic_users(playbook: Playbook) -> Iterator[Row]:
    for queue_id, queue in sorted(playbook.teams.queues.items()):
        yield {
            "source_id": queue.source,
            "queue_id": queue_id,
            "label": queue.label,
            "kind": queue.kind,
            "owner_id": queue.owner_id,
            "email": queue.email,
        }


def split_property(name: str) -> Row:
    """``object`` and ``property`` of a name such as ``contacts.jobtitle``."""
    object_, property_ = name.split(".")
    return {"object": object_, "property": property_}
