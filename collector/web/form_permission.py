"""Permission to change something by a form of our own pages.

A person who signed in has it by the role of the account. Where there are no accounts and `[web] token_file`
is set, the form asks for the token once, and a cookie stands for it from then on: a page of another site can
neither read nor send it. Without any of these the request must come from this machine.
"""

from typing import Literal

from fastapi import Request
from fastapi.responses import Response

from collector.access import Role, Visitor
from collector.intake.access_desk import AccessDesk
from collector.web.access.visitors import FORM_COOKIE, address_of, form_digest, same, visitor

COOKIE_SECONDS = 90 * 86400

Standing = Literal["permitted", "token", "elsewhere", "sign_in", "role"]
"""`token`: the form asks for the token. `elsewhere`: only the collector's own machine may change things.
`sign_in`: the person has to sign in. `role`: the person has, and may not do this.
"""


def standing(request: Request, desk: AccessDesk, wanted: Role = "operator") -> Standing:
    """May this browser change something?"""
    found = visitor(request)
    if found.may(wanted):
        return "permitted"
    if found.role is not None or found.kind == "proxy":
        return "role"
    if not desk.asks_everybody:
        return "elsewhere"
    return "sign_in" if desk.has_accounts else "token"


def after_token(before: Standing, request: Request, given: str, desk: AccessDesk) -> Standing:
    """The standing after the form gave this token."""
    if before != "token" or not same(given, desk.settings.token()):
        return before
    request.state.visitor = Visitor("form", "admin", address=address_of(request))
    return "permitted"


def remember(response: Response, request: Request, token: str) -> None:
    """Let this browser change things without the token from now on."""
    keep(response, request, FORM_COOKIE, form_digest(token))


def keep(response: Response, request: Request, name: str, value: str) -> None:
    """Set a cookie for the server alone: no script reads it, and no other site makes a browser send it."""
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
