"""Planned work by HTTP: the windows of the inventory and of people, made and ended."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from msgspec import Meta

from collector.intake.planner import TooManyWindows, UnknownWindow, WindowOfInventory
from collector.planned import BadWork, MadeWindow, MaintenanceWindow, Plan, WantedWork
from collector.planned.window import Repeat
from collector.web.access.visitors import visitor
from collector.web.api.by_person import Name, person, sentence, via
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

Ids = Annotated[list[str], Meta(max_length=1000)]
LONGEST_MINUTES = 366 * 24 * 60


class WindowRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The fields of [[maintenance]]. Without `starts` the window begins now; `minutes` may replace `ends`."""

    by: Name
    title: Annotated[str, Meta(min_length=1, max_length=100)]
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

    `via` is "inventory", or the way by which a person made it.
    """

    id: str
    via: str
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


def router(source: Source, may: Permission) -> APIRouter:
    watch, clock = source.watch, source.clock
    routes = APIRouter(prefix="/maintenance", tags=["maintenance"], dependencies=[Depends(may.reader)])
    permission = [Depends(may.operator)]

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
        asked = await read(request, WindowRequest)
        try:
            new = await source.planner.plan(
                _wanted(asked), person(asked.by, request), via(request), visitor=visitor(request)
            )
        except BadWork as error:
            raise _refused(error) from None
        found = entries(watch.plan, watch.windows, clock.now())
        entry = next((one for one in found if one.id == new.id), None)
        if entry is None:
            raise HTTPException(422, f"ends: {new.window.ends.isoformat()} is over")
        return encoded(entry)

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
        asked = await read(request, WindowEnd)
        try:
            over = await source.planner.end(window, person(asked.by, request), via(request), visitor(request))
        except BadWork as error:
            raise _refused(error) from None
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
                via=known.via if known else "inventory",
                by=known.by if known else "",
                active=span.since <= now,
                begins_at=span.since,
                ends_at=span.until,
                window=work.window,
            )


def _wanted(asked: WindowRequest) -> WantedWork:
    fields = msgspec.structs.asdict(asked)
    del fields["by"]
    return WantedWork(**fields | {"title": sentence(asked.title, "title")})


def _refused(error: BadWork) -> HTTPException:
    """The answer to a person's mistake."""
    status = {UnknownWindow: 404, TooManyWindows: 409, WindowOfInventory: 409}.get(type(error), 422)
    return HTTPException(status, printable(str(error), 1000))
