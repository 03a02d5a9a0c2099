"""What goes wrong on the way: a plan that is the same each time it is played."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "status",
    "reset",
    "slow",
    "html_with_200",
    "truncated_json",
    "wrong_content_type",
    "empty",
    "drip",
    "oversized",
    "bomb",
    "repeated_cursor",
    "foreign_link",
]
# Those that a scattered plan draws from: a client that asks again gets past each of them.
KINDS: tuple[Kind, ...] = (
    "status",
    "reset",
    "slow",
    "html_with_200",
    "truncated_json",
    "wrong_content_type",
    "empty",
)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    kind: `status` answers with `status`; `reset` cuts the connection in the middle of the body;
    `slow` waits `seconds` first; `html_with_200` is a proxy's page; `truncated_json` half a body
    (of CSV too) that claims to be whole; `wrong_content_type` the right body as text/plain; `empty`
    no body; `drip` the body in twenty pieces, `seconds` apart; `oversized` a body of `megabytes`;
    `bomb` a small body that unpacks to `megabytes`; `repeated_cursor` a page whose next cursor is
    the one it was asked for with; `foreign_link` a next link to another host. on_requests: which of
    the requests to `path` (1 is the first); empty is every one. path: text that the path contains;
    empty is any path.
    """

    kind: Kind
    on_requests: Collection[int] = (1,)
    path: str = ""
    status: int = 503
    seconds: float = 0.2
    megabytes: int = 512


@dataclass(frozen=True)
class FaultPlan:
    """Faults that are placed by hand, and faults that a seed scatters.

    rate: the share of requests that a scattered fault meets; kinds: which faults those are.
    """

    faults: Sequence[Fault] = ()
    seed: int | None = None
    rate: float = 0.0
    kinds: Sequence[Kind] = field(default=KINDS)
    statuses: Sequence[int] = (500, 502, 503, 504)
    seconds: float = 0.2

    def start(self) -> FaultPlayer:
        return FaultPlayer(self)


class FaultPlayer:
    """Plays a plan: counts requests and says what meets each."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._counts = [0] * len(plan.faults)
        self._random = random.Random(plan.seed)  # noqa: S311 - not for secrets

    def next(self, path: str) -> Fault | None:
        """The fault that meets this request, or None."""
        met: Fault | None = None
        for number, fault in enumerate(self._plan.faults):
            if fault.path in path:
                self._counts[number] += 1
                if not fault.on_requests or self._counts[number] in fault.on_requests:
                    met = met or fault
        if self._plan.seed is None:
            return met
        # Drawn for each request, met or not, so that one fault does not shift the others.
        chance, kind, status = (
            self._random.random(),
            self._random.choice(self._plan.kinds),
            self._random.choice(self._plan.statuses),
        )
        if met is None and chance < self._plan.rate:
            met = Fault(kind, status=status, seconds=self._plan.seconds)
        return met
