"""The working latency of a link by day, for programs."""

from datetime import date

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import Response
from msgspec import Struct

from collector.latency import LatencyFigures, LoadFigure, WorkingLatency
from collector.web.api.described import BAD_QUERY, UNAVAILABLE, answer, encoded, error
from collector.web.api.permission import Permission
from collector.web.source import Source
from wire.text import printable


class LoadLatency(Struct):
    """`minutes` at this load. The round-trip times are null where too few minutes are `measured`."""

    minutes: int
    measured: int
    median_seconds: float | None
    p95_seconds: float | None


class DayLatency(Struct):
    """A day of the city. The link is idle below 20 % of its rate and busy above 70 %.

    `added_seconds` is what the median of the busy minutes has more than that of the idle ones.
    """

    day: str
    idle: LoadLatency
    busy: LoadLatency
    between_minutes: int
    added_seconds: float | None
    mean_utilization_ratio: float | None
    fullest_minute_ratio: float | None


class CarryingPort(Struct):
    agent: str
    device: str
    interface: str


class LatencyOfLink(Struct):
    """`days` are those that are known, the newest first.

    `port` is null while no polled port names the link.
    """

    link: str
    port: CarryingPort | None
    days: list[DayLatency]


DESCRIBED = (LatencyOfLink,)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["links"], dependencies=[Depends(may.reader)])

    @routes.get(
        "/links/{link}/latency",
        responses=answer(LatencyOfLink) | error(404, "No such link.") | BAD_QUERY | UNAVAILABLE,
    )
    async def working_latency(link: str) -> Response:
        """The round-trip time of a link while it is idle and while it is busy, by day."""
        async with source.pipeline.reading():
            known = link in source.state.city.links
            found = latency_of(link, source.latency, source.clock.now()) if known else None
        if found is None:
            raise HTTPException(404, f"no link {printable(link)} in the inventory")
        return encoded(found)

    return routes


def latency_of(link: str, latency: WorkingLatency, now: float) -> LatencyOfLink:
    carried = latency.carried.get(link)
    port = CarryingPort(*carried.port) if carried and carried.port else None
    return LatencyOfLink(link, port, [_day(one) for one in latency.by_day(link, now)])


def _day(one: LatencyFigures) -> DayLatency:
    return DayLatency(
        day=date.fromordinal(one.day).isoformat(),
        idle=_load(one.idle),
        busy=_load(one.busy),
        between_minutes=one.between,
        added_seconds=_rounded(one.added),
        mean_utilization_ratio=_rounded(one.mean),
        fullest_minute_ratio=_rounded(one.fullest),
    )


def _load(its: LoadFigure) -> LoadLatency:
    return LoadLatency(its.minutes, its.measured, _rounded(its.rtt.median), _rounded(its.rtt.p95))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
