"""The occurrences of a window in Unix time, right on days on which the clock is changed.

A local time that does not exist, because the clock was put forward, is taken at the first instant after the
gap. A local time that exists twice, because the clock was put back, is taken at its first.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from collector.planned.days import occurrence_days
from collector.planned.window import MaintenanceWindow

AHEAD_DAYS = 400
"""An occurrence that is further away is found later."""


class Span(NamedTuple):
    """From `since` on, and before `until`, both Unix seconds."""

    since: float
    until: float


def instant(local: datetime, zone: tzinfo) -> float:
    """The Unix time of a local time: the first instant at which the local clock shows it, or a later time."""
    if local.tzinfo is not None:
        return local.timestamp()
    before, after = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    found = before.timestamp()
    if datetime.fromtimestamp(found, zone).replace(tzinfo=None) == local:
        return found
    return _change(after.timestamp(), found, zone)


def _change(before: float, after: float, zone: tzinfo) -> float:
    """The first second of the new offset, between a time before the clock was changed and one after it."""
    earliest, latest = int(before), int(after)
    new = _offset(latest, zone)
    while latest - earliest > 1:
        middle = (earliest + latest) // 2
        if _offset(middle, zone) == new:
            latest = middle
        else:
            earliest = middle
    return float(latest)


def _offset(at: int, zone: tzinfo) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).utcoffset()


def occurrence_after(window: MaintenanceWindow, zone: tzinfo, at: float) -> Span | None:
    """The occurrence that lasts at that time, or else the next one within `AHEAD_DAYS`.

    An occurrence that lies wholly in a gap of the clock does not come about.
    """
    if window.repeat == "never":
        span = _span(window, window.starts.date(), zone)
        return span if at < span.until and span.since < span.until else None
    since = datetime.fromtimestamp(at, UTC).date() - (window.ends - window.starts) - timedelta(days=2)
    for day in occurrence_days(window, since, AHEAD_DAYS):
        span = _span(window, day, zone)
        if at < span.until and span.since < span.until:
            return span
    return None


def _span(window: MaintenanceWindow, day: date, zone: tzinfo) -> Span:
    starts = datetime.combine(day, window.starts.timetz(), window.starts.tzinfo)
    return Span(instant(starts, zone), instant(starts + (window.ends - window.starts), zone))
