"""The office hours of a receiver in Unix time, right on days on which the clock is changed. Sans-IO."""

from datetime import date, datetime, time, timedelta, tzinfo

from collector.inventory.city import OfficeHours
from collector.planned.days import WEEKDAYS
from collector.planned.occurrences import Span, instant

AROUND_DAYS = range(-8, 9)
"""Any week has an office day, so the last opening and the next one are among these days."""


def opened_at(hours: OfficeHours, zone: tzinfo, now: float) -> float:
    """The begin of the office hours that last now, or of the last ones before."""
    return max(span.since for span in _spans(hours, zone, now) if span.since <= now)


def opens_at(hours: OfficeHours, zone: tzinfo, now: float) -> float:
    """The time from which a notice may go: now, within office hours; else their next begin."""
    return min(max(now, span.since) for span in _spans(hours, zone, now) if now < span.until)


def _spans(hours: OfficeHours, zone: tzinfo, now: float) -> list[Span]:
    today = datetime.fromtimestamp(now, zone).date()
    days = [today + timedelta(days=number) for number in AROUND_DAYS]
    return [_span(hours, day, zone) for day in days if WEEKDAYS[day.weekday()] in hours.days]


def _span(hours: OfficeHours, day: date, zone: tzinfo) -> Span:
    since, until = (datetime.combine(day, time.fromisoformat(at)) for at in (hours.from_, hours.to))
    return Span(instant(since, zone), instant(until, zone))
