"""How long a server asks to wait: the header Retry-After in all the forms that are met."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_SECONDS = 60.0


def retry_after_seconds(text: str | None, now: datetime) -> float | None:
    """Seconds to wait, or None for what says nothing. now: an aware instant, for dates.

    Numbers may have a fraction. Seconds are the rule, but some send milliseconds: 1000 and more can
    only be that. No wait is longer than a minute, whatever is asked for.
    """
    text = (text or "").strip()
    try:
        asked = float(text)
    except ValueError:
        asked = _until(text, now)
    else:
        asked = asked / 1000 if asked >= 1000 else asked
    if math.isnan(asked) or asked < 0:
        return None
    return min(asked, LONGEST_WAIT_SECONDS)


def _until(text: str, now: datetime) -> float:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return math.nan
    try:
        return (instant.replace(tzinfo=instant.tzinfo or UTC) - now).total_seconds()
    except OverflowError:
        return math.nan
