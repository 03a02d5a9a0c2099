"""Which records are one deal: an integration writes the id of the one into the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from records import DealRecord, Rules, key_of


@dataclass(frozen=True)
class ToldDeal:
    """A deal. records: all that tell of it, the one that leads first."""

    records: tuple[DealRecord, ...]

    @property
    def leading(self) -> DealRecord:
        return self.records[0]

    @property
    def key(self) -> str:
        return self.leading.key

    @property
    def created_at(self) -> datetime:
        return min(record.created_at for record in self.records)


def deals_of(records: tuple[DealRecord, ...], rules: Rules) -> list[ToldDeal]:
    """The deals that records tell of. The record that others name leads, else the oldest one."""
    made = [record for record in records if record.created_at <= rules.as_of]
    groups: list[tuple[set[str], list[DealRecord]]] = []
    for record in made:
        keys, members = {record.key} | named_deal(record, rules), [record]
        apart = []
        for other_keys, others in groups:
            if keys & other_keys:
                keys, members = keys | other_keys, [*others, *members]
            else:
                apart.append((other_keys, others))
        groups = [*apart, (keys, members)]
    all_named = {key for record in made for key in named_deal(record, rules)}
    return [
        ToldDeal(tuple(sorted(members, key=lambda one: standing(one, all_named))))
        for _, members in groups
    ]


def named_deal(record: DealRecord, rules: Rules) -> set[str]:
    """The key of the deal whose id a deal holds; it need not have landed."""
    linked = rules.sources[record.source_id].linked_source
    if record.named is None or linked is None:
        return set()
    return {key_of(linked, "deals", record.named)}


def standing(record: DealRecord, named: set[str]) -> tuple[bool, datetime, str]:
    """The order in which the records of a deal are asked."""
    return record.key not in named, record.created_at, record.key
