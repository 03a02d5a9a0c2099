"""Read a stretch of records by a query job of the Bulk API 2.0.

A job's results stay for seven days and are told apart by locators that hold all that time, so that
a read goes on at its page after a kill, or after a session that ended in the middle of a download.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, cast

from handoff.crm.http.refusals import RefusedError
from handoff.crm.protocol import Batch
from handoff.crm.salesforce.read_state import Job, ReadState
from handoff.crm.salesforce.reading import Reading, is_deleted
from handoff.crm.salesforce.records_as_rows import Row
from handoff.crm.salesforce.refusals import TOO_MUCH_AT_ONCE, place_refused
from handoff.errors import CrmError

# Not a code of Salesforce's, which tells only in words why a job failed.
JOB_FAILED = "JOB_FAILED"
PAGE_ROWS = 10_000
_BATCH_ROWS = 2_000
_IN_MEMORY_BYTES = 32 * 1024 * 1024
# A job takes seconds or, where the account has many, hours.
_FIRST_WAIT_SECONDS = 0.25
_LONGEST_WAIT_SECONDS = 20.0
_PATIENCE_SECONDS = 4 * 3600.0
_GONE_STATUSES = frozenset({400, 404, 409, 410})


def start_job(reading: Reading, state: ReadState) -> None:
    """Start the job of the state's first stretch. Raises RefusedError."""
    api = reading.api
    asked = {
        "operation": "queryAll",
        "query": reading.query(state.stretches[0].conditions),
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    answer = api.ask("POST", api.paths.jobs, reading.spec, json=asked).body
    job_id = answer.get("id")
    if not isinstance(job_id, str):
        raise api.odd_answer(reading.spec, "the id of the job")
    state.job = Job(job_id, is_ours=True, live_before=state.live)


def read_by_job(reading: Reading, state: ReadState, expected: int | None) -> Iterator[Batch]:
    """All records of the state's job, then the job is deleted.

    Raises CursorRefusedError where a job of another process is gone, and RefusedError where one of
    this process failed or is gone.
    """
    job = state.job
    if job is None:
        return
    yield from _wait_for(reading, state, job)
    for rows, following in _pages(reading, job):
        job.locator = following
        state.live += sum(not is_deleted(row) for row in rows)
        for start in range(0, len(rows), _BATCH_ROWS):
            # Inside a page there is no place to go on from.
            yield Batch(_of(reading, rows[start : start + _BATCH_ROWS]), None, expected)
        if following is not None:
            yield Batch({reading.stream: []}, state.cursor(), expected)
    _delete(reading, job)
    state.job, state.failed_jobs = None, 0


def _wait_for(reading: Reading, state: ReadState, job: Job) -> Iterator[Batch]:
    """Wait for the end of a job; each look at it gives a batch without records.

    So the job is kept as the place of the read, and found again by the next process.
    """
    api, spec = reading.api, reading.spec
    waited, pause = 0.0, _FIRST_WAIT_SECONDS
    while True:
        told = _ask_job(reading, job)
        match told.get("state"):
            case "JobComplete":
                return
            case "Aborted":
                raise _gone(reading, job)
            case "Failed":
                raise _failed(reading, str(told.get("errorMessage") or ""))
        if waited >= _PATIENCE_SECONDS:
            raise CrmError(
                f"Salesforce's job for {spec.name} is not done after {waited / 3600:.0f} hours",
                source=api.source_id,
                object=spec.name,
                fix="look at Bulk Data Load Jobs in Salesforce's set-up, then go on with: "
                f"handoff sync --source {api.source_id}",
            )
        yield Batch({reading.stream: []}, state.cursor())
        api.wait(pause)
        waited, pause = waited + pause, min(pause * 1.5, _LONGEST_WAIT_SECONDS)


def _pages(reading: Reading, job: Job) -> Iterator[tuple[list[Row], str | None]]:
    """Pages from the job's locator on, each with the next locator, which is already asked for."""
    seen = {job.locator}
    with ThreadPoolExecutor(1, thread_name_prefix="results") as one_ahead:
        coming = one_ahead.submit(_page, reading, job, job.locator)
        while True:
            rows, following = coming.result()
            if following is None:
                yield rows, None
                return
            if following in seen:
                raise reading.api.circle(reading.spec)
            seen.add(following)
            coming = one_ahead.submit(_page, reading, job, following)
            yield rows, following


def _page(reading: Reading, job: Job, locator: str | None) -> tuple[list[Row], str | None]:
    """Records of the page at a locator of a job, and the next locator."""
    api, spec = reading.api, reading.spec
    params = {"maxRecords": str(PAGE_ROWS)}
    if locator is not None:
        params["locator"] = locator
    rows: list[Row] = []
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:

        def is_whole(headers: Mapping[str, str], _: int) -> bool:
            """A file that was cut between two records still is a file: so they are counted."""
            file.seek(0)
            text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
            try:
                rows[:] = reading.of_csv(text)
            except ValueError:
                return False
            finally:
                text.detach()
            told = headers.get("sforce-numberofrecords", "")
            # Without its locator the last page could not be told from one that others follow.
            is_counted = not told.isdigit() or int(told) == len(rows)
            return is_counted and "sforce-locator" in headers

        try:
            into = cast(BinaryIO, file)
            headers = api.download(api.paths.results(job.id), spec, into, params, is_whole)
        except RefusedError as error:
            raise _gone_or(error, reading, job) from None
    following = headers.get("sforce-locator", "null")
    return rows, None if following in {"", "null"} else following


def _ask_job(reading: Reading, job: Job) -> dict[str, Any]:
    api = reading.api
    try:
        told: dict[str, Any] = api.ask("GET", api.paths.job(job.id), reading.spec).body
    except RefusedError as error:
        raise _gone_or(error, reading, job) from None
    return told


def _gone_or(error: RefusedError, reading: Reading, job: Job) -> CrmError:
    """Whether a job or its place is gone, or was made in another version of the API (409)."""
    return _gone(reading, job) if error.status in _GONE_STATUSES else error


def _gone(reading: Reading, job: Job) -> CrmError:
    """A job that someone removed, or that is older than its results are kept."""
    if job.is_ours:
        return _failed(reading, "it was removed while it was read")
    return place_refused(reading.spec, reading.api.source_id)


def _failed(reading: Reading, message: str) -> RefusedError:
    """A job that ended without all of its results."""
    api, spec = reading.api, reading.spec
    told = " ".join(message.split())[:300]
    refused = RefusedError(
        f"Salesforce's job for {spec.name} failed ({told or 'without a message'})",
        source=api.source_id,
        object=spec.name,
        fix=f"go on with: handoff sync --source {api.source_id}; if it stays, look at Bulk Data "
        "Load Jobs in Salesforce's set-up",
    )
    refused.status = 400
    refused.code = next((code for code in TOO_MUCH_AT_ONCE if code in told), JOB_FAILED)
    return refused


def _delete(reading: Reading, job: Job) -> None:
    """Free what the job's results take up. That they are gone already is no harm."""
    api = reading.api
    try:
        api.ask("DELETE", api.paths.job(job.id), reading.spec)
    except RefusedError:
        return


def _of(reading: Reading, rows: list[Row]) -> dict[str, list[Row]]:
    return {reading.stream: reading.lines(rows)}
