"""Incidents: the open ones, the last closed ones, one by its id."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response

from collector.causes import WeighedCause
from collector.incidents import Incident
from collector.web.api.described import BAD_QUERY, UNAVAILABLE, answer, encoded, error
from collector.web.api.permission import Permission
from collector.web.source import Source
from wire.text import printable

CLOSED_SHOWN = 100
DESCRIBED = (Incident, WeighedCause)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["incidents"], dependencies=[Depends(may.reader)])

    @routes.get("/incidents", responses=answer(list[Incident]) | BAD_QUERY | UNAVAILABLE)
    async def incidents(
        closed: Annotated[bool, Query(description="the last that ended, too")] = False,
    ) -> Response:
        """The open incidents, newest first."""
        async with source.pipeline.reading():
            known = source.incidents.saved() if closed else source.incidents.open()
        newest = sorted(known, key=lambda incident: -incident.opened_at)
        shown = [one for one in newest if one.status == "open"]
        shown += [one for one in newest if one.status != "open"][:CLOSED_SHOWN]
        return encoded(shown)

    @routes.get(
        "/incidents/{incident}",
        responses=answer(Incident) | error(404, "No such incident.") | BAD_QUERY | UNAVAILABLE,
    )
    async def one_incident(incident: str) -> Response:
        """One incident, if it is open or one of the last closed ones."""
        async with source.pipeline.reading():
            found = source.incidents.get(incident)
        if found is None:
            raise HTTPException(404, f"no incident {printable(incident)}; see /api/incidents")
        return encoded(found)

    @routes.get(
        "/incidents/{incident}/cause",
        responses=answer(WeighedCause) | error(404, "No such incident.") | BAD_QUERY | UNAVAILABLE,
    )
    async def weighed_cause(incident: str) -> Response:
        """The cause that the clues speak for now, with its confidence. A person may set another one."""
        async with source.pipeline.reading():
            found = source.incidents.get(incident)
            weighed = None if found is None else source.watch.cause(found)
        if weighed is None:
            raise HTTPException(404, f"no incident {printable(incident)}; see /api/incidents")
        return encoded(weighed)

    return routes
