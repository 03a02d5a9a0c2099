"""Rows of campaigns.yml and problems.yml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from handoff.playbook.playbook import Playbook
from handoff.playbook.rows.company import Row
from handoff.playbook.topics.words import folded
from handoff.playbook.vocabulary import PROBLEM_MEASURES, ProblemKind


def themes(playbook: Playbook) -> Iterator[Row]:
    for theme, content in sorted(playbook.campaigns.themes.items()):
        yield {"theme": theme, "label": content.label, "message": content.message}


def personas(playbook: Playbook) -> Iterator[Row]:
    for persona, content in sorted(playbook.campaigns.personas.items()):
        yield {"persona": persona, "label": content.label, "cares_about": content.cares_about}


def campaigns(playbook: Playbook) -> Iterator[Row]:
    for campaign_id, campaign in sorted(playbook.campaigns.campaigns.items()):
        cost = campaign.cost
        yield {
            "campaign_id": campaign_id,
            "source_id": campaign.source,
            "crm_campaign_id": campaign.crm_campaign_id,
            "utm_campaign": folded(campaign.utm_campaign) if campaign.utm_campaign else None,
            "name": campaign.name,
            "theme": campaign.theme,
            "persona": campaign.persona,
            "channel": campaign.channel,
            "cost_amount": cost.amount if cost else None,
            "currency": (cost.currency or playbook.playbook.reporting_currency) if cost else None,
            "starts_on": campaign.starts_on,
            "ends_on": campaign.ends_on,
        }


def offers(playbook: Playbook) -> Iterator[Row]:
    for offer_id, offer in sorted(playbook.campaigns.offers.items()):
        yield {
            "offer_id": offer_id,
            "label": offer.label,
            "offer_type": offer.type,
            "theme": offer.theme,
            "persona": offer.persona,
            "brief": offer.brief,
        }


def form_map(playbook: Playbook) -> Iterator[Row]:
    for form in playbook.campaigns.forms:
        yield {
            "source_id": form.source,
            "form_id": form.form_id,
            "form_name": folded(form.form_name) if form.form_name else None,
            "offer_id": form.offer,
            "campaign_id": form.campaign,
        }


def problem_kinds(playbook: Playbook) -> Iterator[Row]:
    for position, kind in enumerate(get_args(ProblemKind), start=1):
        if kind not in playbook.problems.problems:
            continue
        problem = playbook.problems.problems[kind]
        measure, direction = PROBLEM_MEASURES[kind]
        yield {
            "problem_kind": kind,
            "position": position,
            "label": problem.label,
            "description": problem.description,
            "measure": measure,
            "direction": direction,
            "threshold_rate": problem.threshold,
            "min_handoffs": problem.min_handoffs,
            "owner_team": problem.owner_team,
        }


def problem_fixes(playbook: Playbook) -> Iterator[Row]:
    for kind, problem in sorted(playbook.problems.problems.items()):
        for position, fix in enumerate(problem.fixes, start=1):
            yield {
                "problem_kind": kind,
                "position": position,
                "fix": fix.fix,
                "who": fix.who,
                "within_days": fix.within_days,
                "done_when": fix.done_when,
            }
