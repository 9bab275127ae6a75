"""The page to sign in, and the ways in and out. It needs no script."""

import math

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from collector.intake.access_desk import SignInRefused
from collector.web import pages
from collector.web.access.form_tokens import FIELD, fits
from collector.web.access.head import way_back
from collector.web.access.own_page import from_own_page
from collector.web.access.visitors import SECRET, address_of, find_visitor, visitor
from collector.web.forms import FORM, fields_of
from collector.web.source import Source
from wire.text import printable

NAME_CHARACTERS, PASSWORD_CHARACTERS = 60, 1000


def router(source: Source) -> APIRouter:
    """These routes are open: else nobody could sign in."""
    routes = APIRouter(include_in_schema=False)
    desk = source.access

    @routes.get("/signin")
    async def page_to_sign_in(request: Request, to: str = "/") -> Response:
        request.state.visitor = find_visitor(request, desk, source.clock.now())
        if visitor(request).person:
            return RedirectResponse(way_back(to), 303, pages.HEADERS)
        return await _page(source, request)

    @routes.post("/signin")
    async def sign_in(request: Request, to: str = "/") -> Response:
        if not is_own_form(request):
            return await _page(source, request, 403, "foreign_form")
        fields = await fields_of(request)
        name = fields.get("name", "")
        try:
            secret = await desk.sign_in(name, fields.get("password", ""), address_of(request))
        except SignInRefused as refused:
            if not refused.wait_seconds:
                return await _page(source, request, 401, "sign_in_wrong", name)
            wait = math.ceil(refused.wait_seconds)
            page = await _page(source, request, 429, "sign_in_wait", name, wait)
            page.headers["Retry-After"] = str(wait)
            return page
        request.session.clear()
        request.session[SECRET] = secret
        return RedirectResponse(way_back(to), 303, pages.HEADERS)

    @routes.post("/signout")
    async def sign_out(request: Request) -> Response:
        found = request.state.visitor = find_visitor(request, desk, source.clock.now())
        if not is_own_form(request) or not fits((await fields_of(request)).get(FIELD, ""), found, desk):
            return await _page(source, request, 403, "foreign_form")
        if found.session:
            await desk.sign_out(found)
        request.session.clear()
        return RedirectResponse("/signin", 303, pages.HEADERS)

    return routes


def is_own_form(request: Request) -> bool:
    return from_own_page(request) and request.headers.get("content-type", "").startswith(FORM)


async def _page(
    source: Source, request: Request, status_code: int = 200, trouble: str = "", name: str = "", wait: int = 0
) -> Response:
    """`trouble` is a key of the pages' words."""
    say = pages.speaker(request, source.state.city, source.clock.now())
    about = {
        "trouble": say(trouble, wait=say.duration(wait)) if trouble else "",
        "name": printable(name, NAME_CHARACTERS),
        "has_accounts": bool(source.access.register.accounts),
        "at_most": {"name": NAME_CHARACTERS, "password": PASSWORD_CHARACTERS},
    }
    return await pages.page(source, request, "signin.html", say, status_code, **about)
