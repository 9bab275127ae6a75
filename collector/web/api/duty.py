"""The people on duty, now and in the week to come."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from collector.inventory.rostered import DutyHours, PersonOnDuty, Roster, roster
from collector.web.api.described import BAD_QUERY, NOT_PERMITTED, SECURITY, UNAVAILABLE, answer, encoded
from collector.web.api.permission import Permission
from collector.web.source import Source

DESCRIBED = (Roster, DutyHours, PersonOnDuty)
EARLIEST, LATEST = 946_684_800, 4_102_444_800
"""The years 2000 to 2099, in Unix seconds."""


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["duty"], dependencies=[Depends(may.operator)])

    @routes.get(
        "/duty",
        responses=answer(Roster) | NOT_PERMITTED | BAD_QUERY | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def duty(
        at: Annotated[
            float | None, Query(ge=EARLIEST, le=LATEST, description="Unix seconds; else now")
        ] = None,
    ) -> Response:
        """The people on duty. It needs permission, since it has the numbers of people."""
        async with source.pipeline.reading():
            city = source.state.city
        wanted = source.clock.now() if at is None else at
        return encoded(await asyncio.to_thread(roster, city, wanted))

    return routes
