"""The HTTP endpoints. No page fetches anything from another host."""

import asyncio
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry, generate_latest
from starlette.exceptions import HTTPException

from collector.database.engine import StoreError
from collector.prometheus import discovery
from collector.prometheus.exposition import CONTENT_TYPE, Exposition
from collector.web import api, live, manifest, pages, people, planning, ticket_page
from collector.web.api.described import with_components
from collector.web.compression import compressed
from collector.web.head import HeadAsGet
from collector.web.lists import routes as lists
from collector.web.lists.asked import BadParameter
from collector.web.lists.ways import KeptWays
from collector.web.own_files import OwnFiles
from collector.web.source import Source
from collector.web.wall import board
from collector.web.words import WORDS
from wire.text import printable

SCRAPE_HEADER = "X-Prometheus-Scrape-Timeout-Seconds"
"""Prometheus and its kin send this. After a look by a person alone, no database has the values."""

PATH_CHARACTERS = 200
Headers = Mapping[str, str] | None
Why = Mapping[str, str]


def create_app(source: Source, registry: CollectorRegistry) -> FastAPI:
    """`registry` holds the collector's own metrics.

    While nothing can be stored, a page that reads the state answers with 503.
    """
    app = FastAPI(title="pantau collector", version=source.version, docs_url=None, redoc_url=None)
    state = source.state
    exposition = Exposition(state, source.incidents, source.version)

    @app.get("/metrics/city", response_class=PlainTextResponse)
    async def city_metrics(request: Request) -> Response:
        """The city for Prometheus: each fresh value with the time of its measurement."""
        pieces = []
        async with source.pipeline.reading():
            for piece in exposition.render(source.clock.now()):
                pieces.append(piece)
                await asyncio.sleep(0)
            state.scrapes += SCRAPE_HEADER in request.headers
        return await compressed(b"".join(pieces), request, CONTENT_TYPE)

    @app.get("/metrics", response_class=PlainTextResponse)
    async def own_metrics() -> Response:
        """The collector's own metrics for Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE)

    @app.get("/healthz", response_class=PlainTextResponse)
    async def healthy() -> str:
        """The process is alive."""
        return "ok\n"

    @app.get("/readyz", response_class=PlainTextResponse, responses={503: {"description": "Not ready: why."}})
    async def ready() -> PlainTextResponse:
        """Whether reports are taken: the store is open and the broker is connected."""
        reason = source.pipeline.not_ready
        return PlainTextResponse(f"{reason or 'ready'}\n", status_code=503 if reason else 200)

    @app.get("/sd/snmp")
    async def snmp_targets() -> JSONResponse:
        """The inventory's devices for snmp_exporter, as Prometheus' http_sd has it."""
        return JSONResponse(discovery.snmp(state.city))

    @app.get("/sd/blackbox")
    async def blackbox_targets() -> JSONResponse:
        """The inventory's targets for blackbox_exporter, as Prometheus' http_sd has it."""
        return JSONResponse(discovery.blackbox(state.city))

    app.add_middleware(HeadAsGet)
    _answer_trouble(app, source)
    app.include_router(api.router(source))
    ways = KeptWays(state)
    app.include_router(pages.router(source, ways))
    app.include_router(lists.router(source, ways))
    app.include_router(people.router(source))
    app.include_router(planning.router(source))
    app.include_router(ticket_page.router(source))
    app.include_router(board.router(source))
    app.include_router(live.router(source))
    app.include_router(manifest.router(source))
    app.mount("/static", OwnFiles(packages=[("collector.web", "static")]))
    described = app.openapi
    app.openapi = lambda: with_components(described(), api.DESCRIBED)  # type: ignore[method-assign]
    return app


def _answer_trouble(app: FastAPI, source: Source) -> None:
    """A person gets a page in the reader's language, a program gets JSON."""

    def answer(
        request: Request, status_code: int, detail: object, key: str, why: Why, headers: Headers = None
    ) -> Response:
        if not pages.by_person(request):
            return JSONResponse({"detail": detail}, status_code, headers)
        city = source.state.city
        say = pages.speaker(request, city, source.clock.now())
        about = {"city": city.name, "version": source.version, "simulation": source.simulation}
        page = pages.trouble(request, say, status_code, key, about, why)
        page.headers.update(headers or {})
        return page

    @app.exception_handler(RequestValidationError)
    async def bad_parameter(request: Request, error: RequestValidationError) -> Response:
        lines = [f"{one['loc'][-1]}: {one['msg']}" for one in error.errors()]
        first = error.errors()[0]
        why = {"name": printable(str(first["loc"][-1])), "value": printable(str(first.get("input", "")))}
        return answer(request, 422, printable("; ".join(lines), 200), "bad_parameter", why)

    @app.exception_handler(BadParameter)
    async def impossible_value(request: Request, error: BadParameter) -> Response:
        return answer(request, 422, str(error), "bad_parameter", {"name": error.key, "value": error.value})

    @app.exception_handler(StoreError)
    async def unavailable(request: Request, error: Exception) -> Response:
        return answer(request, 503, str(error), "no_store", {"why": str(error)})

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        key = "no_page" if error.status_code == 404 else f"refused_{error.status_code}"
        if key not in WORDS:
            key = "refused"
        why = {"path": printable(request.url.path, PATH_CHARACTERS), "why": printable(str(error.detail), 200)}
        return answer(request, error.status_code, error.detail, key, why, error.headers)
