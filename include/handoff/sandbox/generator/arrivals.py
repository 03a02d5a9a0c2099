"""When people of the crowd arrive, and through which campaign.

The demo's story: a quiet summer, the RevOps webinar in the last full week but one with its attendee
list imported a week later, and in the last full week a partner's mailing that brings many people
who seldom fit.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from handoff.sandbox.generator.vocabulary import (
    BRAND,
    CROWD_CAMPAIGNS,
    INTEGRATION,
    PARTNER,
    REVOPS,
    SECURITY,
    SWITCH,
    Campaign,
)
from handoff.sandbox.generator.weeks import REPORTING_ZONE, last_full_week

_USUAL = {
    INTEGRATION.guid: 1.25,
    SECURITY.guid: 0.85,
    REVOPS.guid: 0.45,
    SWITCH.guid: 0.8,
    BRAND.guid: 1.2,
    PARTNER.guid: 0.45,
}
# (weeks before the last full week, campaign) → times the usual
_UNUSUAL = {
    (1, REVOPS.guid): 3.2,
    (0, REVOPS.guid): 2.4,
    (0, PARTNER.guid): 4.0,
    (1, PARTNER.guid): 1.2,
    (0, INTEGRATION.guid): 0.8,
}
_OLDER_SHARE = 0.15
_OLDER_DAYS = 170
_WEEKDAY_WEIGHTS = (1.1, 1.15, 1.1, 1.0, 0.85, 0.28, 0.25)


class Arrivals:
    """Draws (instant, campaign) for one person after the other."""

    def __init__(self, random: Random, starts_at: datetime, ends_at: datetime) -> None:
        self._random, self._starts_at, self._ends_at = random, starts_at, ends_at
        self._cells: list[tuple[datetime, Campaign]] = []
        weights: list[float] = []
        monday = last_full_week(ends_at)
        day = starts_at
        while day < ends_at:
            local = day.astimezone(REPORTING_ZONE).date()
            week = (monday - local).days // 7 + (1 if (monday - local).days % 7 else 0)
            season = 0.8 if local.month == 8 else 1.0
            for campaign in CROWD_CAMPAIGNS:
                times = _UNUSUAL.get((week, campaign.guid), 1.0)
                self._cells.append((day, campaign))
                weights.append(
                    _USUAL[campaign.guid] * times * season * _WEEKDAY_WEIGHTS[local.weekday()]
                )
            day += timedelta(days=1)
        self._cumulated = list(accumulate(weights))

    def draw(self, utc_offset_hours: int) -> tuple[datetime, Campaign]:
        """An arrival in the waking hours of that offset; some of it in the night."""
        random = self._random
        if random.random() < _OLDER_SHARE:
            age = timedelta(days=random.uniform(0, _OLDER_DAYS))
            campaign = random.choices(
                CROWD_CAMPAIGNS, [_USUAL[one.guid] for one in CROWD_CAMPAIGNS]
            )[0]
            day = self._starts_at - age
        else:
            day, campaign = random.choices(self._cells, cum_weights=self._cumulated)[0]
        local_hour = random.gauss(13, 3.2) if random.random() < 0.93 else random.uniform(0, 24)
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        hours = min(max(local_hour - utc_offset_hours, 0.0), 23.99)
        at = midnight + timedelta(seconds=round(hours * 3600))
        if at >= self._ends_at:
            at -= timedelta(days=1)
        return at, campaign
