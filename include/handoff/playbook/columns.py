"""The columns of every table in the schema ``playbook``: what the SQL models may rely on.

Each table holds the rows of every version of the playbook and starts with ``version_key``; models
read the version in force through ``{{ playbook('stage_map') }}``. Instants are UTC without a zone.
Values that are compared with CRM values are trimmed and lower-case, so compare folded values.
Tables that list conditions have one row a condition and value: of one rule, all attributes must
hold, and an attribute holds when any of its rows does.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
COUNT = pa.int32()
NUMBER = pa.float64()
FLAG = pa.bool_()
DATE = pa.date32()
TIME = pa.time64("us")
INSTANT = pa.timestamp("us")
MONEY = pa.decimal128(18, 2)


@dataclass(frozen=True)
class Column:
    """One column: name, Arrow type, what it means, and whether it may be null."""

    name: str
    type: pa.DataType
    meaning: str
    is_nullable: bool = False


def _one(name: str, type_: pa.DataType, meaning: str) -> Column:
    return Column(name, type_, meaning)


def _maybe(name: str, type_: pa.DataType, meaning: str) -> Column:
    return Column(name, type_, meaning, is_nullable=True)


VERSION_KEY = _one("version_key", TEXT, "first 12 hex digits of the version's content hash")
_SOURCE = _one("source_id", TEXT, "the source, as in sources.yml")
_PROPERTY = (
    _SOURCE,
    _one("object", TEXT, "CRM object, such as contacts or deals"),
    _one("property", TEXT, "the CRM's own name of the property"),
)
_CONDITION = (
    _maybe("attribute", TEXT, "what is looked at; null: the rule has no condition"),
    _maybe("operator", TEXT, "in | not_in | between | is_missing"),
    _maybe("value", TEXT, "one value of in or not_in, lower case"),
    _maybe("min_value", NUMBER, "between: least value, inclusive; null: no limit"),
    _maybe("max_value", NUMBER, "between: greatest value, inclusive; null: no limit"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    # one row a version
    "versions": (
        _one("playbook_id", TEXT, "whose playbook; versions of one id follow each other"),
        _one("label", TEXT, "the version as people call it"),
        _one("effective_from", INSTANT, "from when it is in force"),
        _one("content_hash", TEXT, "sha256 of the normalised content"),
        _one("is_current", FLAG, "in force at as_of; true for exactly one row"),
        _maybe("loaded_at", INSTANT, "when it was loaded last; null: never recorded"),
    ),
    # one row a version
    "parameters": (
        _one("reporting_time_zone", TEXT, "IANA zone in which weeks and months are cut"),
        _one("reporting_currency", TEXT, "ISO 4217 code of amounts without one"),
        _one("stale_after_days", COUNT, "open without a stage change for so long: stale"),
        _one("default_accept_hours", COUNT, "elapsed hours to accept before it is by default"),
        _one("attribution_lookback_days", COUNT, "age of the oldest touch that gets credit"),
        _one("inbound_mail_quiet_days", COUNT, "no sales mail for so long: a mail is a touch"),
        _one("small_sample_hidden_below", COUNT, "denominators below hide the rate"),
        _one("small_sample_marked_below", COUNT, "denominators below are not ranked"),
        _one("headline_horizon_days", COUNT, "30, 60 or 90"),
        _one("counts_archived_records", FLAG, "false: archived records leave the numbers"),
        _one("default_calendar", TEXT, "calendar_id for owners without a team"),
        _one("default_sla_tier", TEXT, "tier when no SLA rule matches"),
        _one("icp_strong_should_rate", NUMBER, "share of should rules that makes a fit strong"),
        _one("icp_is_defined", FLAG, "false: no rules, so every fit is unknown"),
    ),
    # one row a source
    "sources": (
        _SOURCE,
        _one("label", TEXT, "the source as people call it"),
        _one("crm", TEXT, "kind of CRM: hubspot"),
        _one("connection_id", TEXT, "Airflow connection"),
        _one("portal_id", TEXT, "the account's id in the CRM; empty when not needed"),
        _one("record_url_template", TEXT, "portal filled in; {object_type_id}, {record_id} open"),
        _maybe("linked_source_id", TEXT, "the source whose ids its records hold; null: none"),
        _one("has_owner_history", FLAG, "false: who owned a lead when is not known"),
        _one("has_activities", FLAG, "false: no calls, mails, meetings; speed is not measured"),
        _one("has_reasons", FLAG, "false: no rejection or reason is recorded there"),
    ),
    # one row a subject and source
    "source_precedence": (
        _one("subject", TEXT, "a stage, such as sql; owner, deals, companies or reasons"),
        _SOURCE,
        _one("position", COUNT, "1 is right where several speak"),
    ),
    # one row a passed property
    "passed_properties": (
        *_PROPERTY,
        _one("name", TEXT, "ours; several sources may share it"),
        _one("label", TEXT, "what people see"),
    ),
    # one row a value (and pipeline)
    "stage_map": (
        *_PROPERTY,
        _maybe("pipeline_id", TEXT, "null: in every pipeline"),
        _one("raw_value", TEXT, "the CRM's value, trimmed, lower case"),
        _one(
            "stage", TEXT, "new engaged mql accepted sql opportunity won lost disqualified recycled"
        ),
    ),
    # one row a pipeline
    "pipelines": (
        _SOURCE,
        _one("pipeline_id", TEXT, "the CRM's id"),
        _one("counts", FLAG, "false: its deals are no outcome of marketing"),
        _one("creation_stage", TEXT, "the stage that creating a deal in it means"),
    ),
    # one row a change source
    "human_change_sources": (
        _SOURCE,
        _one("change_source", TEXT, "the CRM's own spelling, such as CRM_UI"),
    ),
    # one row a local part
    "role_addresses": (_one("local_part", TEXT, "before the @, lower case"),),
    # one row a rule and value
    "exclusion_rules": (
        _one("rule_id", TEXT, "the rule"),
        _one("kind", TEXT, "test | internal | partner"),
        _one("match", TEXT, "email_domain | email_exact | property"),
        _maybe("source_id", TEXT, "match property: the source"),
        _maybe("object", TEXT, "match property: CRM object"),
        _maybe("property", TEXT, "match property: the CRM's name"),
        _one("value", TEXT, "lower case; a domain matches itself, not its subdomains"),
    ),
    # one row a team
    "teams": (
        _one("team_id", TEXT, "the team"),
        _one("label", TEXT, "the team as people call it"),
        _one("role", TEXT, "sdr | ae | marketing | ops | other"),
        _one("is_sales", FLAG, "role is sdr or ae"),
        _one("calendar_id", TEXT, "its calendar, or the default one"),
    ),
    # one row a match
    "team_members": (
        _SOURCE,
        _one("match_kind", TEXT, "crm_team (name) | owner_email | owner_id"),
        _one("match_value", TEXT, "lower case"),
        _one("team_id", TEXT, "the team"),
    ),
    # one row an owner that is no person
    "queues_and_automatic_users": (
        _SOURCE,
        _one("queue_id", TEXT, "our name of it"),
        _one("label", TEXT, "as people call it"),
        _one("kind", TEXT, "queue | automatic"),
        _maybe("owner_id", TEXT, "the CRM's owner id; this or email is set"),
        _maybe("email", TEXT, "lower case"),
    ),
    # one row a calendar
    "calendars": (
        _one("calendar_id", TEXT, "the calendar"),
        _one("label", TEXT, "as people call it"),
        _one("time_zone", TEXT, "IANA zone of its hours and holidays"),
    ),
    # one row a calendar and weekday on which it is open
    "calendar_hours": (
        _one("calendar_id", TEXT, "the calendar"),
        _one("weekday", COUNT, "1 Monday to 7 Sunday"),
        _one("opens", TIME, "local time, inclusive"),
        _one("closes", TIME, "local time, exclusive; up to 24:00"),
    ),
    # one row a calendar and day off
    "calendar_holidays": (
        _one("calendar_id", TEXT, "the calendar"),
        _one("holiday_date", DATE, "closed all day, local date"),
        _one("name", TEXT, "name of the day, in English where there is one"),
    ),
    # one row a tier
    "sla_tiers": (
        _one("tier", TEXT, "the tier"),
        _one("label", TEXT, "as people call it"),
        _one("business_minutes", COUNT, "from assignment to first touch"),
    ),
    # one row a rule and value; the matching row with the least priority decides
    "sla_rules": (
        _one("priority", COUNT, "1 first; unique"),
        _one("tier", TEXT, "the tier it gives"),
        _maybe("offer_type", TEXT, "of the trigger touch; null: any"),
        _maybe("form_id", TEXT, "of the trigger touch, the CRM's id; null: any"),
    ),
    # one row a field and source
    "required_fields": (
        _one("field_id", TEXT, "the field"),
        _one("position", COUNT, "order in which fields are shown"),
        _one("label", TEXT, "as people call it"),
        _one("stage", TEXT, "mql | accepted | sql | disqualified"),
        *_PROPERTY,
        _maybe("required_when_property", TEXT, "same object; null: always required"),
        _maybe("required_when_value", TEXT, "its value, lower case; null: any that is no empty"),
        _one("fixed_by", TEXT, "marketing | sdr | ae | ops"),
        _one("severity", TEXT, "high | medium | low"),
        _one("guidance", TEXT, "what a good answer is; may be empty text"),
    ),
    # one row a value
    "empty_values": (_one("value", TEXT, "counts as nothing; lower case; '' is one of them"),),
    # one row a value
    "reason_map": (
        *_PROPERTY,
        _one("raw_value", TEXT, "the CRM's value, trimmed, lower case"),
        _one("reason", TEXT, "canonical reason"),
    ),
    # one row a property
    "reason_precedence": (*_PROPERTY, _one("position", COUNT, "1 is asked first, in a source")),
    # one row a reason, missing and unmapped among them
    "reasons": (
        _one("reason", TEXT, "canonical reason"),
        _one("position", COUNT, "order in which reasons are shown"),
        _one("label", TEXT, "as people call it"),
        _one("description", TEXT, "when to choose it"),
    ),
    # one row a theme
    "themes": (
        _one("theme", TEXT, "the theme"),
        _one("label", TEXT, "as people call it"),
        _one("message", TEXT, "what it says, in one sentence"),
    ),
    # one row a persona
    "personas": (
        _one("persona", TEXT, "the persona"),
        _one("label", TEXT, "as people call it"),
        _one("cares_about", TEXT, "what such a person wants to hear"),
    ),
    # one row a campaign of the playbook
    "campaigns": (
        _one("campaign_id", TEXT, "our slug"),
        _SOURCE,
        _maybe("crm_campaign_id", TEXT, "the CRM's id"),
        _maybe("utm_campaign", TEXT, "as it stands in links, trimmed, lower case"),
        _one("name", TEXT, "as people call it"),
        _maybe("theme", TEXT, "a theme"),
        _maybe("persona", TEXT, "a persona"),
        _maybe("channel", TEXT, "such as paid_search, event, partner"),
        _maybe("cost_amount", MONEY, "what it cost in all, in currency"),
        _maybe("currency", TEXT, "ISO 4217; set when cost_amount is"),
        _maybe("starts_on", DATE, "local date"),
        _maybe("ends_on", DATE, "local date, inclusive"),
    ),
    # one row an offer
    "offers": (
        _one("offer_id", TEXT, "the offer"),
        _one("label", TEXT, "as people call it"),
        _one(
            "offer_type",
            TEXT,
            "demo_request | pricing | contact_sales | trial | guide |"
            " webinar | event | newsletter | other",
        ),
        _maybe("theme", TEXT, "a theme"),
        _maybe("persona", TEXT, "a persona"),
        _maybe("brief", TEXT, "how sales take up this offer in the first touch"),
    ),
    # one row a form
    "form_map": (
        _SOURCE,
        _maybe("form_id", TEXT, "the CRM's id; this or form_name is set"),
        _maybe("form_name", TEXT, "trimmed, lower case"),
        _one("offer_id", TEXT, "what it offers"),
        _maybe("campaign_id", TEXT, "the playbook's campaign it belongs to"),
    ),
    # one row a rule and value. poor: a never rule holds or a must rule fails; else unknown: a must
    # rule cannot be judged; else strong or partial by the share of should rules that hold
    "icp_rules": (
        _one("rule_id", TEXT, "the rule"),
        _one("position", COUNT, "order in which rules are shown"),
        _one("label", TEXT, "as people call it"),
        _one("importance", TEXT, "must | should | never"),
        *_CONDITION,  # attribute: industry country employee_count annual_revenue
    ),
    # one row a band of company size
    "company_size_bands": (
        _one("company_size_band", TEXT, "as it is shown, such as 50–199"),
        _one("position", COUNT, "small to large"),
        _one("employees_from", COUNT, "inclusive"),
        _maybe("employees_to", COUNT, "inclusive; null: no limit"),
    ),
    # one row a rule
    "scoring_rules": (
        _one("rule_id", TEXT, "the rule"),
        _one("position", COUNT, "order in which rules are shown"),
        _one("label", TEXT, "as people call it"),
        _one("signal", TEXT, "offer_type | touch_kind | activity_type"),
        _one("value", TEXT, "value of the signal"),
        _one("points", COUNT, "for each time, may be negative"),
        _one("within_days", COUNT, "before mql_at, inclusive"),
        _one("max_times", COUNT, "how often it counts at most"),
    ),
    # one row a band
    "score_bands": (
        _one("score_band", TEXT, "as it is shown"),
        _one("position", COUNT, "low to high"),
        _one("score_from", COUNT, "inclusive; up to the next band's"),
    ),
    # one row a question and source
    "qualification_questions": (
        _one("question_id", TEXT, "the question"),
        _one("position", COUNT, "order in which they are asked"),
        _one("label", TEXT, "short name"),
        _one("question", TEXT, "words to use"),
        _one("good_answer", TEXT, "what a usable answer holds; may be empty text"),
        _one("asked_by", TEXT, "marketing | sdr | ae | ops"),
        _one("field_id", TEXT, "field that holds the answer"),
        *_PROPERTY,
    ),
    # one row a rule and value; the rule with the least priority that holds decides
    "routing_rules": (
        _one("rule_id", TEXT, "the rule"),
        _one("priority", COUNT, "1 first; the same in all rows of a rule"),
        _one("label", TEXT, "as people call it"),
        _one("attribute_count", COUNT, "attributes that must hold; 0: always"),
        *_CONDITION,  # attribute: industry country employee_count offer_type theme source_id
        _one("send_to_kind", TEXT, "team | queue"),
        _one("send_to", TEXT, "team_id or queue_id"),
    ),
    # one row a kind
    "problem_kinds": (
        _one(
            "problem_kind",
            TEXT,
            "poor_fit_leads | slow_follow_up | missing_fields | unusable_feedback",
        ),
        _one("position", COUNT, "order in which they are shown"),
        _one("label", TEXT, "as people call it"),
        _one("description", TEXT, "what it is"),
        _one(
            "measure",
            TEXT,
            "poor_fit_rate | sla_attainment_rate | field_completeness_rate | unusable_reason_rate",
        ),
        _one("direction", TEXT, "above | below: on which side of threshold_rate it is a problem"),
        _one("threshold_rate", NUMBER, "0 to 1; the threshold itself is no problem yet"),
        _one("min_handoffs", COUNT, "denominators below raise no problem"),
        _one("owner_team", TEXT, "team_id that leads the fix"),
    ),
    # one row a fix
    "problem_fixes": (
        _one("problem_kind", TEXT, "the problem"),
        _one("position", COUNT, "1 is tried first"),
        _one("fix", TEXT, "what to do"),
        _one("who", TEXT, "marketing | sdr | ae | ops"),
        _one("within_days", COUNT, "when it should be done"),
        _one("done_when", TEXT, "how one sees that it worked"),
    ),
    # one row a property that the playbook reads, and purpose
    "tracked_properties": (
        *_PROPERTY,
        _one("purpose", TEXT, "stage | owner | field | reason | exclusion"),
    ),
}


def schema(table: str) -> pa.Schema:
    """Arrow schema of a table, ``version_key`` first, with each column's meaning as metadata."""
    return pa.schema(
        [
            pa.field(c.name, c.type, nullable=c.is_nullable, metadata={"meaning": c.meaning})
            for c in (VERSION_KEY, *TABLES[table])
        ]
    )
