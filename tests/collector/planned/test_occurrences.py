"""The occurrences of a window against a reading of the clock, minute by minute, in many zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.planned.days import WEEKDAYS, WORDS, occurrence_days, occurs_on
from collector.planned.occurrences import Span, instant, occurrence_after
from collector.planned.window import MaintenanceWindow, Repeat

ZONES = (
    "Europe/Berlin",
    "America/Havana",  # at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Africa/Cairo",  # forward at midnight
    "America/Santiago",  # in the southern summer
    "Africa/Casablanca",  # for Ramadan
    "Pacific/Apia",  # left out the whole of 30 December 2011
    "Asia/Pontianak",
    "UTC",
)
MINUTE = 60
ODD_DAYS = [
    date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5),
    date(2026, 10, 4), date(2026, 4, 24), date(2026, 10, 30), date(2026, 9, 6), date(2026, 2, 15),
    date(2026, 3, 22), date(2011, 12, 30), date(2011, 12, 29), date(2028, 2, 29), date(2026, 12, 31),
]  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.sampled_from(ODD_DAYS) | st.dates(date(2005, 1, 1), date(2030, 12, 31))
minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
night = st.integers(0, 4 * 60).map(lambda minute: time(minute // 60, minute % 60))


@lru_cache(maxsize=2000)
def clock(zone: ZoneInfo, day: date) -> tuple[tuple[float, datetime], ...]:
    """Each minute of that day in UTC, with the reading of the local clock."""
    start = datetime.combine(day, time(), UTC).timestamp()
    every = (start + MINUTE * minute for minute in range(24 * 60))
    return tuple((at, datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0)) for at in every)


def first_reading(local: datetime, zone: ZoneInfo) -> float:
    """The first minute at which the local clock shows that time or a later one."""
    for day in (local.date() + timedelta(days=more) for more in (-2, -1, 0, 1, 2)):
        for at, reading in clock(zone, day):
            if reading >= local:
                return at
    raise AssertionError("the clock never shows it")


def rule(draw: st.DrawFn, repeat: Repeat) -> list[str]:
    if repeat == "weekly":
        return draw(st.lists(st.sampled_from(WEEKDAYS), max_size=3, unique=True))
    if repeat == "monthly":
        return draw(st.lists(st.sampled_from(WORDS["monthly"]), max_size=2, unique=True))
    return []


@st.composite
def windows(draw: st.DrawFn) -> MaintenanceWindow:
    repeat: Repeat = draw(st.sampled_from(("never", "daily", "weekly", "monthly")))
    starts = datetime.combine(draw(days), draw(night | minutes))
    length = timedelta(minutes=draw(st.sampled_from([30, 60, 150, 24 * 60]) | st.integers(1, 24 * 60)))
    until = starts.date() + timedelta(days=draw(st.integers(0, 60))) if draw(st.booleans()) else None
    return MaintenanceWindow(
        title="W", starts=starts, ends=starts + length, repeat=repeat, on=rule(draw, repeat), until=until
    )


def by_the_clock(window: MaintenanceWindow, zone: ZoneInfo, at: float) -> Span | None:
    """The occurrence by reading the clock, for all days of the next 70."""
    today = datetime.fromtimestamp(at, UTC).date()
    for day in (today + timedelta(days=more) for more in range(-3, 70)):
        named = occurs_on(window, day) and window.starts.date() <= day <= (window.until or date.max)
        if named and (window.repeat != "never" or day == window.starts.date()):
            starts = datetime.combine(day, window.starts.time())
            ends = starts + (window.ends - window.starts)
            span = Span(first_reading(starts, zone), first_reading(ends, zone))
            if span.since < span.until and at < span.until:
                return span
    return None


@given(zones, days, night | minutes)
def test_a_local_time_is_the_first_reading_of_the_clock(zone: ZoneInfo, day: date, at: time) -> None:
    local = datetime.combine(day, at)
    assert instant(local, zone) == first_reading(local, zone)


@settings(max_examples=300, deadline=None)
@given(windows(), zones, st.integers(-3 * 24 * 60, 40 * 24 * 60))
def test_an_occurrence_is_from_one_reading_of_the_clock_to_another(
    window: MaintenanceWindow, zone: ZoneInfo, minute: int
) -> None:
    at = datetime.combine(window.starts.date(), time(), UTC).timestamp() + minute * MINUTE + 7
    found, right = occurrence_after(window, zone, at), by_the_clock(window, zone, at)
    if right is not None or (found is not None and found.since < at + 60 * 86400):
        assert found == right


@given(windows(), zones)
def test_the_occurrences_of_a_window_follow_each_other_without_overlap(
    window: MaintenanceWindow, zone: ZoneInfo
) -> None:
    spans: list[Span] = []
    at = instant(window.starts, zone) - 1
    while len(spans) < 40 and (span := occurrence_after(window, zone, at)):
        spans.append(span)
        at = span.until
    assert all(one.until <= other.since for one, other in pairwise(spans))
    begun = {datetime.fromtimestamp(span.since, zone).date() for span in spans}
    named = set(occurrence_days(window, window.starts.date(), 800))
    assert len(named - begun) <= 2 or len(spans) == 40, "only days with a gap have none"


def weekly(*on: str, until: date | None = None) -> MaintenanceWindow:
    return MaintenanceWindow(
        title="W",
        starts=datetime(2026, 11, 2, 1),
        ends=datetime(2026, 11, 2, 4),
        repeat="weekly",
        on=list(on),
        until=until,
    )


def monthly(*on: str) -> MaintenanceWindow:
    return MaintenanceWindow(
        title="W",
        starts=datetime(2026, 11, 1, 1),
        ends=datetime(2026, 11, 1, 4),
        repeat="monthly",
        on=list(on),
    )


def begins(window: MaintenanceWindow, zone: str = "Asia/Pontianak", many: int = 4) -> list[str]:
    def found() -> Iterator[str]:
        at = 0.0
        for _ in range(many):
            span = occurrence_after(window, ZoneInfo(zone), at)
            if span is None:
                return
            yield f"{datetime.fromtimestamp(span.since, ZoneInfo(zone)):%a %d-%m-%y %H:%M}"
            at = span.until

    return list(found())


def test_a_weekly_window_occurs_on_its_days_until_the_last() -> None:
    assert begins(weekly("monday", "thursday")) == [
        "Mon 02-11-26 01:00",
        "Thu 05-11-26 01:00",
        "Mon 09-11-26 01:00",
        "Thu 12-11-26 01:00",
    ]
    assert begins(weekly("monday", "thursday", until=date(2026, 11, 5)))[2:] == []
    assert begins(weekly())[:2] == ["Mon 02-11-26 01:00", "Mon 09-11-26 01:00"]


def test_a_monthly_window_occurs_by_date_or_by_the_day_of_the_week() -> None:
    assert begins(monthly(), many=3) == ["Sun 01-11-26 01:00", "Tue 01-12-26 01:00", "Fri 01-01-27 01:00"]
    assert begins(monthly("first sunday"), many=3) == [
        "Sun 01-11-26 01:00",
        "Sun 06-12-26 01:00",
        "Sun 03-01-27 01:00",
    ]
    assert begins(monthly("last friday"), many=2) == ["Fri 27-11-26 01:00", "Fri 25-12-26 01:00"]
    assert begins(monthly("last day"), many=4)[-1] == "Sun 28-02-27 01:00"


@pytest.mark.parametrize(
    ("zone", "starts", "ends", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 1), datetime(2026, 3, 29, 4), 2),
        ("Europe/Berlin", datetime(2026, 10, 25, 1), datetime(2026, 10, 25, 4), 4),
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 4), 1),
        ("Europe/Berlin", datetime(2026, 10, 25, 1), datetime(2026, 10, 25, 2, 30), 1.5),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 1), datetime(2026, 10, 4, 4), 2.5),
        ("Africa/Cairo", datetime(2026, 4, 24, 0), datetime(2026, 4, 24, 2), 1),
        ("America/Havana", datetime(2026, 11, 1, 0), datetime(2026, 11, 1, 2), 3),
        ("Asia/Pontianak", datetime(2026, 3, 29, 1), datetime(2026, 3, 29, 4), 3),
    ],
)
def test_a_night_in_which_the_clock_is_changed_is_as_long_as_the_clock_shows(
    zone: str, starts: datetime, ends: datetime, hours: float
) -> None:
    span = occurrence_after(MaintenanceWindow(title="W", starts=starts, ends=ends), ZoneInfo(zone), 0.0)
    assert span is not None
    assert span.until - span.since == hours * 3600


def test_a_daily_window_in_the_gap_of_the_clock_is_left_out_that_day() -> None:
    nightly = MaintenanceWindow(
        title="W", starts=datetime(2026, 3, 27, 2), ends=datetime(2026, 3, 27, 3), repeat="daily"
    )
    assert begins(nightly, "Europe/Berlin", 3) == [
        "Fri 27-03-26 02:00",
        "Sat 28-03-26 02:00",
        "Mon 30-03-26 02:00",
    ]


def test_times_with_an_offset_are_exact() -> None:
    """The second half past two of the night in which the clock is put back."""
    since = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    window = MaintenanceWindow(title="W", starts=since, ends=since + timedelta(hours=1))
    berlin = ZoneInfo("Europe/Berlin")
    assert occurrence_after(window, berlin, 0.0) == Span(since.timestamp(), since.timestamp() + 3600)
