"""The declared links against the neighbours that devices report."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from collector.neighbors import Identities, SeenNeighbor, TopologyCheck, compared, observed
from collector.web.api.described import UNAVAILABLE, answer, encoded
from collector.web.api.permission import Permission
from collector.web.source import Source

DESCRIBED = (SeenNeighbor, TopologyCheck)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["topology"], dependencies=[Depends(may.reader)])

    async def seen() -> list[SeenNeighbor]:
        now = source.clock.now()
        async with source.pipeline.reading():
            return list(observed(source.state.agents.values(), Identities(source.state.city), now))

    @routes.get("/neighbors", responses=answer(list[SeenNeighbor]) | UNAVAILABLE)
    async def neighbors() -> Response:
        """Each neighbour that a device reports now, with its site if its name tells."""
        return encoded(await seen())

    @routes.get("/topology", responses=answer(TopologyCheck) | UNAVAILABLE)
    async def topology() -> Response:
        """The links of the inventory against these neighbours."""
        return encoded(compared(source.state.city, await seen()))

    return routes
