"""The mistakes of a window of maintenance. The inventory and the API use the same checks. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

from collector.inventory.problem import listed, nearest
from collector.planned import MaintenanceWindow
from collector.planned.days import WORDS, occurrence_days, occurs_on
from collector.planned.occurrences import occurrence_after
from collector.planned.window import YEARS
from wire.text import printable

TITLE_CHARACTERS = 100
LONGEST = timedelta(days=366)
LOOKED_AT_DAYS = 800
"""Within so many days every rule shows its shortest distance of two occurrences."""
SCOPES = ("sites", "links", "applications", "districts", "providers")

Known = Mapping[str, Collection[str]]
Fault = tuple[str, str]
"""The key with the mistake, "" for the window as a whole; then the mistake with its remedy."""


def window_faults(window: MaintenanceWindow, known: Known, zone: tzinfo) -> Iterator[Fault]:
    """`known` are the ids of the city by scope. A fault of the times hides those that follow from it."""
    if not window.title.strip():
        yield "title", "is empty; write in a few words which work it is"
    elif window.title != printable(window.title, TITLE_CHARACTERS):
        yield "title", f"{window.title[:20]!r}…: write one line of at most {TITLE_CHARACTERS} characters"
    yield from scope_faults(window, known)
    if wrong := [*_times(window), *_rule(window)]:
        yield from wrong
    else:
        yield from _occurrences(window, zone)


def scope_faults(window: MaintenanceWindow, known: Known) -> Iterator[Fault]:
    named = {scope: getattr(window, scope) for scope in SCOPES}
    if not any(named.values()):
        yield "", f"{window.title!r} covers nothing; name {listed(SCOPES)}"
    for scope, ids in named.items():
        for id in ids:
            if id not in known[scope]:
                remedy = nearest(id, known[scope], "write it as it stands there")
                yield scope, f"{id!r} is not among the city's {scope}; {remedy}"


def _times(window: MaintenanceWindow) -> Iterator[Fault]:
    starts, ends = window.starts, window.ends
    if (starts.tzinfo is None) != (ends.tzinfo is None):
        yield "ends", f"{_shown(ends)}: write both times with an offset, or both without one"
    elif starts.tzinfo is not None and window.repeat != "never":
        yield "starts", f"{_shown(starts)} has an offset; write the city's local time, without one"
    elif starts.year not in YEARS:
        yield "starts", f"{_shown(starts)}: write a year from {YEARS[0]} to {YEARS[-1]}"
    elif ends <= starts:
        yield "ends", f"{_shown(ends)} is not after starts; correct one of them"
    elif ends - starts > LONGEST:
        yield "ends", f"{_shown(ends)} makes it longer than a year; correct one of them"


def _rule(window: MaintenanceWindow) -> Iterator[Fault]:
    words = WORDS[window.repeat]
    if window.repeat == "never" and window.until is not None:
        yield "until", "has no effect without repeat; write repeat, or leave until out"
    if window.until is not None and window.until.year not in YEARS:
        what = f"{window.until}: write a year from {YEARS[0]} to {YEARS[-1]}, or leave it out"
        yield "until", what
    if window.on and not words:
        yield "on", f"has no effect with repeat = {window.repeat!r}; leave it out"
        return
    for word in window.on:
        if word not in words:
            remedy = nearest(word, words, f"write days like {words[0]!r}")
            yield "on", f"{word!r} is no day of a {window.repeat} window; {remedy}"


def _occurrences(window: MaintenanceWindow, zone: tzinfo) -> Iterator[Fault]:
    first = window.starts.date()
    days = list(occurrence_days(window, first, LOOKED_AT_DAYS))
    if window.repeat == "monthly" and not window.on and first.day > 28:
        yield "repeat", f"some months have no day {first.day}; write on = ['last day'] or ['last sunday']"
    elif window.until is not None and window.until < first:
        yield "until", f"{window.until} is before starts; correct one of them"
    elif not occurs_on(window, first):
        remedy = f"the first such day is {days[0]}" if days else "no such day comes before until"
        yield "starts", f"{_shown(window.starts)} is no {listed(window.on)}; {remedy}"
    elif (apart := _shortest(days)) < window.ends - window.starts:
        longest = "a day" if apart.days == 1 else f"{apart.days} days"
        what = f"{_shown(window.ends)} makes it longer than {longest}, when it occurs again"
        yield "ends", f"{what}; correct one of them"
    elif window.repeat == "never" and occurrence_after(window, zone, 0.0) is None:
        what = f"{_shown(window.starts)}: the clock is put forward then, and no time is left; correct it"
        yield "starts", what


def _shortest(days: list[date]) -> timedelta:
    """The shortest distance of two occurrences."""
    return min((later - earlier for earlier, later in pairwise(days)), default=LONGEST)


def _shown(time: datetime) -> str:
    return time.isoformat()
