"""Every error that Handoff raises on purpose.

HandoffError
├── SettingsError        a setting or connection is missing or malformed
├── PlaybookError        the playbook has a mistake
├── CrmError             a CRM answered with something that stops the read
│   ├── AccountError         the account must be changed first: token, scope or property
│   ├── NotEntitledError     the account's edition or token does not cover an optional object
│   ├── CursorRefusedError   the CRM no longer takes the place where a read stopped
│   ├── DailyLimitError      the account's calls of the day are used up
│   └── TooManyErasedError   more records are gone than were likely erased
├── LandingError         landing files are missing, damaged or cannot be written
│   └── SourceBusyError      another sync of the same source is running
├── SyncInterruptedError a sync was stopped by hand; what was committed stays
├── WarehouseError       the database cannot be opened, loaded or built
│   └── WarehouseBusyError   another run holds the writer's lock
├── CheckSuiteError      a suite in expectations/ has a mistake
├── ChecksFailedError    a blocking check failed; the last published file stays
├── PublishError         the published files cannot be written
├── DictionaryError      a published table is not described
├── ReportError          a page cannot be made from the published file
└── SandboxError         the sandbox CRM cannot start, or its portal folder is broken
"""

from __future__ import annotations


class HandoffError(Exception):
    """An error that names where it happened and the next thing to do.

    Attributes: message, source (source id), object (CRM object), run_id, fix (the next command
    to type or setting to change). Messages hold no token and no personal data.
    """

    def __init__(
        self,
        message: str,
        *,
        source: str | None = None,
        object: str | None = None,
        run_id: str | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.object = object
        self.run_id = run_id
        self.fix = fix

    def __str__(self) -> str:
        named = (("source", self.source), ("object", self.object), ("run", self.run_id))
        where = ", ".join(f"{name} {value}" for name, value in named if value)
        text = f"{self.message} ({where})" if where else self.message
        return f"{text}\n  Next: {self.fix}" if self.fix else text


class SettingsError(HandoffError):
    """A setting or a connection is missing or malformed."""


class PlaybookError(HandoffError):
    """The playbook has mistakes; ``mistakes`` lists each with file, line and what is allowed."""

    mistakes: tuple[str, ...] = ()


class CrmError(HandoffError):
    """A CRM answered with something that stops the read."""


class AccountError(CrmError):
    """The account, its token or the playbook's view of it must be changed first; no retry helps."""


class NotEntitledError(CrmError):
    """The account's edition or the token's scopes do not cover an object that is optional."""


class CursorRefusedError(CrmError):
    """The CRM no longer takes the place where an earlier read stopped."""


class DailyLimitError(CrmError):
    """The account's calls of the day are used up."""


class TooManyErasedError(CrmError):
    """So many records are gone that another account is likelier than so many erasures."""


class LandingError(HandoffError):
    """Landing files are missing, damaged or cannot be written."""


class SourceBusyError(LandingError):
    """Another sync of the same source is running."""


class SyncInterruptedError(HandoffError):
    """A sync was stopped by hand; what was committed stays."""


class WarehouseError(HandoffError):
    """The warehouse cannot be opened, loaded or built."""


class WarehouseBusyError(WarehouseError):
    """Another run holds the writer's lock."""


class CheckSuiteError(HandoffError):
    """A suite in expectations/ has a mistake."""


class ChecksFailedError(HandoffError):
    """A blocking check failed; the last published file stays."""


class PublishError(HandoffError):
    """The published files cannot be written."""


class ReportError(HandoffError):
    """A page cannot be made from the published file."""


class DictionaryError(HandoffError):
    """A published table or column is not described, so the data dictionary would have a hole."""


class SandboxError(HandoffError):
    """The sandbox CRM cannot start, or its portal folder is broken."""
