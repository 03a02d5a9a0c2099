"""Which failures of a stop Airflow tries again."""

from __future__ import annotations

import pytest
from airflow.sdk.exceptions import AirflowFailException

from handoff import pipeline
from handoff.errors import (
    AccountError,
    ChecksFailedError,
    CrmError,
    DailyLimitError,
    HandoffError,
    TooManyErasedError,
    WarehouseBusyError,
)
from handoff.orchestration import tasks
from handoff.settings import get_settings


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (CrmError("did not answer"), CrmError),
        (WarehouseBusyError("another run"), WarehouseBusyError),
        (AccountError("token refused"), AirflowFailException),
        (DailyLimitError("calls used up"), AirflowFailException),
        (TooManyErasedError("half of the contacts are gone"), AirflowFailException),
        (ChecksFailedError("blocked"), AirflowFailException),
    ],
)
def test_only_what_may_pass_is_tried_again(
    error: HandoffError, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_run: pipeline.Run) -> str:
        raise error

    stop = pipeline.Stop("sync", "Read a CRM", fail, "handoff sync")
    monkeypatch.setattr(pipeline, "stop", {"sync": stop}.__getitem__)
    with pytest.raises(expected):
        tasks.outcome_of("sync", pipeline.Run(get_settings(), "a-run"))
