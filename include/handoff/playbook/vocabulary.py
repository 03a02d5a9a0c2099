"""The words that Handoff itself knows; a playbook maps a company's own words to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from handoff.crm.registry import CRMS

Stage = Literal[
    "new", "engaged", "mql", "accepted", "sql", "opportunity",
    "won", "lost", "disqualified", "recycled",
]  # fmt: skip
CreationStage = Literal["new", "engaged", "mql", "accepted", "sql", "opportunity"]
FieldStage = Literal["mql", "accepted", "sql", "disqualified"]
TeamRole = Literal["sdr", "ae", "marketing", "ops", "other"]
Fixer = Literal["marketing", "sdr", "ae", "ops"]
Severity = Literal["high", "medium", "low"]
OfferType = Literal[
    "demo_request", "pricing", "contact_sales", "trial",
    "guide", "webinar", "event", "newsletter", "other",
]  # fmt: skip
CanonicalReason = Literal[
    "wrong_icp", "unclear_fit", "no_authority", "low_urgency", "no_budget",
    "competitor", "unreachable", "duplicate", "bad_data", "other",
]  # fmt: skip
ProblemKind = Literal["poor_fit_leads", "slow_follow_up", "missing_fields", "unusable_feedback"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

SALES_ROLES = ("sdr", "ae")

# What a report says for each reason unless reasons.yml has better words.
REASON_LABELS: dict[str, tuple[str, str]] = {
    "wrong_icp": ("Wrong fit", "The account is not one that we sell to."),
    "unclear_fit": ("Fit unclear", "Nobody could say which need we would meet."),
    "no_authority": ("No authority", "The person cannot decide and names nobody who can."),
    "low_urgency": ("Not now", "A real need, but no date for it."),
    "no_budget": ("No budget", "A real need, but no money for it."),
    "competitor": ("Went elsewhere", "Chose or already has another product."),
    "unreachable": ("Never reached", "No answer to any attempt."),
    "duplicate": ("Duplicate", "The same person or deal is worked elsewhere."),
    "bad_data": ("Bad data", "The contact details are false or unusable."),
    "other": ("Other", "None of the above, and said so."),
    "missing": ("No reason given", "Nothing was recorded."),
    "unmapped": ("Not in the playbook", "A value that reasons.yml does not know."),
}

# What each problem is measured by, and on which side of the threshold it is a problem.
PROBLEM_MEASURES: dict[str, tuple[str, str]] = {
    "poor_fit_leads": ("poor_fit_rate", "above"),
    "slow_follow_up": ("sla_attainment_rate", "below"),
    "missing_fields": ("field_completeness_rate", "below"),
    "unusable_feedback": ("unusable_reason_rate", "above"),
}

# The CRMs that there are connectors for.
if TYPE_CHECKING:
    CrmKind = str
else:
    CrmKind = Literal[CRMS]
