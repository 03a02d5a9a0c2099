"""Rows of icp.yml, scoring.yml, qualification.yml and routing.yml."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from handoff.playbook.playbook import Playbook
from handoff.playbook.rows.company import Row, split_property
from handoff.playbook.topics.response import RoutingRule
from handoff.playbook.topics.words import NumberRange, folded


def icp_rules(playbook: Playbook) -> Iterator[Row]:
    for position, rule in enumerate(playbook.icp.rules, start=1):
        named = {
            "rule_id": rule.rule,
            "position": position,
            "label": rule.label,
            "importance": rule.importance,
        }
        if rule.between is not None:
            yield {**named, **_between(rule.attribute, rule.between)}
        for operator, values in (("in", rule.in_), ("not_in", rule.not_in)):
            for value in values or ():
                yield {**named, **_word(rule.attribute, operator, value)}


def company_size_bands(playbook: Playbook) -> Iterator[Row]:
    for position, size in enumerate(playbook.icp.company_sizes, start=1):
        yield {
            "company_size_band": size.label,
            "position": position,
            "employees_from": size.from_,
            "employees_to": size.to,
        }


def scoring_rules(playbook: Playbook) -> Iterator[Row]:
    for position, rule in enumerate(playbook.scoring.rules, start=1):
        yield {
            "rule_id": rule.rule,
            "position": position,
            "label": rule.label,
            "signal": rule.signal,
            "value": rule.value,
            "points": rule.points,
            "within_days": rule.within_days,
            "max_times": rule.max_times,
        }


def score_bands(playbook: Playbook) -> Iterator[Row]:
    for position, band in enumerate(playbook.scoring.bands, start=1):
        yield {"score_band": band.label, "position": position, "score_from": band.from_}


def qualification_questions(playbook: Playbook) -> Iterator[Row]:
    fields = {field.field: field for field in playbook.fields.fields}
    for position, question in enumerate(playbook.qualification.questions, start=1):
        for source_id, name in sorted(fields[question.field].read_from.items()):
            yield {
                "question_id": question.question,
                "position": position,
                "label": question.label,
                "question": question.ask,
                "good_answer": question.good_answer,
                "asked_by": question.asked_by,
                "field_id": question.field,
                "source_id": source_id,
                **split_property(name),
            }


def routing_rules(playbook: Playbook) -> Iterator[Row]:
    """The rules in their order, then one for each attribute that may be missing, then the rest."""
    routing = playbook.routing
    queues = playbook.teams.queues
    priorities = count(1)

    def rows(rule_id: str, label: str, send_to: str, conditions: list[Row]) -> Iterator[Row]:
        attributes = {condition["attribute"] for condition in conditions} - {None}
        priority = next(priorities)
        for condition in conditions:
            yield {
                "rule_id": rule_id,
                "priority": priority,
                "label": label,
                "attribute_count": len(attributes),
                **condition,
                "send_to_kind": "queue" if send_to in queues else "team",
                "send_to": send_to,
            }

    for rule in routing.rules:
        yield from rows(rule.rule, rule.label, rule.send_to, _conditions(rule))
    if routing.missing_data is not None:
        for attribute in routing.missing_data.attributes:
            column = _ATTRIBUTES.get(attribute, attribute)
            label = f"{attribute.replace('_', ' ').capitalize()} is not known"
            missing = {**_NO_CONDITION, "attribute": column, "operator": "is_missing"}
            send_to = routing.missing_data.send_to
            yield from rows(f"missing_{attribute}", label, send_to, [missing])
    if routing.otherwise is not None:
        yield from rows("otherwise", "Everybody else", routing.otherwise, [dict(_NO_CONDITION)])


# Names of the playbook that are another column's name in the models.
_ATTRIBUTES = {"source": "source_id"}
_NO_CONDITION: Row = dict.fromkeys(("attribute", "operator", "value", "min_value", "max_value"))


def _conditions(rule: RoutingRule) -> list[Row]:
    rows: list[Row] = []
    for attribute in type(rule.when).model_fields:
        wanted = getattr(rule.when, attribute)
        if isinstance(wanted, NumberRange):
            rows.append(_between(attribute, wanted))
        elif wanted:
            column = _ATTRIBUTES.get(attribute, attribute)
            rows += [_word(column, "in", value) for value in wanted]
    return rows


def _between(attribute: str, numbers: NumberRange) -> Row:
    return {
        **_NO_CONDITION,
        "attribute": attribute,
        "operator": "between",
        "min_value": numbers.from_,
        "max_value": numbers.to,
    }


def _word(attribute: str, operator: str, value: str) -> Row:
    return {
        **_NO_CONDITION,
        "attribute": attribute,
        "operator": operator,
        "value": folded(value),
    }
