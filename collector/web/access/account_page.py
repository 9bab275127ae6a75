"""The page of a person's own account: the sessions that go on, and another password."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from collector.access import AccessRefused
from collector.access.passwords import SHORTEST
from collector.intake.access_desk import SignInRefused
from collector.web import pages
from collector.web.access.form_tokens import FIELD, fits
from collector.web.access.head import sign_in_address
from collector.web.access.sign_in import NAME_CHARACTERS, PASSWORD_CHARACTERS, is_own_form
from collector.web.access.visitors import SECRET, find_visitor, visitor
from collector.web.forms import fields_of
from collector.web.source import Source
from collector.web.words import Speaker


class OwnSession(NamedTuple):
    """In words for the person. `is_this` is the one that asks."""

    since: str
    until: str
    address: str
    is_this: bool


def router(source: Source) -> APIRouter:
    """A visitor without a session is led to the page to sign in."""
    routes = APIRouter(include_in_schema=False)
    desk = source.access

    @routes.get("/account")
    async def account(request: Request) -> Response:
        request.state.visitor = find_visitor(request, desk, source.clock.now())
        if not visitor(request).session:
            return RedirectResponse(sign_in_address(request), 303, pages.HEADERS)
        return await _page(source, request)

    @routes.post("/account")
    async def change(request: Request) -> Response:
        """Another password ends all sessions of the account. This browser gets a new one."""
        found = request.state.visitor = find_visitor(request, desk, source.clock.now())
        if not is_own_form(request):
            return await _page(source, request, 403, "foreign_form")
        fields = await fields_of(request)
        if not found.session:
            return RedirectResponse(sign_in_address(request), 303, pages.HEADERS)
        if not fits(fields.get(FIELD, ""), found, desk):
            return await _page(source, request, 403, "foreign_form")
        return await _changed(source, request, fields)

    return routes


async def _changed(source: Source, request: Request, fields: Mapping[str, str]) -> Response:
    new = fields.get("new", "")
    if new != fields.get("again", ""):
        return await _page(source, request, 422, "passwords_differ")
    before = fields.get("password", "")
    try:
        secret = await source.access.change_own_password(visitor(request), before, new)
    except SignInRefused as refused:
        if refused.wait_seconds:
            return await _page(source, request, 429, "sign_in_wait", refused.wait_seconds)
        return await _page(source, request, 422, "password_before_wrong")
    except AccessRefused:
        return await _page(source, request, 422, "password_too_easy")
    request.session[SECRET] = secret
    lang = request.query_params.get("lang", "")[:2]
    query = urlencode({"done": 1} | ({"lang": lang} if lang else {}))
    return RedirectResponse(f"/account?{query}", 303, pages.HEADERS)


async def _page(
    source: Source, request: Request, status_code: int = 200, trouble: str = "", wait: float = 0.0
) -> Response:
    """`trouble` is a key of the pages' words."""
    say = pages.speaker(request, source.state.city, source.clock.now())
    about: dict[str, Any] = {
        "trouble": say(trouble, wait=say.duration(wait), n=SHORTEST) if trouble else "",
        "done": "done" in request.query_params and not trouble,
        "sessions": _sessions(source, request, say),
        "shortest": SHORTEST,
        "at_most": {"name": NAME_CHARACTERS, "password": PASSWORD_CHARACTERS},
    }
    return await pages.page(source, request, "account.html", say, status_code, **about)


def _sessions(source: Source, request: Request, say: Speaker) -> list[OwnSession]:
    """The newest first."""
    found = visitor(request)
    own = [
        one
        for one in source.access.register.sessions.values()
        if one.account == found.name and say.now < one.ends_at and found.session
    ]
    own.sort(key=lambda one: -one.made_at)
    return [
        OwnSession(say.clock(one.made_at), say.clock(one.ends_at), one.address, one.sha256 == found.session)
        for one in own
    ]
