"""The planted facts: what a correct pipeline has to find in the portal.

Numbers follow METRICS: the counted unit is the handoff, instants are UTC, weeks are ISO weeks of
the reporting zone. ``truth.json`` holds the sums and the lists, ``truth_handoffs.ndjson.gz`` beside
it one line a handoff.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handoff.sandbox.generator.changes import iso
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.weeks import iso_week, last_full_week, week_of

# Lists of ids are cut here; their counts are not.
LISTED_IDS = 500


@dataclass(slots=True)
class Planted:
    """One kind of planted mistake: how often, on which records, with counts by other keys."""

    count: int = 0
    record_ids: list[str] = field(default_factory=list)
    by: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, record_id: str, **keys: str) -> None:
        self.count += 1
        if len(self.record_ids) < LISTED_IDS:
            self.record_ids.append(record_id)
        for name, value in keys.items():
            self.by.setdefault(name, Counter())[value] += 1

    def as_json(self) -> dict[str, Any]:
        counts = {f"by_{name}": dict(sorted(by.items())) for name, by in sorted(self.by.items())}
        return {"count": self.count, "record_ids": self.record_ids, **counts}


_FUNNEL = ("mql", "accepted", "sql", "opportunity", "won")


class Truth:
    """Sums over all handoffs, planted mistakes, bypasses and hand-placed scenarios."""

    def __init__(self, *, seed: int, people: int, days: int, ends_at: datetime) -> None:
        self.seed, self.people, self.days, self.ends_at = seed, people, days, ends_at
        self.records: dict[str, int] = {}
        self.salesforce_records: dict[str, int] = {}
        self.archived: Counter[str] = Counter()
        self.handoffs = 0
        self.excluded: Counter[str] = Counter()
        self.strict: Counter[str] = Counter()
        self.filled: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self.by_sla_status: Counter[str] = Counter()
        self.by_reason: Counter[str] = Counter()
        self.by_rejecting_side: Counter[str] = Counter()
        self.by_campaign: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.by_week: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.by_week_and_campaign: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.sla_by_week: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.bypasses: list[dict[str, Any]] = []
        self.planted: defaultdict[str, Planted] = defaultdict(Planted)
        self.scenarios: dict[str, list[dict[str, Any]]] = {}

    def plant(self, kind: str, record_id: str, **keys: str) -> None:
        self.planted[kind].add(record_id, **keys)

    def bypass(
        self, kind: str, record_id: str, at: datetime, amount: float | None, object: str = "deals"
    ) -> None:
        """``kind`` is no_mql, after_close or no_person; ``at`` its first event."""
        if at <= self.ends_at:
            self.bypasses.append(
                {
                    "kind": kind,
                    "object": object,
                    "record_id": record_id,
                    "at": iso(at),
                    "amount": amount,
                }
            )

    def add(self, handoff: HandoffTruth) -> None:
        """Counts a settled handoff; excluded people count nowhere but as excluded."""
        self.handoffs += 1
        if handoff.scenario:
            self.scenarios.setdefault(handoff.scenario, []).append(handoff.as_json())
        if handoff.exclusion:
            self.excluded[handoff.exclusion] += 1
            return
        campaign, week = handoff.campaign or "(none)", week_of(handoff.mql_at)
        self.strict["mql"] += 1
        self.by_status[handoff.status] += 1
        self.by_week[week]["mql"] += 1
        self.by_week_and_campaign[week][campaign] += 1
        self.by_campaign[campaign]["mql"] += 1
        for stage in _FUNNEL[1:]:
            if getattr(handoff, f"{stage}_at") is not None:
                self.strict[stage] += 1
            at = handoff.filled(stage)
            if at is not None:
                self.filled[stage] += 1
                self.by_campaign[campaign][stage] += 1
                self.by_week[week_of(at)][stage] += 1
        if handoff.sla_status:
            self.by_sla_status[handoff.sla_status] += 1
            self.sla_by_week[week][handoff.sla_status] += 1
        if handoff.status in ("disqualified", "recycled", "lost"):
            self.by_reason[handoff.reason or "missing"] += 1
        if handoff.rejected_by:
            self.by_rejecting_side[handoff.rejected_by] += 1

    def as_json(self) -> dict[str, Any]:
        monday = last_full_week(self.ends_at)
        week, week_before = (iso_week(day) for day in (monday, monday - timedelta(days=7)))
        return {
            "truth_version": 1,
            "seed": self.seed,
            "people": self.people,
            "days": self.days,
            "ends_at": iso(self.ends_at),
            "last_full_week": week,
            "week_before": week_before,
            "records": {"files": self.records, "archived": _plain(self.archived)}
            | ({"salesforce": self.salesforce_records} if self.salesforce_records else {}),
            "handoffs": {
                "total": self.handoffs,
                "counted": self.strict["mql"],
                "excluded": _plain(self.excluded),
                "strict": _plain(self.strict),
                "filled": _plain(self.filled),
                "by_status": _plain(self.by_status),
                "by_sla_status": _plain(self.by_sla_status),
                "by_reason": _plain(self.by_reason),
                "by_rejecting_side": _plain(self.by_rejecting_side),
                "by_campaign": _nested(self.by_campaign),
                "by_week": _nested(self.by_week),
            },
            "weeks": {
                name: {
                    "mqls_by_campaign": _plain(self.by_week_and_campaign[name]),
                    "by_sla_status": _plain(self.sla_by_week[name]),
                }
                for name in (week_before, week)
            },
            "bypasses": self.bypasses,
            "planted": {kind: one.as_json() for kind, one in sorted(self.planted.items())},
            "scenarios": self.scenarios,
        }


def _plain(counter: Counter[str]) -> dict[str, int]:
    return {name: counter[name] for name in sorted(counter)}


def _nested(counters: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: _plain(counters[name]) for name in sorted(counters)}
