"""What a name or a value of a CRM probably means: known words, and the likeness of others to them.

Nothing here decides: a guess is proposed with the words that it was made from, and what is like no
known word is left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

# From here on a value is taken for a word: below, more guesses were wrong than right.
ENOUGH = 87

STAGE_WORDS: Mapping[str, tuple[str, ...]] = {
    "new": ("new", "subscriber", "not contacted", "open not contacted"),
    "engaged": ("lead", "engaged", "prospect"),
    "mql": ("mql", "marketing qualified lead", "marketing qualified"),
    "accepted": (
        "accepted", "sal", "sales accepted lead", "open", "working", "working contacted",
        "in progress", "contacted", "connected", "attempted to contact", "assigned",
    ),
    "sql": ("sql", "sales qualified lead", "qualified", "sales qualified"),
    "opportunity": (
        "opportunity", "open deal", "prospecting", "qualification", "needs analysis",
        "value proposition", "proposal", "proposal price quote", "offer", "negotiation",
        "negotiation review", "appointment scheduled", "qualified to buy", "demo",
        "presentation scheduled", "decision maker bought in", "contract sent", "contract",
    ),
    "won": ("won", "closed won", "customer", "signed"),
    "lost": ("lost", "closed lost"),
    "disqualified": ("disqualified", "unqualified", "closed not converted", "junk", "not a fit"),
    "recycled": ("recycled", "nurture", "nurturing", "bad timing", "later"),
}  # fmt: skip

REASON_WORDS: Mapping[str, tuple[str, ...]] = {
    "wrong_icp": ("not icp", "wrong fit", "bad fit", "not a fit", "too small", "student"),
    "unclear_fit": ("unclear need", "no need", "missing feature", "missing features"),
    "no_authority": ("no authority", "not the decision maker", "no decision maker"),
    "low_urgency": ("not now", "timing", "bad timing", "no decision", "no urgency", "postponed"),
    "no_budget": ("no budget", "budget", "price", "too expensive", "lack of funds"),
    "competitor": ("competitor", "lost to competitor", "went elsewhere", "other vendor"),
    "unreachable": ("no response", "unreachable", "never reached", "no answer", "unresponsive"),
    "duplicate": ("duplicate", "duplicate record"),
    "bad_data": ("bad data", "invalid contact details", "wrong number", "spam"),
    "other": ("other",),
}

# Required fields of a handoff: who fills them in, at which stage, and the names that they go by.
FIELD_WORDS: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    "job_title": ("mql", "marketing", "high", ("job title", "title", "position", "role")),
    "country": ("mql", "marketing", "high", ("country", "country region", "mailing country")),
    "industry": ("mql", "marketing", "medium", ("industry", "sector")),
    "number_of_employees": (
        "mql", "marketing", "medium",
        ("number of employees", "no of employees", "employees", "company size"),
    ),
    "use_case": ("accepted", "sdr", "high", ("use case",)),
    "current_tools": ("sql", "sdr", "medium", ("current tools", "current solution")),
    "decision_owner": ("sql", "sdr", "high", ("decision owner", "decision maker")),
    "timeframe": ("sql", "sdr", "high", ("timeframe", "time frame", "timeline")),
    "need": ("sql", "sdr", "low", ("need", "pain", "challenge")),
    "authority": ("sql", "sdr", "low", ("authority", "buying role")),
    "budget_range": ("sql", "sdr", "low", ("budget", "budget range")),
}  # fmt: skip

_STAGE_NAMES = ("lifecycle stage", "lead status", "status", "lead stage", "stage")
_REASON_NAMES = (
    "disqualification reason", "disqualify reason", "unqualified reason", "loss reason",
    "lost reason", "closed lost reason", "rejection reason", "reason",
)  # fmt: skip


def plain(text: str) -> str:
    """A name or value as words: ``Lead_Status__c`` and ``leadStatus`` become ``lead status``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text.removesuffix("__c").removeprefix("hs_"))
    return " ".join(re.sub(r"[^0-9a-zA-Z]+", " ", spaced).lower().split())


def meaning_of(texts: Iterable[str], words: Mapping[str, tuple[str, ...]]) -> str | None:
    """What a value means, by its own spelling or by its label; None where it is like nothing."""
    known = {word: meaning for meaning, group in words.items() for word in group}
    # `marketingqualifiedlead` has no spaces to go by.
    known |= {word.replace(" ", ""): meaning for word, meaning in list(known.items())}
    for text in map(plain, texts):
        if text in known:
            return known[text]
    best = [
        match
        for text in map(plain, texts)
        if (match := process.extractOne(text, list(known), scorer=fuzz.ratio, score_cutoff=ENOUGH))
    ]
    return known[max(best, key=lambda match: match[1])[0]] if best else None


def is_stage_name(name: str, label: str) -> bool:
    """Whether a property is probably one that holds a stage."""
    return _is_one_of(_STAGE_NAMES, name, label)


def is_reason_name(name: str, label: str) -> bool:
    """Whether a property is probably one that says why somebody came back."""
    return _is_one_of(_REASON_NAMES, name, label)


def likeness(words: tuple[str, ...], name: str, label: str) -> float:
    """How much a property's name or label is like one of the words, 0 to 100."""
    return max(
        (fuzz.ratio(plain(text), word) for text in (name, label) for word in words), default=0.0
    )


def _is_one_of(words: tuple[str, ...], name: str, label: str) -> bool:
    joined = {word.replace(" ", "") for word in words}
    return likeness(words, name, label) >= ENOUGH or plain(name).replace(" ", "") in joined
