"""Permission to change something by a form of our own pages.

A browser sends a form of any page to any host. So a form counts only if the browser says that it comes from a
page of this very origin: by Sec-Fetch-Site, or, on plain HTTP, where browsers leave that out, by Origin.
Where `[web] token_file` is set, the form asks for the token once. A cookie then stands for it. A page of
another site can neither read nor send it. It is a digest: a leaked cookie opens the forms, but not the API.
Without a token file the request must come from this machine, as for the API.
"""

import hmac
from typing import Literal
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from collector.web.api.permission import from_this_machine

COOKIE = "pantau_form"
COOKIE_SECONDS = 90 * 86400

Standing = Literal["permitted", "token", "elsewhere"]
"""`token`: the form asks for the token. `elsewhere`: only the collector's own machine may change things."""


def standing(request: Request, token: str) -> Standing:
    """May this browser change something? `token` is "" where none is set."""
    if not token:
        return "permitted" if from_this_machine(request) else "elsewhere"
    return "permitted" if _same(request.cookies.get(COOKIE, ""), _digest(token)) else "token"


def after_token(before: Standing, given: str, token: str) -> Standing:
    """The standing after the form gave this token."""
    return "permitted" if before == "token" and _same(given, token) else before


def from_own_page(request: Request) -> bool:
    """The browser says that the form is one of this origin."""
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    try:
        origin = urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:
        return False
    return bool(origin) and origin == request.headers.get("host")


def remember(response: Response, request: Request, token: str) -> None:
    """Let this browser change things without the token from now on."""
    keep(response, request, COOKIE, _digest(token))


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


def _digest(token: str) -> str:
    return hmac.digest(token.encode(), b"pantau form", "sha256").hex()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))
