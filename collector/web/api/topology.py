"""The declared links against the neighbours that devices report."""

import asyncio

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from collector.inventory import City
from collector.neighbors import Identities, SeenNeighbor, TopologyCheck, compared, observed
from collector.web.api.described import UNAVAILABLE, answer, encoded
from collector.web.api.permission import Permission
from collector.web.source import Source

DESCRIBED = (SeenNeighbor, TopologyCheck)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["topology"], dependencies=[Depends(may.reader)])

    async def seen() -> tuple[City, Identities, list[SeenNeighbor]]:
        async with source.pipeline.reading():
            city = source.state.city
            identities = Identities(city)
            return (
                city,
                identities,
                list(observed(source.state.agents.values(), identities, source.clock.now())),
            )

    @routes.get("/neighbors", responses=answer(list[SeenNeighbor]) | UNAVAILABLE)
    async def neighbors() -> Response:
        """Each neighbour that a device reports now, with its site if its name tells."""
        _, _, neighbors = await seen()
        return encoded(neighbors)

    @routes.get("/topology", responses=answer(TopologyCheck) | UNAVAILABLE)
    async def topology() -> Response:
        """The links of the inventory against these neighbours."""
        return encoded(await asyncio.to_thread(compared, *await seen()))

    return routes
