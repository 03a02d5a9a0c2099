"""Bulk API 2.0 query jobs: made, looked at until they are complete, read in pages of CSV."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import dataclass, field
from typing import Any

from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.answers import Refusal, no_resource
from handoff.sandbox.server.salesforce.ids import make_id
from handoff.sandbox.server.salesforce.options import SalesforceOptions
from handoff.sandbox.server.salesforce.org_state import OrgState, Record
from handoff.sandbox.server.salesforce.soql_query import BoundQuery, RowReader

DELIMITERS = {
    "COMMA": ",",
    "TAB": "\t",
    "PIPE": "|",
    "SEMICOLON": ";",
    "CARET": "^",
    "BACKQUOTE": "`",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


@dataclass
class BulkJob:
    """One query job. rows: its records as they were when it was made. polls: looks at it so far."""

    id: str
    number: int
    operation: str
    bound: BoundQuery
    rows: list[Record]
    version: int
    made_at: str
    made_by: str
    delimiter: str = "COMMA"
    line_ending: str = "LF"
    state: str = "UploadComplete"
    error: str | None = None
    polls: int = 0
    pages: int = 0
    _texts: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)

    def as_row(self) -> dict[str, Any]:
        """The job as the API tells it."""
        is_done = self.state == "JobComplete"
        row = {
            "id": self.id,
            "operation": self.operation,
            "object": self.bound.sobject,
            "createdById": self.made_by,
            "createdDate": self.made_at,
            "systemModstamp": self.made_at,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "lineEnding": self.line_ending,
            "columnDelimiter": self.delimiter,
        }
        if self.polls:
            row |= {
                "jobType": "V2Query",
                "numberRecordsProcessed": len(self.rows) if is_done else 0,
                "retries": 0,
                "totalProcessingTime": 100 * self.polls,
                "isPkChunkingSupported": True,
            }
        return row if self.error is None else {**row, "errorMessage": self.error}

    def text(self, start: int, count: int) -> bytes:
        """The CSV of some rows under their header: every field in quotes, no value as no text."""
        if (start, count) not in self._texts:
            written = io.StringIO()
            lines = csv.writer(
                written,
                delimiter=DELIMITERS[self.delimiter],
                lineterminator=LINE_ENDINGS[self.line_ending],
                quoting=csv.QUOTE_ALL,
            )
            columns = self.bound.columns
            lines.writerow([column.label for column in columns])
            reader = RowReader(columns, values.csv_text, values.CSV_REWRITES)
            lines.writerows(map(reader.values, self.rows[start : start + count]))
            self._texts = {(start, count): written.getvalue().encode()}
        return self._texts[(start, count)]


class BulkJobs:
    """The query jobs of an organization, which go through their states as they are looked at."""

    def __init__(self, state: OrgState, options: SalesforceOptions) -> None:
        self._state = state
        self._options = options
        self._jobs: dict[str, BulkJob] = {}
        self._count = 0

    def add(
        self,
        operation: str,
        bound: BoundQuery,
        rows: list[Record],
        version: int,
        made_by: str,
        delimiter: str,
        line_ending: str,
    ) -> BulkJob:
        """Make a job over rows that were found."""
        self._count += 1
        job_id = make_id("750", self._count)
        made_at = values.instant_text(self._state.now())
        job = BulkJob(job_id, self._count, operation, bound, rows, version, made_at, made_by)
        job.delimiter, job.line_ending = delimiter, line_ending
        self._jobs[job_id] = job
        return job

    def all(self) -> list[BulkJob]:
        return list(self._jobs.values())

    def find(self, job_id: str) -> BulkJob:
        """A job that was not removed. Raises Refusal."""
        if job_id not in self._jobs:
            raise no_resource()
        return self._jobs[job_id]

    def look_at(self, job_id: str) -> BulkJob:
        """A job, one look further on its way."""
        job = self.find(job_id)
        job.polls += 1
        if job.state in ("UploadComplete", "InProgress"):
            job.state = "InProgress" if job.polls < self._options.bulk_polls else "JobComplete"
            if job.state == "JobComplete" and job.number in self._options.failing_jobs:
                job.state = "Failed"
                job.error = "InternalServerError : retries exceeded"
        return job

    def page(
        self, job_id: str, locator: str | None, most: int | None
    ) -> tuple[bytes, str | None, int]:
        """CSV of a page of results, the locator of the next, the records in it. Raises Refusal."""
        job = self.complete(job_id)
        job.pages += 1
        pages_most = self._options.job_requests
        if pages_most is not None and job.pages > pages_most:
            del self._jobs[job_id]
            raise no_resource()
        start = 0 if locator is None else offset_of(locator)
        count = min(most or self._options.bulk_page_records, self._options.bulk_page_records)
        found = max(0, min(count, len(job.rows) - start))
        following = start + found
        is_last = following >= len(job.rows)
        return job.text(start, count), None if is_last else locator_of(following), found

    def complete(self, job_id: str) -> BulkJob:
        """A job whose results may be read. Raises Refusal."""
        job = self.find(job_id)
        if job.state != "JobComplete":
            text = f"Job is not in a state that has results. Job state: {job.state}"
            raise Refusal(400, "INVALIDJOBSTATE", text)
        return job

    def abort(self, job_id: str) -> BulkJob:
        job = self.find(job_id)
        if job.state not in ("UploadComplete", "InProgress"):
            text = f"Job state can not be changed from {job.state} to Aborted"
            raise Refusal(400, "INVALIDJOBSTATE", text)
        job.state = "Aborted"
        return job

    def remove(self, job_id: str) -> None:
        job = self.find(job_id)
        if job.state in ("UploadComplete", "InProgress"):
            text = "Job must be in a terminal state to be deleted"
            raise Refusal(400, "INVALIDJOBSTATE", text)
        del self._jobs[job_id]

    def expire_all(self) -> None:
        """Remove every job, as happens seven days after it was made."""
        self._jobs.clear()


def locator_of(start: int) -> str:
    return base64.b64encode(str(start).encode()).decode().rstrip("=")


def offset_of(locator: str) -> int:
    """Where a page of results begins. Raises Refusal."""
    try:
        padded = locator + "=" * (-len(locator) % 4)
        return int(base64.b64decode(padded, validate=True))
    except ValueError:
        raise Refusal(400, "INVALID_LOCATOR", f"Invalid locator: {locator}") from None
