"""The page with the fault report of an incident, to copy or to send.

It needs permission: the report has numbers of people.
"""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from collector.notices.ticket import NoTicket
from collector.web import pages
from collector.web.access.visitors import visitor
from collector.web.form_permission import Standing, standing
from collector.web.forms import name_of_person, received, remember_person, remembered_name
from collector.web.source import Source
from collector.web.ticket import written
from collector.web.words import Speaker
from wire.text import MAX_NAME_CHARACTERS, printable

ROWS_BESIDES = 6
"""Long lines take two rows."""


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incidents/{incident}/ticket")
    @routes.get("/incidents/{incident}/ticket/{provider}")
    async def ticket(request: Request, incident: str, provider: str = "") -> Response:
        return await _page(source, request, incident, provider, standing(request, source.access))

    @routes.post("/incidents/{incident}/ticket")
    @routes.post("/incidents/{incident}/ticket/{provider}")
    async def taken(request: Request, incident: str, provider: str = "") -> Response:
        """One form gives the token, so that the page shows the report. Another one sends the report."""
        form = await received(request, source.access)
        if form.status:
            why = _say(source, request)(form.trouble) if form.trouble else ""
            return await _page(source, request, incident, provider, form.may, form.status, why)
        if form.fields.get("do") == "send":
            answer = await _sent(source, request, incident, provider, name_of_person(request, form.fields))
        else:
            answer = await _page(source, request, incident, provider, form.may)
        remember_person(answer, request, source.access, form.fields)
        return answer

    return routes


async def _sent(source: Source, request: Request, id: str, provider: str, by: str) -> Response:
    """The page of the incident, which shows it; or this page again, with the reason."""
    say = _say(source, request)
    if not by:
        return await _page(source, request, id, provider, "permitted", 422, say("name_missing"))
    try:
        ticket = await written(source, id, printable(provider), say.language)
        if ticket is not None:
            await source.tickets.send(ticket, by, "page", visitor(request))
    except NoTicket as refused:
        return await _page(source, request, id, provider, "permitted", 409, str(refused))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/incidents/{quote(id, safe='')}{query}", 303, pages.HEADERS)


async def _page(
    source: Source,
    request: Request,
    id: str,
    provider: str,
    may: Standing,
    status_code: int = 200,
    trouble: str = "",
) -> Response:
    """`trouble` is one line for the person."""
    say, seen = _say(source, request), None
    async with source.pipeline.reading():
        known = source.incidents.get(id) is not None
    if not known:
        return await pages.page(source, request, "no_incident.html", say, 404, id=printable(id))
    if may == "permitted":
        try:
            seen = await written(source, id, printable(provider), say.language)
        except NoTicket as refused:
            if status_code == 200:
                status_code, trouble = 409, str(refused)
    rows = seen.text.count("\n") + ROWS_BESIDES if seen else 0
    about = {
        "id": id,
        "seen": seen,
        "may": may,
        "trouble": trouble,
        "rows": rows,
        "can_send": bool(source.state.city.ticket_url_file),
        "name": remembered_name(request),
        "name_at_most": MAX_NAME_CHARACTERS,
    }
    return await pages.page(source, request, "ticket.html", say, status_code, **about)


def _say(source: Source, request: Request) -> Speaker:
    return pages.speaker(request, source.state.city, source.clock.now())
