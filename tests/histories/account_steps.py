"""What happens in an account and to its syncs, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

# What happens in an account, and how often.
HUBSPOT_EDITS = {
    "create": 7,
    "edit": 10,
    "edit many at one instant": 3,
    "merge": 5,
    "archive": 4,
    "restore": 3,
    "erase": 2,
    "link": 4,
    "unlink": 3,
    "add a property": 1,
    "remove a property": 1,
    "retype a property": 1,
}
SALESFORCE_EDITS = {
    "create": 7,
    "edit": 10,
    "edit many at one instant": 3,
    "convert": 4,
    "merge": 4,
    "archive": 4,
    "restore": 3,
    "erase": 2,
    "recalculate": 1,
    "add a property": 1,
    "remove a property": 1,
}
SYNCS = {"sync": 6, "sync with edits meanwhile": 3, "killed sync": 1}
# Least and most minutes between two steps, and how often.
_PAUSES = {(0, 0): 2, (0.01, 3): 4, (5, 58): 3, (61, 600): 3, (1440, 4000): 1}


@dataclass(frozen=True)
class Step:
    """One thing that happens, `pause` after the last. Its own seed draws what it happens to."""

    kind: str
    seed: int
    pause: timedelta

    def __str__(self) -> str:
        return f"{self.kind} (after {self.pause}, drawn by {self.seed})"


@dataclass(frozen=True)
class History:
    """A seed's steps, and the account's ways: clock, index, ids of what was merged."""

    seed: int
    steps: tuple[Step, ...]
    clock_skew: timedelta
    index_lag: timedelta
    merge_makes_new_id: tuple[str, ...]

    def beginning(self, length: int) -> History:
        """The same history, ended after its first steps."""
        return replace(self, steps=self.steps[:length])

    def __str__(self) -> str:
        told = [f"{number}. {step}" for number, step in enumerate(self.steps, start=1)]
        ways = (
            f"seed {self.seed}: the CRM's clock is {self.clock_skew.total_seconds():.0f} s ahead, "
            f"its index {self.index_lag.total_seconds():.0f} s behind, merges make new ids of "
            f"{', '.join(self.merge_makes_new_id) or 'nothing'}"
        )
        return "\n".join([ways, *told])


def draw_history(seed: int, edits: dict[str, int]) -> History:
    """The history of a seed, of some kinds of edits; the same one each time."""
    random = Random(seed)  # noqa: S311 -- no secret
    steps = []
    for _ in range(random.randint(3, 6)):
        steps += [_step(random, edits) for _ in range(random.randint(0, 8))]
        steps.append(_step(random, SYNCS))
    steps += [_step(random, edits) for _ in range(random.randint(0, 6))]
    return History(
        seed=seed,
        steps=tuple(steps),
        clock_skew=timedelta(minutes=random.choice((0, 0, -40, -3, 2, 35))),
        index_lag=timedelta(seconds=random.choice((0, 0, 20, 900))),
        merge_makes_new_id=random.choice(((), ("companies",), ("companies", "deals"))),
    )


def _step(random: Random, kinds: dict[str, int]) -> Step:
    least, most = random.choices(list(_PAUSES), list(_PAUSES.values()))[0]
    return Step(
        kind=random.choices(list(kinds), list(kinds.values()))[0],
        seed=random.randrange(1_000_000),
        pause=timedelta(seconds=round(random.uniform(least, most) * 60)),
    )
