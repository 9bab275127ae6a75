"""The days on which a window of maintenance occurs."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, get_args

from collector.planned.window import MaintenanceWindow, Repeat

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
ORDINALS = ("first", "second", "third", "fourth")
LAST_DAY = "last day"
WORDS: dict[Repeat, tuple[str, ...]] = {
    "never": (),
    "daily": (),
    "weekly": WEEKDAYS,
    "monthly": (*(f"{nth} {day}" for nth in (*ORDINALS, "last") for day in WEEKDAYS), LAST_DAY),
}
"""The words of `on` by `repeat`."""

LAST_DATE = date(9999, 12, 1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def occurrence_days(window: MaintenanceWindow, since: date, days: int) -> Iterator[date]:
    """The days on which an occurrence begins, among so many days from `since` on."""
    first, last = window.starts.date(), min(window.until or LAST_DATE, LAST_DATE)
    day = max(since, first)
    if window.repeat == "never":
        last = min(first, last)
    while days > 0 and day <= last:
        if occurs_on(window, day):
            yield day
        day, days = day + DAY, days - 1


def occurs_on(window: MaintenanceWindow, day: date) -> bool:
    """Does the rule of repetition name the day? `starts` and `until` do not count here."""
    first = window.starts.date()
    if window.on:
        return any(fits(word, day) for word in window.on)
    match window.repeat:
        case "never":
            return day == first
        case "daily":
            return True
        case "weekly":
            return day.weekday() == first.weekday()
        case "monthly":
            return day.day == first.day


def fits(word: str, day: date) -> bool:
    """Is the day a "monday", a "first sunday", a "last friday" or a "last day" of its month?"""
    nth, _, name = word.rpartition(" ")
    if word == LAST_DAY:
        return (day + DAY).month != day.month
    if WEEKDAYS[day.weekday()] != name:
        return False
    if nth == "last":
        return (day + WEEK).month != day.month
    return not nth or ORDINALS.index(nth) == (day.day - 1) // 7
