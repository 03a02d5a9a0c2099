"""What the folder of a CRM gives to the sandbox.

Each folder `handoff.sandbox.server.<crm>` has, by convention, `PREFIXES` (the beginnings of the
paths it answers at) and `build(folder, options) -> CrmServer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.types import ASGIApp

Headers = list[tuple[bytes, bytes]]


class CursorSpoiler(Protocol):
    """Spoils the way to the next page; the headers and the body as they are sent then.

    asked: path with query as it was asked for, and body. foreign: the base address of another
    host, to which an absolute next link shall lead; None repeats the cursor that was asked for.
    """

    def __call__(
        self, asked: str, asked_body: bytes, headers: Headers, body: bytes, foreign: str | None
    ) -> tuple[Headers, bytes]: ...


@dataclass(frozen=True)
class CrmServer:
    """One CRM, ready to answer.

    app: takes requests below its prefixes; `scope["exchange"]` is their Exchange, whose
    `meet_fault` it awaits before it answers. state: what the account holds, for tests to look at
    and edit. counts: records by object. connection: the connection's fields, without `host`.
    """

    app: ASGIApp
    state: Any
    counts: Mapping[str, int]
    connection: Mapping[str, Any] = field(default_factory=dict)
    spoil_cursor: CursorSpoiler | None = None
