"""The addresses of the lists, and of the pages of their things."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response

from collector.web import pages
from collector.web.agents_seen import agents_seen, memberships_of
from collector.web.grafana import GrafanaLinks, GrafanaRange
from collector.web.lists.agents import AgentList, agent_list
from collector.web.lists.application import application_page
from collector.web.lists.applications import application_list
from collector.web.lists.asked import ON_A_PAGE, Params, text
from collector.web.lists.incidents import asked_incidents, fits, incident_list
from collector.web.lists.link import link_page, provider_page
from collector.web.lists.links import link_list
from collector.web.lists.search import search
from collector.web.lists.ways import KeptWays
from collector.web.lists.weakest import weakest_list
from collector.web.source import Source
from collector.web.words import Speaker
from wire.text import printable

DAY_SECONDS = 86400.0
Content = Callable[[str, Params, Speaker], object | None]
"""By the id in the address, "" of a list. None: the inventory has nothing of that id."""


def router(source: Source, ways: KeptWays) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents")
    async def all_incidents(request: Request) -> Response:
        return await _incidents(source, request)

    @routes.get("/agents")
    async def agents(request: Request) -> Response:
        memberships = await memberships_of(source)

        def content(_: str, params: Params, say: Speaker) -> AgentList:
            return agent_list(agents_seen(source, memberships), params, say)

        return await _page(source, request, "agents", content)

    @routes.get("/search")
    async def find(request: Request) -> Response:
        return await _search(source, request)

    for path, content in _contents(source, ways):
        routes.add_api_route(path, _answering(source, path, content))
    return routes


def _contents(source: Source, ways: KeptWays) -> Iterator[tuple[str, Content]]:
    """The address and the content of each page."""
    state, incidents, latency = source.state, source.incidents, source.latency
    yield "/applications", lambda _, params, say: application_list(state, incidents, params, say)
    yield "/applications/{id}", lambda id, params, say: application_page(id, state, incidents, params, say)
    yield "/links", lambda _, params, say: link_list(ways.now, state, incidents, latency, params, say)
    yield "/links/{id}", lambda id, _, say: link_page(id, ways.now, state, incidents, latency, say)
    yield "/weakest", lambda _, params, say: weakest_list(state, incidents, params, say)
    yield (
        "/providers/{id}",
        lambda id, params, say: provider_page(id, ways.now, state, incidents, latency, params, say),
    )


def _answering(source: Source, path: str, content: Content) -> Callable[..., Awaitable[Response]]:
    """The template has the name of the list, without its last letter for one thing of it."""
    name = path.removesuffix("s/{id}").strip("/")

    async def one(request: Request, id: str) -> Response:
        return await _page(source, request, name, content, id)

    async def every(request: Request) -> Response:
        return await _page(source, request, name, content)

    return one if "{id}" in path else every


async def _page(source: Source, request: Request, name: str, content: Content, id: str = "") -> Response:
    """The page of a list, or of the one thing of that id."""
    params = pages.parameters(request)
    async with source.pipeline.reading():
        say = pages.speaker(request, source.state.city, source.clock.now())
        seen = content(id, params, say)
    if seen is None:
        told = say(f"no_such_{name}", id=printable(id))
        return await pages.page(source, request, "lists/missing.html", say, 404, told=told, heading="")
    heading = getattr(seen, "name", "") or say(name)
    dashboard = _dashboard(source.grafana, name, id, say.now)
    return await pages.page(
        source, request, f"lists/{name}.html", say, seen=seen, heading=heading, dashboard=dashboard
    )


def _dashboard(grafana: GrafanaLinks, name: str, id: str, now: float) -> str:
    """Its address, with the last day; "" of a list, and where there is no Grafana."""
    day = GrafanaRange(now - DAY_SECONDS)
    match name:
        case "application":
            return grafana.application(id, day)
        case "link":
            return grafana.link(id, day)
        case "provider":
            return grafana.provider(id, day)
    return ""


async def _incidents(source: Source, request: Request) -> Response:
    """The store looks for them, in a thread of its own."""
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


async def _search(source: Source, request: Request) -> Response:
    """Of the past incidents only that whose id is the text: the list of incidents searches them all."""
    wanted = text(pages.parameters(request), "q")
    past = await asyncio.to_thread(source.store.incidents_of, [wanted]) if wanted else []
    async with source.pipeline.reading():
        city, say = source.state.city, pages.speaker(request, source.state.city, source.clock.now())
        known = {one.id: one for one in (*source.incidents.open(), *past)}
        seen = search(wanted, known.values(), city, say)
    heading = say("search_any")
    return await pages.page(
        source, request, "lists/search.html", say, seen=seen, heading=heading, searched=wanted
    )
