"""The page with the fault report of an incident, to copy. It needs permission: it has numbers of people."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from collector.notices.ticket import NoTicket
from collector.web import pages
from collector.web.form_permission import Standing, standing
from collector.web.forms import received, remember_person
from collector.web.source import Source
from collector.web.ticket import written
from wire.text import printable

ROWS_BESIDES = 6
"""Long lines take two rows."""


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents/{incident}/ticket")
    @routes.get("/incidents/{incident}/ticket/{provider}")
    async def ticket(request: Request, incident: str, provider: str = "") -> Response:
        return await _page(source, request, incident, provider, standing(request, source.token()))

    @routes.post("/incidents/{incident}/ticket")
    @routes.post("/incidents/{incident}/ticket/{provider}")
    async def permitted(request: Request, incident: str, provider: str = "") -> Response:
        """A form gives the token, so that the page shows the report."""
        token = source.token()
        form = await received(request, token)
        answer = await _page(source, request, incident, provider, form.may, form.status or 200, form.trouble)
        if not form.status:
            remember_person(answer, request, token, form.fields)
        return answer

    return routes


async def _page(
    source: Source,
    request: Request,
    id: str,
    provider: str,
    may: Standing,
    status_code: int = 200,
    trouble: str = "",
) -> Response:
    """`trouble` is a key of the pages' words."""
    say, seen = pages.speaker(request, source.state.city, source.clock.now()), None
    why = say(trouble) if trouble else ""
    async with source.pipeline.reading():
        known = source.incidents.get(id) is not None
    if not known:
        return await pages.page(source, request, "no_incident.html", say, 404, id=printable(id))
    if may == "permitted":
        try:
            seen = await written(source, id, printable(provider), say.language)
        except NoTicket as refused:
            status_code, why = 409, str(refused)
    rows = seen.text.count("\n") + ROWS_BESIDES if seen else 0
    about = {"id": id, "seen": seen, "may": may, "trouble": why, "rows": rows}
    return await pages.page(source, request, "ticket.html", say, status_code, **about)
