"""The record of all that people did."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from collector.incidents import Action
from collector.web.api.described import BAD_QUERY, UNAVAILABLE, answer, encoded
from collector.web.api.permission import Permission
from collector.web.source import Source

DESCRIBED = (Action,)
SHOWN_AT_MOST = 1000
MAX_NUMBER = 2**63 - 1


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["actions"], dependencies=[Depends(may.reader)])

    @routes.get("/actions", responses=answer(list[Action]) | BAD_QUERY | UNAVAILABLE)
    async def actions(
        incident: Annotated[str | None, Query(description="of this one only")] = None,
        before: Annotated[
            int | None, Query(ge=0, le=MAX_NUMBER, description="only those with a smaller number")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=SHOWN_AT_MOST)] = 100,
    ) -> Response:
        """The things that people did, newest first."""
        return encoded(await asyncio.to_thread(source.store.actions, incident, before, limit))

    return routes
