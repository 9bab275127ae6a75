"""The addresses of the lists."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from collector.web import pages
from collector.web.lists.asked import ON_A_PAGE
from collector.web.lists.incidents import asked_incidents, fits, incident_list
from collector.web.source import Source


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents")
    async def incidents(request: Request) -> Response:
        params = pages.parameters(request)
        async with source.pipeline.reading():
            city, say = source.state.city, pages.speaker(request, source.state.city, source.clock.now())
        asked = asked_incidents(params, city)
        listed = await asyncio.to_thread(
            source.store.listed_incidents,
            asked.wanted,
            lambda incident: fits(incident, asked, city, say),
            asked.after,
            ON_A_PAGE,
        )
        seen = incident_list(listed, params, city, say)
        return await pages.page(source, request, "lists/incidents.html", say, seen=seen)

    return routes
