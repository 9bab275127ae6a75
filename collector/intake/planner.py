"""The planner takes in the work that people plan, from page, API, command line and chat."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from collector.access import Visitor, audit_rows
from collector.changes import Changes
from collector.clock import SteadyClock
from collector.incidents import Action
from collector.intake.transactions import Transactions
from collector.intake.watch import Watch
from collector.inventory import City, window_faults
from collector.planned import MADE_AT_MOST, BadWork, MadeWindow, WantedWork, ended, lasting, made, window_of
from collector.planned.occurrences import occurrence_after


class TooManyWindows(BadWork):
    """There is no room for another window."""


class UnknownWindow(BadWork):
    """There is no such window."""


class WindowOfInventory(BadWork):
    """The window stands in the inventory; a person edits it there."""


class Planner:
    """A window is stored, and counts, before a person gets the answer. `via` is as in Action."""

    def __init__(
        self, watch: Watch, pipeline: Transactions, clock: SteadyClock, city: Callable[[], City]
    ) -> None:
        self._watch = watch
        self._pipeline = pipeline
        self._clock = clock
        self._city = city

    async def plan(
        self,
        wanted: WantedWork,
        by: str,
        via: str,
        also: Changes | None = None,
        visitor: Visitor | None = None,
    ) -> MadeWindow:
        """The same request again makes no second window. `also` is stored in the transaction of a new one. A
        chat has no `visitor`.

        Raises BadWork and StoreUnavailable.
        """
        city, now = self._city(), self._clock.now()
        zone = ZoneInfo(city.timezone)
        window = window_of(wanted, now, zone)
        if wrong := [": ".join(filter(None, fault)) for fault in window_faults(window, _ids(city), zone)]:
            raise BadWork("; ".join(wrong))
        if occurrence_after(window, zone, now) is None:
            raise BadWork(f"ends: {window.ends.isoformat()} is over, and no occurrence follows")
        new = made(window, by, via, now, zone)
        known = self._watch.windows.get(new.id)
        if known is not None and known.ended_at is None:
            return known
        if len(lasting(self._watch.windows.values(), now)) >= MADE_AT_MOST:
            raise TooManyWindows(f"there are {MADE_AT_MOST} windows already; end some of them")
        await self._store(new, Action(now, by, via, "plan work", text=_text(new)), visitor, also)
        return new

    async def end(self, id: str, by: str, via: str, visitor: Visitor | None = None) -> MadeWindow:
        """End a window with all its later occurrences. The first end stays.

        Raises UnknownWindow, WindowOfInventory and StoreUnavailable.
        """
        known, now = self._watch.windows.get(id), self._clock.now()
        if known is None:
            raise self._not_of_people(id)
        if known.ended_at is not None:
            return known
        over = ended(known, now)
        await self._store(over, Action(now, by, via, "end work", text=_text(over)), visitor)
        return over

    async def _store(
        self, window: MadeWindow, action: Action, visitor: Visitor | None, also: Changes | None = None
    ) -> None:
        async with self._pipeline.reading():
            pass  # else the person would wait for as long as the store is away
        done = Changes(actions=[action], audit=audit_rows([action], visitor)).then(also or Changes())
        await self._pipeline.transact(lambda: self._watch.plan_work(window).then(done))

    def _not_of_people(self, id: str) -> BadWork:
        for work in self._watch.plan.work:
            if work.id == id:
                what = (
                    f"{work.window.title!r} stands in the inventory; change its ends in [[maintenance]] there"
                )
                return WindowOfInventory(what)
        return UnknownWindow(f"no window {id}; see /api/maintenance")


def _text(window: MadeWindow) -> str:
    return f"{window.window.title} ({window.id})"


def _ids(city: City) -> dict[str, list[str]]:
    """The ids of the city by scope."""
    return {
        "sites": list(city.sites),
        "links": list(city.links),
        "applications": list(city.applications),
        "districts": sorted({site.district for site in city.sites.values()} - {""}),
        "providers": list(city.providers),
    }
