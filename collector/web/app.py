"""The HTTP endpoints. No page fetches anything from another host."""

from collections.abc import Mapping

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

from collector.database.engine import StoreError
from collector.web import api, live, manifest, measures, pages, people, planning, ticket_page
from collector.web.access import account_page, audit_page, sign_in
from collector.web.access.head import sign_in_address
from collector.web.access.peer import PeerKept
from collector.web.access.sessions import SessionCookies
from collector.web.api.described import with_components
from collector.web.api.permission import permission
from collector.web.head import HeadAsGet
from collector.web.lists import routes as lists
from collector.web.lists.asked import BadParameter
from collector.web.lists.ways import KeptWays
from collector.web.own_files import OwnFiles
from collector.web.source import Source
from collector.web.strict import StrictTransport
from collector.web.wall import board
from collector.web.words import WORDS
from runtime.settings import BadConfig
from wire.text import printable

PATH_CHARACTERS = 200
Headers = Mapping[str, str] | None
Why = Mapping[str, str]


def create_app(source: Source, registry: CollectorRegistry) -> FastAPI:
    """`registry` holds the collector's own metrics.

    While nothing can be stored, a page that reads the state answers with 503.
    """
    app = FastAPI(
        title="pantau collector", version=source.version, docs_url=None, redoc_url=None, openapi_url=None
    )
    may = permission(source.access, source.clock.now)
    reading = [Depends(may.reader)]

    @app.get("/healthz", response_class=PlainTextResponse)
    async def healthy() -> str:
        """The process is alive."""
        return "ok\n"

    @app.get("/readyz", response_class=PlainTextResponse, responses={503: {"description": "Not ready: why."}})
    async def ready() -> PlainTextResponse:
        """Whether reports are taken: the store is open and the broker is connected."""
        reason = source.pipeline.not_ready
        return PlainTextResponse(f"{reason or 'ready'}\n", status_code=503 if reason else 200)

    @app.get("/openapi.json", include_in_schema=False, dependencies=reading)
    async def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    app.add_middleware(HeadAsGet)
    app.add_middleware(SessionCookies, key=source.access.session_key)
    app.add_middleware(StrictTransport)
    app.add_middleware(PeerKept, proxies=source.access.settings.proxies)
    _answer_trouble(app, source)
    app.include_router(measures.router(source, registry), dependencies=[Depends(may.measures)])
    app.include_router(api.router(source, may))
    ways = KeptWays(source.state)
    for part in (people, planning, ticket_page, board, live):
        app.include_router(part.router(source), dependencies=reading)
    for part in (pages, lists):
        app.include_router(part.router(source, ways), dependencies=reading)
    app.include_router(audit_page.router(source, may))
    for part in (sign_in, account_page, manifest):
        app.include_router(part.router(source))
    app.mount("/static", OwnFiles(packages=[("collector.web", "static")]))
    described = app.openapi
    app.openapi = lambda: with_components(described(), api.DESCRIBED)  # type: ignore[method-assign]
    return app


def _answer_trouble(app: FastAPI, source: Source) -> None:
    """A person gets a page in the reader's language, a program gets JSON."""

    def answer(
        request: Request, status_code: int, detail: object, key: str, why: Why, headers: Headers = None
    ) -> Response:
        by_person = pages.by_person(request)
        if status_code == 401 and request.method == "GET" and source.access.has_accounts and by_person:
            return RedirectResponse(sign_in_address(request), 303, pages.HEADERS)
        if status_code == 401 and source.access.has_accounts:
            key = "sign_in_again"
        if not by_person:
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
    @app.exception_handler(BadConfig)  # nobody can be judged by a token that can't be read
    async def unavailable(request: Request, error: Exception) -> Response:
        return answer(request, 503, str(error), "no_store", {"why": str(error)})

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        key = "no_page" if error.status_code == 404 else f"refused_{error.status_code}"
        if key not in WORDS:
            key = "refused"
        why = {"path": printable(request.url.path, PATH_CHARACTERS), "why": printable(str(error.detail), 200)}
        return answer(request, error.status_code, error.detail, key, why, error.headers)
