"""Several objects of a source at a time, in threads; the first failure ends them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from handoff.errors import SyncInterruptedError

Result = TypeVar("Result")


def side_by_side(
    names: Sequence[str],
    read: Callable[[str], Result],
    at_a_time: int,
    interrupt: Callable[[], None],
) -> list[Result]:
    """What `read` gives for each name, in the order of the names.

    interrupt: makes every read under way end soon; it is called after a failure, and when this
    thread is interrupted while it waits. Raises the failure that came first, not those that follow
    from it.
    """
    failures: list[BaseException] = []

    def read_one(name: str) -> Result:
        try:
            return read(name)
        except BaseException as error:
            failures.append(error)
            raise

    with ThreadPoolExecutor(at_a_time, thread_name_prefix="sync") as pool:
        reads: list[Future[Result]] = [pool.submit(read_one, name) for name in names]
        try:
            wait(reads, return_when=FIRST_EXCEPTION)
        finally:
            if any(not one.done() for one in reads):
                pool.shutdown(wait=False, cancel_futures=True)
                interrupt()
    if failures:
        raise next(
            (one for one in failures if not isinstance(one, SyncInterruptedError)), failures[0]
        )
    return [one.result() for one in reads]
