"""Planned work by HTTP: the windows of the inventory and of people, made and ended."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from msgspec import Meta

from collector.inventory import City, window_faults
from collector.inventory.windows import YEARS
from collector.planned import MADE_AT_MOST, MadeWindow, MaintenanceWindow, Plan, PlannedWork, ended, made
from collector.planned.occurrences import instant, occurrence_after
from collector.planned.window import Repeat
from collector.web.api.described import (
    BAD_BODY,
    NOT_PERMITTED,
    UNAVAILABLE,
    answer,
    body,
    encoded,
    error,
)
from collector.web.api.permission import Permission
from collector.web.limits import read
from collector.web.source import Source
from wire.text import printable

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Ids = Annotated[list[str], Meta(max_length=1000)]
LONGEST_MINUTES = 366 * 24 * 60


class WindowRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The fields of [[maintenance]]. Without `starts` the window begins now; `minutes` may replace `ends`."""

    by: Name
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    source: Literal["api", "cli"] = "api"
    starts: datetime | None = None
    ends: datetime | None = None
    minutes: Annotated[int, Meta(ge=1, le=LONGEST_MINUTES)] | None = None
    repeat: Repeat = "never"
    on: Annotated[list[str], Meta(max_length=36)] = []
    until: date | None = None
    sites: Ids = []
    links: Ids = []
    applications: Ids = []
    districts: Ids = []
    providers: Ids = []


class WindowEnd(msgspec.Struct, forbid_unknown_fields=True):
    by: Name


class PlannedEntry(msgspec.Struct, kw_only=True):
    """A window that is not over. `begins_at` and `ends_at` are those of its present or next occurrence.

    `source` is "inventory", or the place where a person made it.
    """

    id: str
    source: str
    by: str
    active: bool
    begins_at: float
    ends_at: float
    window: MaintenanceWindow


class EndedWindow(msgspec.Struct):
    id: str
    title: str
    ended_at: float


DESCRIBED = (WindowRequest, WindowEnd, PlannedEntry, EndedWindow)
_CHANGES = NOT_PERMITTED | BAD_BODY | UNAVAILABLE


def router(source: Source, permitted: Permission) -> APIRouter:
    watch, clock = source.watch, source.clock
    routes = APIRouter(prefix="/maintenance", tags=["maintenance"])
    permission = [Depends(permitted)]

    @routes.get("", responses=answer(list[PlannedEntry]) | UNAVAILABLE)
    async def windows() -> Response:
        """The windows that are not over, in the order of their occurrences."""
        async with source.pipeline.reading():
            found = list(entries(watch.plan, watch.windows, clock.now()))
        return encoded(sorted(found, key=lambda entry: (entry.begins_at, entry.id)))

    @routes.post(
        "",
        responses=answer(PlannedEntry) | _CHANGES | error(409, "There are too many windows."),
        dependencies=permission,
        openapi_extra=body(WindowRequest),
    )
    async def make(request: Request) -> Response:
        """Plan work. The same request again makes no second window."""
        asked, city, now = await read(request, WindowRequest), source.state.city, clock.now()
        window, zone = _window(asked, city, now), ZoneInfo(city.timezone)
        new = made(window, printable(asked.by), asked.source, now, zone)
        if occurrence_after(window, zone, now) is None:
            raise HTTPException(422, f"ends: {window.ends.isoformat()} is over, and no occurrence follows")
        if new.id not in watch.windows and len(watch.windows) >= MADE_AT_MOST:
            raise HTTPException(409, f"there are {MADE_AT_MOST} windows already; end some of them")
        if new.id not in watch.windows or watch.windows[new.id].ended_at is not None:
            await source.pipeline.transact(lambda: watch.plan_work(new))
        return encoded(next(one for one in entries(watch.plan, watch.windows, now) if one.id == new.id))

    @routes.post(
        "/{window}/end",
        responses=answer(EndedWindow)
        | _CHANGES
        | error(404, "No such window.")
        | error(409, "The window stands in the inventory."),
        dependencies=permission,
        openapi_extra=body(WindowEnd),
    )
    async def end(window: str, request: Request) -> Response:
        """End a window that a person made, with all its later occurrences. The first end stays."""
        await read(request, WindowEnd)
        known = watch.windows.get(window)
        if known is None:
            raise _not_of_people(window, watch.plan.work)
        over = ended(known, clock.now())
        if over is not known:
            await source.pipeline.transact(lambda: watch.plan_work(over))
        assert over.ended_at is not None
        return encoded(EndedWindow(over.id, over.window.title, over.ended_at))

    return routes


def entries(plan: Plan, people: Mapping[str, MadeWindow], now: float) -> Iterator[PlannedEntry]:
    """`people` are the windows that people made, by id."""
    for work in plan.work:
        if (span := plan.occurrence(work, now)) is not None:
            known = people.get(work.id)
            yield PlannedEntry(
                id=work.id,
                source=known.source if known else "inventory",
                by=known.by if known else "",
                active=span.since <= now,
                begins_at=span.since,
                ends_at=span.until,
                window=work.window,
            )


def _window(asked: WindowRequest, city: City, now: float) -> MaintenanceWindow:
    """Raises HTTPException with each mistake."""
    zone = ZoneInfo(city.timezone)
    if (asked.ends is None) == (asked.minutes is None):
        raise HTTPException(422, "ends: write either ends or minutes")
    if asked.repeat != "never" and asked.starts is None:
        raise HTTPException(422, "starts: is missing; a window that repeats needs it, in local time")
    for key, time in (("starts", asked.starts), ("ends", asked.ends)):
        if time is not None and time.year not in YEARS:
            what = f"{key}: {time.isoformat()}: write a year from {YEARS[0]} to {YEARS[-1]}"
            raise HTTPException(422, what)
    starts = asked.starts or _exact(now, zone)
    if asked.minutes is not None:
        ends = starts + timedelta(minutes=asked.minutes)
    else:
        assert asked.ends is not None
        ends = asked.ends if asked.starts or asked.ends.tzinfo else _exact(instant(asked.ends, zone), zone)
    window = MaintenanceWindow(
        title=printable(asked.title).strip(),
        starts=starts,
        ends=ends,
        repeat=asked.repeat,
        on=asked.on,
        until=asked.until,
        sites=asked.sites,
        links=asked.links,
        applications=asked.applications,
        districts=asked.districts,
        providers=asked.providers,
    )
    if wrong := list(window_faults(window, _known(city), zone)):
        raise HTTPException(422, printable("; ".join(": ".join(filter(None, one)) for one in wrong), 1000))
    return window


def _exact(at: float, zone: tzinfo) -> datetime:
    """The time in the city's offset of that moment, in whole seconds: it means one moment alone."""
    local = datetime.fromtimestamp(at // 1, UTC).astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def _known(city: City) -> dict[str, list[str]]:
    """The ids of the city by scope."""
    return {
        "sites": list(city.sites),
        "links": list(city.links),
        "applications": list(city.applications),
        "districts": sorted({site.district for site in city.sites.values()} - {""}),
        "providers": list(city.providers),
    }


def _not_of_people(id: str, work: tuple[PlannedWork, ...]) -> HTTPException:
    """The window stands in the inventory, or nowhere."""
    title = next((one.window.title for one in work if one.id == id), "")
    if title:
        return HTTPException(
            409, f"{title!r} stands in the inventory; change its ends in [[maintenance]] there"
        )
    return HTTPException(404, f"no window {printable(id)}; see /api/maintenance")
