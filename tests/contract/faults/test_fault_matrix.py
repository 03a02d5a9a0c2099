"""Every fault on the way ends in the undisturbed result, or in a named failure with nothing half.

Over real sockets, for every CRM that has an entry in ``fault_cases``. After each failure the server
is well again, and the next sync ends where an undisturbed one would have.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from crm_cases import CASES
from fault_cases import FAULT_CASES, FaultCase
from landed import everything, unlisted_files
from spoiling_proxy import Proxy, Spoil, Whole, changed, reply, send, spoiling_proxy
from spoils import ENDLESS_IN_SIZE, ENDLESS_IN_TIME, FAR_WAITS, HARMLESS, PASSING, WAITS

from handoff.crm.http.retry import RetryPolicy
from handoff.errors import CrmError, DailyLimitError, HandoffError
from handoff.sandbox.server import RunningSandbox
from handoff.settings import Settings
from handoff.sync import SyncSource, sync_source

PATIENT = RetryPolicy(20.0, 0.02, 0.02, 0.01, 0.2, 1.0)
HASTY = RetryPolicy(0.6, 0.06, 0.06, 0.06, 0.1, 0.3)
FOR_EVER = 10**9


@dataclasses.dataclass
class Matrix:
    """One CRM's account behind a proxy, and what an undisturbed sync of it lands."""

    crm: Any
    case: FaultCase
    sandbox: RunningSandbox
    proxy: Proxy
    expected: Any

    def meet(self, spoil: Spoil | None, times: int) -> None:
        self.proxy.spoil, self.proxy.path = spoil, self.case.path
        self.proxy.times, self.proxy.met = times, 0
        self.proxy.asked.clear()

    def sync(self, settings: Settings, retry: RetryPolicy = PATIENT, full: bool = False) -> None:
        account = dataclasses.replace(self.sandbox, base_url=self.proxy.host)
        connector = self.crm.connect(account, retry=retry)
        try:
            sync_source(
                SyncSource("case", self.crm.crm, "handoff_case"),
                settings=settings,
                connector=connector,
                objects=[self.case.object],
                full=full,
            )
        finally:
            connector.close()

    def recovers(self, settings: Settings) -> None:
        """The server is well again: the next sync ends the work, and leaves nothing behind."""
        self.meet(None, 0)
        self.sync(settings)
        assert everything(settings.landing_dir) == self.expected
        assert unlisted_files(settings.landing_dir) == []


@pytest.fixture(scope="module", params=sorted(FAULT_CASES))
def matrix(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Matrix]:
    crm = CASES[request.param.partition(" ")[0]]()
    folder: Path = tmp_path_factory.mktemp("matrix")
    with (
        crm.running(crm.write_portal(folder / "portal")) as sandbox,
        spoiling_proxy(sandbox.base_url) as proxy,
        pytest.MonkeyPatch.context() as small,
    ):
        for target, value in FAULT_CASES[request.param].patches:
            small.setattr(target, value)
        made = Matrix(crm, FAULT_CASES[request.param], sandbox, proxy, None)
        home = Settings(home=folder / "home", playbook_dir=folder, as_of=None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HANDOFF_HOME", str(folder / "home"))
            patch.setenv("HANDOFF_AS_OF", "2025-12-01T06:00:00Z")
            made.sync(home)
        made.expected = everything(home.landing_dir)
        assert len([path for path in proxy.asked if path]) >= 3
        yield made


def named(failure: HandoffError, matrix: Matrix) -> None:
    assert failure.source == "case"
    assert failure.object == matrix.case.object
    assert failure.fix
    assert matrix.sandbox.token not in str(failure)


@pytest.mark.parametrize("name", [*PASSING, *HARMLESS])
def test_a_fault_that_passes_changes_nothing(matrix: Matrix, settings: Settings, name: str) -> None:
    matrix.meet({**PASSING, **HARMLESS}[name], 2)
    matrix.sync(settings)
    assert matrix.proxy.met == 2
    assert everything(settings.landing_dir) == matrix.expected


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_stays_is_a_named_failure(
    matrix: Matrix, settings: Settings, name: str
) -> None:
    if name in matrix.case.immune:
        pytest.skip("its answers cannot have this fault")
    matrix.meet(PASSING[name], FOR_EVER)
    started = time.monotonic()
    with pytest.raises(CrmError) as caught:
        matrix.sync(settings, HASTY)
    assert time.monotonic() - started < 10
    assert 2 <= matrix.proxy.met <= 40
    named(caught.value, matrix)
    matrix.recovers(settings)


@pytest.mark.parametrize("name", ENDLESS_IN_TIME)
def test_a_slow_drip_is_given_up_in_time(matrix: Matrix, settings: Settings, name: str) -> None:
    matrix.meet(ENDLESS_IN_TIME[name], FOR_EVER)
    started = time.monotonic()
    with pytest.raises(CrmError) as caught:
        matrix.sync(settings, HASTY)
    assert time.monotonic() - started < 10
    named(caught.value, matrix)
    matrix.recovers(settings)


@pytest.mark.parametrize("name", ENDLESS_IN_SIZE)
def test_a_body_larger_than_any_honest_one_is_a_named_failure(
    matrix: Matrix, settings: Settings, name: str
) -> None:
    matrix.meet(ENDLESS_IN_SIZE[name], FOR_EVER)
    with pytest.raises(CrmError, match="larger") as caught:
        matrix.sync(settings)
    assert matrix.proxy.met == 1
    named(caught.value, matrix)
    matrix.recovers(settings)


@pytest.mark.parametrize("name", WAITS)
def test_a_wait_is_asked_for_in_any_form(matrix: Matrix, settings: Settings, name: str) -> None:
    matrix.meet(WAITS[name], 2)
    started = time.monotonic()
    matrix.sync(settings)
    assert time.monotonic() - started < 15
    assert everything(settings.landing_dir) == matrix.expected


@pytest.mark.parametrize("name", FAR_WAITS)
def test_a_wait_beyond_all_patience_is_not_slept_through(
    matrix: Matrix, settings: Settings, name: str
) -> None:
    matrix.meet(FAR_WAITS[name], FOR_EVER)
    started = time.monotonic()
    with pytest.raises(CrmError) as caught:
        matrix.sync(settings, HASTY)
    assert time.monotonic() - started < 10
    named(caught.value, matrix)


def test_refusals_of_a_moment_are_waited_out(matrix: Matrix, settings: Settings) -> None:
    for spoil in matrix.case.over_rate:
        matrix.meet(spoil, 2)
        matrix.sync(settings, full=True)
        assert matrix.proxy.met == 2
    assert everything(settings.landing_dir) == matrix.expected


def test_the_refusal_of_a_day_stops_at_once(matrix: Matrix, settings: Settings) -> None:
    matrix.meet(matrix.case.daily, FOR_EVER)
    with pytest.raises(DailyLimitError, match=matrix.case.daily_words) as caught:
        matrix.sync(settings)
    assert matrix.proxy.met == 1
    named(caught.value, matrix)
    matrix.recovers(settings)


def test_a_redirect_is_not_followed(matrix: Matrix, settings: Settings) -> None:
    with spoiling_proxy(matrix.sandbox.base_url) as elsewhere:
        location = f"Location: {elsewhere.host}/stolen"
        for status in (301, 302, 307, 308):
            matrix.meet(reply(status, b"", "text/html", (location,)), FOR_EVER)
            with pytest.raises(CrmError) as caught:
                matrix.sync(settings, HASTY)
            named(caught.value, matrix)
    assert elsewhere.asked == []
    matrix.recovers(settings)


def test_links_to_another_host_are_not_followed(matrix: Matrix, settings: Settings) -> None:
    lead_away = matrix.case.next_elsewhere or pytest.skip("its answers have no links")
    with spoiling_proxy(matrix.sandbox.base_url) as elsewhere:
        matrix.meet(changed(lambda body: lead_away(body, elsewhere.host)), FOR_EVER)
        matrix.sync(settings)
    assert elsewhere.asked == []
    assert everything(settings.landing_dir) == matrix.expected


def test_a_cursor_that_leads_back_is_a_named_failure(matrix: Matrix, settings: Settings) -> None:
    same_cursor = matrix.case.same_cursor or pytest.skip("its bodies have no cursors")
    matrix.meet(changed(same_cursor), FOR_EVER)
    with pytest.raises(CrmError) as caught:
        matrix.sync(settings)
    assert matrix.proxy.met < 10
    named(caught.value, matrix)
    matrix.recovers(settings)


def test_pages_without_an_end_are_a_named_failure(matrix: Matrix, settings: Settings) -> None:
    numbers, empty_page = count(1), matrix.case.empty_page or pytest.skip("its pages are counted")

    def empty(line: Any, whole: Whole) -> bool:
        send(line, dataclasses.replace(whole, status=200), empty_page(next(numbers)))
        return True

    matrix.meet(empty, FOR_EVER)
    with pytest.raises(CrmError) as caught:
        matrix.sync(settings)
    assert matrix.proxy.met < 60
    named(caught.value, matrix)
    matrix.recovers(settings)
