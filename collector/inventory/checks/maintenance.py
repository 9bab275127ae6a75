"""Announced work: a window that can come about, of something that exists."""

from collections.abc import Iterator
from datetime import timedelta

from collector.inventory.checks.draft import Draft
from collector.inventory.city import Maintenance
from collector.inventory.problem import Problem, nearest

LONGEST = {
    "never": (timedelta(days=366), "a year"),
    "daily": (timedelta(days=1), "a day"),
    "weekly": (timedelta(days=7), "a week"),
    "monthly": (timedelta(days=28), "28 days"),
}


def faults(draft: Draft) -> Iterator[Problem]:
    for number, (row, window) in enumerate(
        zip(draft.document.maintenance, draft.city.maintenance, strict=True)
    ):
        for key, what in (*_times(window), *_scope(draft, window)):
            yield Problem(row.file, f"maintenance[{number}]{key}", what)


def _times(window: Maintenance) -> Iterator[tuple[str, str]]:
    if not (window.starts and window.ends):
        return
    for key, time in (("starts", window.starts), ("ends", window.ends)):
        if time.tzinfo is not None:
            yield f".{key}", f"{time.isoformat()} has an offset; write the city's local time, without one"
            return
    length = window.ends - window.starts
    if length <= timedelta(0):
        yield ".ends", f"{window.ends.isoformat()} is not after starts; correct one of them"
    elif length > (longest := LONGEST[window.repeat])[0]:
        yield ".ends", f"{window.ends.isoformat()} makes it longer than {longest[1]}; correct one of them"


def _scope(draft: Draft, window: Maintenance) -> Iterator[tuple[str, str]]:
    scopes = {
        "sites": (window.sites, draft.written("sites")),
        "links": (window.links, draft.written("links")),
        "applications": (window.applications, draft.written("applications")),
        "districts": (window.districts, draft.districts),
    }
    if not any(named for named, _ in scopes.values()):
        yield "", f"{window.title!r} covers nothing; name sites, links, applications or districts"
    for key, (named, known) in scopes.items():
        for id in named:
            if id not in known:
                remedy = nearest(id, sorted(known), "write it as it stands there")
                yield f".{key}", f"{id!r} is not among the city's {key}; {remedy}"
