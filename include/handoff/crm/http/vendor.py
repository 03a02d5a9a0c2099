"""What the client has to know of a CRM: its words for messages, and how its answers read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.limiter import Allowance


@dataclass(frozen=True)
class Vendor:
    """One CRM, seen from its HTTP API.

    judge: what an answer means. allowance: the rate that the headers of an answer tell, if any.
    status_page: where the vendor tells of outages. credentials: what the connection holds, and
    where it is made, in words. permission: the vendor's word for what a token is granted.
    daily_limit_ends: when calls of the day start anew, as the end of a sentence.
    """

    name: str
    judge: Callable[[Received], Answer]
    status_page: str
    credentials: str = "host and password (the token)"
    permission: str = "scope"
    daily_limit_ends: str = "it starts anew at midnight of the account's time zone"
    allowance: Callable[[httpx.Headers], Allowance | None] | None = None


@dataclass(frozen=True)
class Target:
    """For whom a request is made: what its errors name. scope: what the token needs for it."""

    object: str
    scope: str
    is_optional: bool = False
