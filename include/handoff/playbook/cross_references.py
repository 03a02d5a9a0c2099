"""Names that one file of the playbook uses and another defines.

A topic that could not be read is None: what refers to it is not checked until it can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from handoff.crm.registry import crm_traits
from handoff.playbook.mistakes import Mistake
from handoff.playbook.references import References
from handoff.playbook.yaml_reading import Place, YamlDocument


def check_references(
    topics: Mapping[str, Any],
    documents: Mapping[str, YamlDocument],
    parts: Mapping[str, YamlDocument],
) -> list[Mistake]:
    """Every name that is defined nowhere, every name that is defined twice.

    topics: what could be read of each file. documents: the files as they are. parts: of the files
    that have mistakes, the part that was read.
    """
    check = References(topics, documents, parts)
    for rule in _RULES:
        rule(check)
    return check.mistakes


def _samples(check: References) -> None:
    if (topic := check.topics["playbook"]) is None:
        return
    if topic.small_sample_hidden_below > topic.small_sample_marked_below:
        problem = "small_sample_hidden_below must be at most small_sample_marked_below"
        check.add("playbook", ("small_sample_hidden_below",), problem)


def _sources(check: References) -> None:
    if (topic := check.topics["sources"]) is None:
        return
    used = [
        (("sources", source_id, "connection"), source.connection)
        for source_id, source in topic.sources.items()
    ]
    check.unique("sources", used, "connection")
    for source_id, source in topic.sources.items():
        _linked_source(check, source_id, source)


def _linked_source(check: References, source_id: str, source: Any) -> None:
    """Foreign ids on records are of one source: the one that is named, or the only one there is."""
    linkable = crm_traits(source.crm).linked_crms
    sources = check.topics["sources"].sources
    possible = tuple(name for name, one in sources.items() if one.crm in linkable)
    place: Place = ("sources", source_id, "linked_source")
    if source.linked_source is not None:
        check.known("sources", place, "linked source", source.linked_source, possible)
    elif len(possible) > 1:
        problem = f"{source_id!r} needs linked_source: its ids may be of {' or '.join(possible)}"
        check.add("sources", ("sources", source_id), problem)


def _lifecycle(check: References) -> None:
    if (topic := check.topics["lifecycle"]) is None:
        return
    for source_id, lifecycle in topic.sources.items():
        at: Place = ("sources", source_id)
        crm = check.source("lifecycle", at, source_id)
        for name, values in lifecycle.stages.items():
            check.property("lifecycle", (*at, "stages", name), crm, name)
            _folded_once(check, "lifecycle", (*at, "stages", name), values)
        for pipeline_id, pipeline in lifecycle.pipelines.items():
            place = (*at, "pipelines", pipeline_id, "stages")
            _folded_once(check, "lifecycle", place, pipeline.stages)
    for source_id in check.defined("sources", "sources") or ():
        if source_id not in (check.defined("lifecycle", "sources") or ()):
            check.add("lifecycle", ("sources",), f"source {source_id!r} has no stages here")


def _precedence(check: References) -> None:
    if (topic := check.topics["precedence"]) is None:
        return
    for subject, order in topic.orders.items():
        at: Place = ("stages", subject) if subject in topic.stages else (subject,)
        named: list[tuple[Place, str]] = [((*at, i), name) for i, name in enumerate(order)]
        for where, source_id in named:
            check.source("precedence", where, source_id)
        check.unique("precedence", named, "source")


def _passed_properties(check: References) -> None:
    if (topic := check.topics["passed_properties"]) is None:
        return
    entries = topic.passed_properties
    named: list[tuple[Place, Any]] = [
        (("passed_properties", i), (one.source, one.property.split(".")[0], one.name))
        for i, one in enumerate(entries)
    ]
    check.unique("passed_properties", named, "passed property")
    for i, entry in enumerate(entries):
        at: Place = ("passed_properties", i)
        crm = check.source("passed_properties", (*at, "source"), entry.source)
        if crm is not None:
            objects = (*crm_traits(crm).objects, *crm_traits(crm).passed_objects)
            object_ = entry.property.split(".")[0]
            check.known("passed_properties", (*at, "property"), "object", object_, objects)


def _people(check: References) -> None:
    if (topic := check.topics["people"]) is None:
        return
    check.unique("people", _ids("exclusions", topic.exclusions, "rule"), "rule")
    for i, exclusion in enumerate(topic.exclusions):
        for j, entry in enumerate(exclusion.properties):
            at: Place = ("exclusions", i, "properties", j)
            crm = check.source("people", (*at, "source"), entry.source)
            check.property("people", (*at, "property"), crm, entry.property)


def _teams(check: References) -> None:
    if (topic := check.topics["teams"]) is None:
        return
    calendars = check.defined("sla", "calendars")
    members: list[tuple[Place, Any]] = []
    for team_id, team in topic.teams.items():
        at: Place = ("teams", team_id)
        check.known("teams", (*at, "calendar"), "calendar", team.calendar, calendars)
        for source_id, named in team.members.items():
            inside = (*at, "members", source_id)
            check.source("teams", inside, source_id)
            for kind in ("crm_teams", "owner_emails", "owner_ids"):
                members += [
                    ((*inside, kind, i), (source_id, kind, value.strip().lower()))
                    for i, value in enumerate(getattr(named, kind))
                ]
    check.unique("teams", members, "member")
    for queue_id, queue in topic.queues.items():
        check.source("teams", ("queues", queue_id, "source"), queue.source)
        if queue_id in topic.teams:
            check.add("teams", ("queues", queue_id), f"{queue_id!r} is the name of a team already")


def _fields(check: References) -> None:
    if (topic := check.topics["fields"]) is None:
        return
    check.unique("fields", _ids("fields", topic.fields, "field"), "field")
    for i, field in enumerate(topic.fields):
        at: Place = ("fields", i)
        for source_id, name in field.read_from.items():
            crm = check.source("fields", (*at, "read_from", source_id), source_id)
            check.property("fields", (*at, "read_from", source_id), crm, name)
        for source_id, condition in field.required_when.items():
            place = (*at, "required_when", source_id)
            if not check.known("fields", place, "source of read_from", source_id, field.read_from):
                continue
            object_ = field.read_from[source_id].split(".")[0]
            other = condition.property.split(".")[0]
            check.known("fields", (*place, "property"), "object of the field", other, (object_,))


def _reasons(check: References) -> None:
    if (topic := check.topics["reasons"]) is None:
        return
    for source_id, properties in topic.sources.items():
        at: Place = ("sources", source_id)
        crm = check.source("reasons", at, source_id)
        check.unique("reasons", _ids(at, properties, "property"), "property")
        for i, entry in enumerate(properties):
            check.property("reasons", (*at, i, "property"), crm, entry.property)
            _folded_once(check, "reasons", (*at, i, "values"), entry.values)


def _quality(check: References) -> None:
    if (icp := check.topics["icp"]) is not None:
        check.unique("icp", _ids("rules", icp.rules, "rule"), "rule")
        check.unique("icp", _ids("company_sizes", icp.company_sizes, "label"), "company size")
        for i, (smaller, larger) in enumerate(pairwise(icp.company_sizes), start=1):
            if smaller.to is None or larger.from_ != smaller.to + 1:
                problem = f"{larger.label!r} must begin one above the end of {smaller.label!r}"
                check.add("icp", ("company_sizes", i), problem)
    if (scoring := check.topics["scoring"]) is not None:
        check.unique("scoring", _ids("rules", scoring.rules, "rule"), "rule")
        check.unique("scoring", _ids("bands", scoring.bands, "label"), "band")
        for i, (lower, higher) in enumerate(pairwise(scoring.bands), start=1):
            if higher.from_ <= lower.from_:
                problem = f"{higher.label!r} must begin above {lower.label!r}"
                check.add("scoring", ("bands", i), problem)
        for i, rule in enumerate(scoring.rules):
            place = ("rules", i, "value")
            check.known("scoring", place, rule.signal, rule.value, SIGNAL_VALUES[rule.signal])
    if (checklist := check.topics["qualification"]) is not None:
        entries = _ids("questions", checklist.questions, "question")
        check.unique("qualification", entries, "question")
        defined = check.defined("fields", "fields", "field")
        for i, question in enumerate(checklist.questions):
            place = ("questions", i, "field")
            check.known("qualification", place, "field", question.field, defined)


def _routing(check: References) -> None:
    if (topic := check.topics["routing"]) is None:
        return
    teams, queues = check.defined("teams", "teams"), check.defined("teams", "queues")
    targets = None if teams is None or queues is None else (*teams, *queues)
    themes = check.defined("campaigns", "themes")
    check.unique("routing", _ids("rules", topic.rules, "rule"), "rule")
    for i, rule in enumerate(topic.rules):
        at: Place = ("rules", i)
        check.known("routing", (*at, "send_to"), "team or queue", rule.send_to, targets)
        for j, theme in enumerate(rule.when.theme):
            check.known("routing", (*at, "when", "theme", j), "theme", theme, themes)
        for j, source_id in enumerate(rule.when.source):
            check.source("routing", (*at, "when", "source", j), source_id)
    if topic.missing_data is not None:
        place = ("missing_data", "send_to")
        check.known("routing", place, "team or queue", topic.missing_data.send_to, targets)
    check.known("routing", ("otherwise",), "team or queue", topic.otherwise, targets)


def _sla(check: References) -> None:
    if (topic := check.topics["sla"]) is None:
        return
    tiers, calendars = check.defined("sla", "tiers"), check.defined("sla", "calendars")
    check.known("sla", ("default_tier",), "tier", topic.default_tier, tiers)
    check.known("sla", ("default_calendar",), "calendar", topic.default_calendar, calendars)
    for i, rule in enumerate(topic.rules):
        check.known("sla", ("rules", i, "tier"), "tier", rule.tier, tiers)


def _campaigns(check: References) -> None:
    if (topic := check.topics["campaigns"]) is None:
        return
    themes, personas = check.defined("campaigns", "themes"), check.defined("campaigns", "personas")
    offers, campaigns = (
        check.defined("campaigns", "offers"),
        check.defined("campaigns", "campaigns"),
    )
    for collection in ("offers", "campaigns"):
        for name, entry in getattr(topic, collection).items():
            at: Place = (collection, name)
            check.known("campaigns", (*at, "theme"), "theme", entry.theme, themes)
            check.known("campaigns", (*at, "persona"), "persona", entry.persona, personas)
    for key in ("crm_campaign_id", "utm_campaign"):
        named = [
            (("campaigns", name, key), (campaign.source, getattr(campaign, key).lower()))
            for name, campaign in topic.campaigns.items()
            if getattr(campaign, key)
        ]
        check.unique("campaigns", named, key)
    for name, campaign in topic.campaigns.items():
        check.source("campaigns", ("campaigns", name, "source"), campaign.source)
    for key in ("form_id", "form_name"):
        forms = [
            (("forms", i, key), (form.source, getattr(form, key).lower()))
            for i, form in enumerate(topic.forms)
            if getattr(form, key)
        ]
        check.unique("campaigns", forms, key)
    for i, form in enumerate(topic.forms):
        at = ("forms", i)
        check.source("campaigns", (*at, "source"), form.source)
        check.known("campaigns", (*at, "offer"), "offer", form.offer, offers)
        check.known("campaigns", (*at, "campaign"), "campaign", form.campaign, campaigns)


def _problems(check: References) -> None:
    if (topic := check.topics["problems"]) is None:
        return
    teams = check.defined("teams", "teams")
    for kind, problem in topic.problems.items():
        place = ("problems", kind, "owner_team")
        check.known("problems", place, "team", problem.owner_team, teams)


def _ids(at: str | Place, entries: Iterable[Any], key: str) -> list[tuple[Place, Any]]:
    start: Place = (at,) if isinstance(at, str) else at
    return [((*start, i, key), getattr(entry, key)) for i, entry in enumerate(entries)]


def _folded_once(check: References, topic: str, place: Place, values: Mapping[str, Any]) -> None:
    """Values are compared in lower case, so two spellings of one value are one."""
    check.unique(topic, [((*place, value), value.strip().lower()) for value in values], "value")


SIGNAL_VALUES: dict[str, tuple[str, ...]] = {
    "offer_type": (
        "demo_request", "pricing", "contact_sales", "trial",
        "guide", "webinar", "event", "newsletter", "other",
    ),
    "touch_kind": (
        "form_submission", "content_download", "event", "demo_request",
        "inbound_mail", "campaign_response",
    ),
    "activity_type": ("call", "email", "meeting"),
}  # fmt: skip

_RULES: tuple[Callable[[References], None], ...] = (
    _samples, _sources, _lifecycle, _precedence, _people, _teams, _fields, _reasons,
    _quality, _routing, _sla, _campaigns, _problems, _passed_properties,
)  # fmt: skip
