"""How long faults are waited out, and when a request is given up."""

from __future__ import annotations

from dataclasses import dataclass

import tenacity

# Below it a server that asks for no wait at all would be asked in a tight loop.
_SHORTEST_WAIT_SECONDS = 0.05


@dataclass(frozen=True)
class RetryPolicy:
    """How long faults are waited out, in seconds.

    total_seconds, unreachable_seconds: a request in all; the first bounds its last attempt too. The
    waits are those before the second attempt.
    """

    total_seconds: float = 300.0
    ten_secondly_wait: float = 10.0
    secondly_wait: float = 1.0
    fault_wait: float = 0.5
    longest_wait: float = 30.0
    unreachable_seconds: float = 10.0


class TransientError(Exception):
    """A fault that may pass.

    wait: what the server asks for. step: which wait of the policy holds without. lane: whose rate
    the request was over, where it was.
    """

    def __init__(
        self,
        problem: str,
        wait: float | None = None,
        step: str = "fault",
        lane: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.wait = wait
        self.step = step
        self.lane = lane


def wait_before_next(policy: RetryPolicy, fault: TransientError, attempt: int) -> float:
    """Seconds before the attempt after this one (1 is the first)."""
    growing: float = policy.fault_wait * 2 ** min(attempt - 1, 10)
    if fault.wait is not None and fault.wait > 0:
        # A server that keeps asking for too short a wait is asked less and less often all the same.
        patience = min(growing, policy.longest_wait) if attempt > 2 else _SHORTEST_WAIT_SECONDS
        return max(fault.wait, patience, _SHORTEST_WAIT_SECONDS)
    if fault.step == "ten_secondly":
        growing = policy.ten_secondly_wait * attempt
    elif fault.step == "secondly":
        growing = policy.secondly_wait * attempt
    return min(growing, policy.longest_wait)


def transient(state: tenacity.RetryCallState) -> TransientError:
    """The fault of the attempt that has just failed."""
    fault = state.outcome.exception() if state.outcome else None
    return fault if isinstance(fault, TransientError) else TransientError("fault")
