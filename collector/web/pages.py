"""The pages for people. A page loads nothing from another host."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from collector.city.state import State
from collector.inventory import City
from collector.notices.texts import Language
from collector.web.access.head import NO_ONE, person_in_head
from collector.web.compression import compressed
from collector.web.forms import taker
from collector.web.incident.related import Related
from collector.web.lists.ways import KeptWays
from collector.web.site import RECENT_SHOWN, Sight, recent_incidents, site_page
from collector.web.source import Source
from collector.web.status import status
from collector.web.words import Speaker
from wire.text import printable

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
PARAMETERS_AT_MOST = 20
PARAMETER_CHARACTERS = 200
FOR_PROGRAMS = (
    "/api",
    "/healthz",
    "/live",
    "/manifest.webmanifest",
    "/metrics",
    "/openapi.json",
    "/readyz",
    "/sd",
    "/static",
)
SYMBOLS = {"up": "●", "down": "▼", "unknown": "○", "critical": "▼", "warning": "◆", "info": "◇"}
SYMBOLS |= {
    "partly": "◆",
    "in_use": "◆",
    "standby": "◇",
    "silent": "▼",
    "care": "◆",
    "fresh": "●",
    "noted": "◆",
}
"""Colour is never the only sign."""
TEMPLATES = Environment(
    loader=PackageLoader("collector.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals["symbols"] = SYMBOLS


def router(source: Source, ways: KeptWays) -> APIRouter:
    state, incidents = source.state, source.incidents
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def status_page(request: Request) -> Response:
        params = parameters(request)
        async with source.pipeline.reading():
            say = _speaker(request)
            seen = status(state, incidents, params, say)
        return await page(source, request, "status.html", say, status=seen, find=params.get("find", ""))

    @routes.get("/sites/{site}")
    async def one_site(request: Request, site: str) -> Response:
        async with source.pipeline.reading():
            say = _speaker(request)
            sight = Sight(state, incidents, ways.now, source.past, source.latency, source.grafana)
            seen = site_page(site, sight, say)
            remembered = incidents.saved()
        if seen is None:
            return await page(source, request, "no_site.html", say, 404, id=printable(site))

        def recent() -> list[Related]:
            stored = source.store.incidents_about(site, RECENT_SHOWN)
            return recent_incidents(site, remembered, stored, sight.ways.city, say)

        its = await asyncio.to_thread(recent)
        return await page(source, request, "site.html", say, site=seen, recent=its)

    def _speaker(request: Request) -> Speaker:
        return speaker(request, state.city, source.clock.now())

    return routes


async def page(
    source: Source, request: Request, template: str, say: Speaker, status_code: int = 200, **seen: object
) -> Response:
    """Render a template of these contents as the answer."""
    lang = say.language if "lang" in request.query_params else ""
    about = {"city": source.state.city.name, "version": source.version, "lang": lang, **seen}
    about |= {"here": request.url.path, "params": parameters(request)}
    about |= {"aged": _is_aged(source.state, source.clock.now())}
    about |= {"taker": taker(request, source.access), "simulation": source.simulation}
    about |= person_in_head(request, source.access)
    text = await asyncio.to_thread(render, template, say, **about)
    return await compressed(text, request, "text/html; charset=utf-8", status_code, HEADERS)


def _is_aged(state: State, now: float) -> bool:
    """No agent has fresh measurements. The incidents say so too, but for the moment until they are judged."""
    return not any(state.hearing(agent, now) == "fresh" for agent in state.agents.values())


def render(template: str, say: Speaker, **seen: Any) -> bytes:
    """Render a template with `city`, `version`, and `lang`: the language in the address, or "".

    `params` are the other parameters of the address, `here` its path.
    """
    query = f"?{urlencode({'lang': seen['lang']})}" if seen["lang"] else ""
    other = {**seen.get("params", {}), "lang": "id" if say.language == "en" else "en"}
    about = {"taker": "", "simulation": False, "aged": False, "here": "", "searched": "", **NO_ONE}
    about |= {"query": query, "and_lang": query.replace("?", "&"), "in_other": urlencode(other)}
    return TEMPLATES.get_template(template).render(say=say, **(about | seen)).encode(errors="replace")


def parameters(request: Request) -> dict[str, str]:
    """The parameters of the address: the last of each name, and none that is empty."""
    known = list(request.query_params.items())[:PARAMETERS_AT_MOST]
    return {key: value[:PARAMETER_CHARACTERS] for key, value in known if value}


def speaker(request: Request, city: City, now: float) -> Speaker:
    return speaker_of(language(request), city, now)


def speaker_of(language: Language, city: City, now: float) -> Speaker:
    return Speaker(language, ZoneInfo(city.timezone), now)


def trouble(
    request: Request,
    say: Speaker,
    status_code: int,
    key: str,
    about: Mapping[str, object],
    why: Mapping[str, str],
) -> Response:
    """A page with one sentence, the text of `key`, which says why there is no other page.

    `about` is the `city`, the `version` and whether all is a `simulation`.
    """
    lang = say.language if "lang" in request.query_params else ""
    text = render("trouble.html", say, lang=lang, told=say(key, **why), **about)
    return Response(text, status_code, HEADERS, "text/html; charset=utf-8")


def by_person(request: Request) -> bool:
    """True when a browser asks for a page, false when a program asks for data."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(FOR_PROGRAMS)


def language(request: Request) -> Language:
    """The language in the address, else the one that the browser names first."""
    asked = request.query_params.get("lang", "")
    for tag in (asked, *request.headers.get("accept-language", "").split(",")):
        match tag.strip()[:2].lower():
            case "id":
                return "id"
            case "en":
                return "en"
    return "en"
