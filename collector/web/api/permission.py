"""Permission over HTTP: the dependencies by which each route says who may use it.

A reader only looks: everybody, or a viewer where `[web] reading = "signed-in"`. An operator does the daily
work: takes in hand, notes, plans work. An admin changes who may do things, and which boxes belong to the
city.

A body must be JSON with that content type, which a page of another site can't send without permission. A
browser that signed in must also say that one of our own pages asks.
"""

from collections.abc import Callable
from typing import NamedTuple

from fastapi import HTTPException, Request

from collector.access import Role, Visitor
from collector.access.settings import within
from collector.intake.access_desk import AccessDesk
from collector.web.access.own_page import from_own_page
from collector.web.access.visitors import (
    LOOPBACK,
    PASSED_ON,
    address_of,
    bearer,
    find_visitor,
    same,
    visitor,
)

Rule = Callable[[Request], None]
CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Permission(NamedTuple):
    """Dependencies of routes, as in `Depends(may.operator)`. An admin may do all that an operator may.

    `measures` are programs that fetch metrics and targets.
    """

    reader: Rule
    operator: Rule
    admin: Rule
    measures: Rule


def permission(desk: AccessDesk, now: Callable[[], float]) -> Permission:
    """Each rule remembers the visitor in the request: see `visitor`."""

    def reader(request: Request) -> None:
        request.state.visitor = find_visitor(request, desk, now())
        if desk.settings.reading != "open":
            _demand(visitor(request), "viewer", desk)

    def rule(wanted: Role) -> Rule:
        def permitted(request: Request) -> None:
            if request.method in ("POST", "PUT") and not _is_json(request):
                raise HTTPException(415, "send JSON with Content-Type: application/json")
            found = request.state.visitor = find_visitor(request, desk, now())
            if found.kind == "form":
                found = found._replace(role=None)  # its cookie is for forms
            _demand(found, wanted, desk)
            if request.method != "GET" and found.person and not from_own_page(request):
                raise HTTPException(403, "another site's page asks this; use a token")

        return permitted

    def measures(request: Request) -> None:
        found = request.state.visitor = find_visitor(request, desk, now())
        if not (found.may("viewer") or _measures(request, desk)):
            raise HTTPException(401, "send the token of [web] metrics_token_file", CHALLENGE)

    return Permission(reader=reader, operator=rule("operator"), admin=rule("admin"), measures=measures)


def _demand(visitor: Visitor, wanted: Role, desk: AccessDesk) -> None:
    """Raises HTTPException."""
    if visitor.may(wanted):
        return
    if visitor.role is not None:
        raise HTTPException(403, f"role {visitor.role} may not do this; it takes an {wanted}")
    if visitor.complaint:
        status = 403 if visitor.kind == "proxy" else 401
        raise HTTPException(status, visitor.complaint, CHALLENGE)
    if not desk.asks_everybody:
        raise HTTPException(401, "set [web] token_file to allow changes from other machines", CHALLENGE)
    raise HTTPException(
        401, "send a token as Authorization: Bearer …, that of [web] token_file or one of an admin", CHALLENGE
    )


def _measures(request: Request, desk: AccessDesk) -> bool:
    settings, address = desk.settings, address_of(request)
    wanted = settings.metrics_token()
    if (wanted and same(bearer(request), wanted)) or within(address, settings.metrics_networks):
        return True
    if wanted:
        return False
    passed_on = any(name in request.headers for name in PASSED_ON)
    is_open = settings.reading == "open" and not settings.metrics_networks
    return is_open or (address in LOOPBACK and not passed_on)


def _is_json(request: Request) -> bool:
    sent_as = request.headers.get("content-type", "").partition(";")[0]
    return sent_as.strip().lower() == "application/json"
