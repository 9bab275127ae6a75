"""The notices of one incident to one receiver, made anew and sent to nobody."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response

from collector.notices.replay import Replay, replay
from collector.web.api.described import (
    BAD_QUERY,
    NOT_PERMITTED,
    SECURITY,
    UNAVAILABLE,
    answer,
    encoded,
    error,
)
from collector.web.api.permission import Permission
from collector.web.source import Source
from wire.text import printable

DESCRIBED = (Replay,)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["notices"], dependencies=[Depends(may.operator)])

    @routes.get(
        "/notices/replay",
        responses=answer(Replay)
        | NOT_PERMITTED
        | error(404, "No such incident or receiver.")
        | BAD_QUERY
        | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def replayed(
        receiver: Annotated[str, Query(description="a key of [receivers]")],
        incident: Annotated[str, Query(description="the id of an incident")],
    ) -> Response:
        """The notices of the incident as this receiver gets them by the inventory of now. Nothing is sent."""
        async with source.pipeline.reading():
            found, city = source.incidents.get(incident), source.state.city
        if found is None:
            raise HTTPException(404, f"no incident {printable(incident)}; see /api/incidents")
        if receiver not in city.receivers:
            known = ", ".join(city.receivers) or "none"
            raise HTTPException(404, f"no receiver {printable(receiver)}; the inventory has {known}")
        return encoded(replay(found, receiver, city, source.clock.now()))

    return routes
