"""The planned work of the city: what is covered at a time, and until when that stays so."""

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, tzinfo
from typing import NamedTuple

from collector.planned.occurrences import Span, occurrence_after
from collector.planned.window import MaintenanceWindow

Links = AbstractSet[str]


class PlannedWork(NamedTuple):
    """A window with what it covers: `sites` with those of its districts, `links` with those of its providers.

    `ended_at` is when a person ended it, with all its later occurrences.
    """

    id: str
    window: MaintenanceWindow
    sites: AbstractSet[str] = frozenset()
    links: Links = frozenset()
    applications: AbstractSet[str] = frozenset()
    providers: AbstractSet[str] = frozenset()
    ended_at: float = math.inf


class Covered(NamedTuple):
    """The titles of the windows that cover a site, an application or a provider, by id.

    It holds before `until`, Unix seconds.
    """

    sites: Mapping[str, str]
    applications: Mapping[str, str]
    providers: Mapping[str, str]
    until: float

    @property
    def anything(self) -> bool:
        return bool(self.sites or self.applications or self.providers)


class Plan:
    """`main_links` are the links up of each site that are no backup; when all are covered, the site is.

    Each occurrence lasts `longer_seconds` more than its window says.
    """

    def __init__(
        self,
        work: Iterable[PlannedWork] = (),
        zone: tzinfo = UTC,
        main_links: Mapping[str, Links] | None = None,
        longer_seconds: float = 0.0,
    ) -> None:
        self.work = tuple(work)
        self.zone = zone
        self._main_links = main_links or {}
        self._longer_seconds = longer_seconds
        self._known_since = math.inf
        self._known = Covered({}, {}, {}, -math.inf)

    def longer(self, seconds: float) -> "Plan":
        """The same plan, but each occurrence lasts that much longer."""
        return Plan(self.work, self.zone, self._main_links, self._longer_seconds + seconds)

    def at(self, now: float) -> Covered:
        """Every window that is active at that time counts, also where two of them overlap."""
        if not self._known_since <= now < self._known.until:
            self._known_since, self._known = now, self._covered(now)
        return self._known

    def occurrence(self, work: PlannedWork, now: float) -> Span | None:
        """The occurrence of the window that lasts at that time, or else the next one."""
        span = occurrence_after(work.window, self.zone, now - self._longer_seconds)
        if span is None or span.since >= work.ended_at:
            return None
        span = Span(span.since, min(span.until, work.ended_at) + self._longer_seconds)
        return span if now < span.until else None

    def sites_of(self, work: PlannedWork) -> set[str]:
        """The sites that this window alone covers."""
        return {*work.sites, *self._sites_of_links(work.links)}

    def _covered(self, now: float) -> Covered:
        until, active = math.inf, []
        for work in self.work:
            span = self.occurrence(work, now)
            if span is not None and span.since <= now:
                active.append(work)
                until = min(until, span.until)
            elif span is not None:
                until = min(until, span.since)
        sites: dict[str, str] = {}
        titles_of_links: dict[str, str] = {}
        for work in reversed(active):  # the first window that covers a thing names it
            titles_of_links |= dict.fromkeys(work.links, work.window.title)
        for site in self._sites_of_links(titles_of_links.keys()):
            sites[site] = titles_of_links[min(self._main_links[site])]
        for work in reversed(active):
            sites |= dict.fromkeys(work.sites, work.window.title)
        return Covered(
            sites,
            {id: work.window.title for work in reversed(active) for id in work.applications},
            {id: work.window.title for work in reversed(active) for id in work.providers},
            until,
        )

    def _sites_of_links(self, links: Links) -> Iterable[str]:
        if not links:
            return ()
        return [site for site, mains in self._main_links.items() if mains and mains <= links]


NO_PLAN = Plan()
