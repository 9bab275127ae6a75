"""The page of planned work and its form: a person plans work at a site that begins now, or ends it.

The form needs no script. Windows that begin later or repeat are for the inventory and the command line.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from msgspec.structs import replace

from collector.planned import BadWork, WantedWork
from collector.web import pages
from collector.web.access.visitors import visitor as found_visitor
from collector.web.form_permission import Standing, standing
from collector.web.forms import BadForm, name_of_person, received, remember_person, remembered_name
from collector.web.planned_work import HOURS, chosen, work_page
from collector.web.source import Source
from wire.text import MAX_NAME_CHARACTERS, printable, visible

TITLE_CHARACTERS = 100
COVERS = {"application": "applications", "provider": "providers", "link": "links"}
"""The fields of the form for one thing that is no site, and those of the window."""


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/maintenance")
    async def planned_work(request: Request) -> Response:
        return await _page(source, request, standing(request, source.access), fields=_chosen(request))

    @routes.post("/maintenance")
    async def change(request: Request) -> Response:
        """Answer with the page again: at its address if something changed, else here, with the reason."""
        form = await received(request, source.access)
        if form.status:
            return await _page(source, request, form.may, form.status, form.trouble, form.fields)
        try:
            await _do(source, request, form.fields)
        except BadForm as bad:
            answer = await _page(source, request, form.may, 422, str(bad), form.fields)
        except BadWork as bad:
            answer = await _page(source, request, form.may, 422, "work_refused", form.fields, str(bad))
        else:
            query = f"?{request.url.query}" if request.url.query else ""
            answer = RedirectResponse(f"/maintenance{query}", 303, pages.HEADERS)
        remember_person(answer, request, source.access, form.fields)
        return answer

    return routes


async def _do(source: Source, request: Request, fields: Mapping[str, str]) -> None:
    """Raises BadForm, BadWork and StoreUnavailable."""
    by, visitor = name_of_person(request, fields), found_visitor(request)
    if not by:
        raise BadForm("name_missing")
    if "end" in fields:
        await source.planner.end(fields["end"], by, "page", visitor)
        return
    title = visible(fields.get("title", ""), TITLE_CHARACTERS)
    hours = fields.get("hours", "")
    if not title or hours not in HOURS:
        raise BadForm("work_missing")
    minutes = round(60 * float(hours))
    await source.planner.plan(_wanted(title, minutes, fields), by, "page", visitor=visitor)


def _wanted(title: str, minutes: int, fields: Mapping[str, str]) -> WantedWork:
    """The page has chosen one thing, or the person a site."""
    wanted = WantedWork(title=title, minutes=minutes)
    for field, key in COVERS.items():
        if id := fields.get(field, "").strip():
            return replace(wanted, **{key: [id]})
    return replace(wanted, sites=[fields.get("site", "").strip()])


def _chosen(request: Request) -> dict[str, str]:
    """The thing that another page chose for the form, by the address."""
    return {key: request.query_params.get(key, "") for key in ("site", *COVERS)}


async def _page(
    source: Source,
    request: Request,
    may: Standing,
    status_code: int = 200,
    trouble: str = "",
    fields: Mapping[str, str] = {},
    why: str = "",
) -> Response:
    """`trouble` is a key of the pages' words. `fields` are those that the person has filled in."""
    async with source.pipeline.reading():
        city, say = source.state.city, pages.speaker(request, source.state.city, source.clock.now())
        seen = work_page(source.watch.plan, source.watch.windows, city, say)
    about = {
        "seen": seen,
        "may": may,
        "trouble": say(trouble, why=printable(why, 1000)) if trouble else "",
        "name": name_of_person(request, fields) or remembered_name(request),
        "work": printable(fields.get("title", ""), TITLE_CHARACTERS),
        "chosen": chosen(fields, city, say),
        "site": printable(fields.get("site", ""), MAX_NAME_CHARACTERS),
        "at_most": {"name": MAX_NAME_CHARACTERS, "title": TITLE_CHARACTERS},
    }
    return await pages.page(source, request, "maintenance.html", say, status_code, **about)
