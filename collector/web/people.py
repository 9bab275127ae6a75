"""The page of an incident, and its form: a person takes it in hand, gives it back, notes, sets the cause.

The form needs no script. Its page is not renewed by itself, so nothing that a person types is lost.
An incident that is no longer in memory comes from the store.
"""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from collector.incidents import Acknowledged, ByPerson, Cause, CauseSet, Noted, Unacknowledged
from collector.intake.desk import DeskReply
from collector.web import pages
from collector.web.access.visitors import visitor
from collector.web.api.by_person import NOTE_CHARACTERS
from collector.web.around_incident import page_of_incident
from collector.web.form_permission import Standing, standing
from collector.web.forms import BadForm, name_of_person, received, remember_person, remembered_name
from collector.web.incident import CAUSES
from collector.web.source import Source
from wire.text import MAX_NAME_CHARACTERS, printable, visible


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/incident/{incident}")
    async def by_other_address(request: Request, incident: str) -> Response:
        return RedirectResponse(_address(request, incident), 308, pages.HEADERS)

    @routes.get("/incidents/{incident}")
    async def one_incident(request: Request, incident: str) -> Response:
        return await _page(source, request, incident, standing(request, source.access))

    @routes.post("/incidents/{incident}")
    async def change(request: Request, incident: str) -> Response:
        """Answer with the page again: at its address if something changed, else here, with the reason."""
        form = await received(request, source.access)
        if form.status:
            return await _page(source, request, incident, form.may, form.status, form.trouble, form.fields)
        try:
            doing = _doing(incident, name_of_person(request, form.fields), form.fields)
        except BadForm as bad:
            answer = await _page(source, request, incident, form.may, 422, str(bad), form.fields)
        else:
            answer = await _answer(source, request, doing, form.fields)
        remember_person(answer, request, source.access, form.fields)
        return answer

    return routes


async def _answer(source: Source, request: Request, doing: ByPerson, fields: Mapping[str, str]) -> Response:
    reply = await source.desk.do(doing, "page", visitor=visitor(request))
    if reply.outcome in ("done", "unchanged"):
        return RedirectResponse(_address(request, doing.incident), 303, pages.HEADERS)
    return await _page(source, request, doing.incident, "permitted", 409, _refusal(reply), fields)


def _address(request: Request, incident: str) -> str:
    """The address of the incident's page, with the query of the request."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/incidents/{quote(incident, safe='')}{query}"


def _refusal(reply: DeskReply) -> str:
    """A key of the pages' words. The page itself names the person in hand, and the wider incident."""
    return {"in_hand": "in_hand_already", "not_in_hand": "in_nobodys_hand"}.get(reply.outcome, "no_more_open")


async def _page(
    source: Source,
    request: Request,
    id: str,
    may: Standing,
    status_code: int = 200,
    trouble: str = "",
    fields: Mapping[str, str] = {},
) -> Response:
    """`trouble` is a key of the pages' words. `fields` are those that the person has filled in."""
    say = pages.speaker(request, source.state.city, source.clock.now())
    seen = await page_of_incident(source, id, may == "permitted", say)
    if seen is None:
        return await pages.page(source, request, "no_incident.html", say, 404, id=printable(id))
    about = {
        "seen": seen,
        "may": may,
        "trouble": say(trouble) if trouble else "",
        "name": name_of_person(request, fields) or remembered_name(request),
        "note": printable(fields.get("note", ""), NOTE_CHARACTERS),
        "at_most": {"name": MAX_NAME_CHARACTERS, "note": NOTE_CHARACTERS},
    }
    return await pages.page(source, request, "incident.html", say, status_code, **about)


def _doing(incident: str, by: str, fields: Mapping[str, str]) -> ByPerson:
    """Raises BadForm."""
    note = visible(fields.get("note", ""), NOTE_CHARACTERS)
    if not by:
        raise BadForm("name_missing")
    match fields.get("do"):
        case "acknowledge":
            return Acknowledged(incident, by, note)
        case "unacknowledge":
            return Unacknowledged(incident, by)
        case "note" if note:
            return Noted(incident, by, note)
        case "note":
            raise BadForm("note_missing")
        case "cause":
            return CauseSet(incident, by, _cause(fields))
    raise BadForm("foreign_form")


def _cause(fields: Mapping[str, str]) -> Cause:
    """Raises BadForm."""
    for cause in CAUSES:
        if cause == fields.get("cause", ""):
            return cause
    raise BadForm("foreign_form")
