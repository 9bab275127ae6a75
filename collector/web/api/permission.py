"""Permission over HTTP: the dependencies by which each route says who may use it.

A reader only looks. An operator does the daily work: takes in hand, notes, plans work. An admin changes who
may do things, and which boxes belong to the city.

To change something a request needs the token of `[web] token_file` as a bearer. Without a token file it must
come from this machine and name the collector by its address, since a page of another site may own a name that
leads here. A body must also be JSON with that content type, which such a page can't send without permission.
"""

import hmac
from collections.abc import Callable
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

LOOPBACK = ("127.0.0.1", "::1")
Rule = Callable[[Request], None]


class Permission(NamedTuple):
    """Dependencies of routes, as in `Depends(may.operator)`. An admin may do all that an operator may."""

    reader: Rule
    operator: Rule
    admin: Rule


def permission(token: Callable[[], str]) -> Permission:
    """`token` is "" where none is set."""

    def anybody(request: Request) -> None:
        pass

    def permitted(request: Request) -> None:
        if request.method in ("POST", "PUT") and not _is_json(request):
            raise HTTPException(415, "send JSON with Content-Type: application/json")
        wanted = token()
        if wanted:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
                raise HTTPException(401, "send the token of [web] token_file as Authorization: Bearer …")
        elif not from_this_machine(request):
            raise HTTPException(401, "set [web] token_file to allow changes from other machines")

    return Permission(reader=anybody, operator=permitted, admin=permitted)


def from_this_machine(request: Request) -> bool:
    """The request comes from this machine and names the collector by its address."""
    return request.client is not None and request.client.host in LOOPBACK and _asked_by_address(request)


def _is_json(request: Request) -> bool:
    sent_as = request.headers.get("content-type", "").partition(";")[0]
    return sent_as.strip().lower() == "application/json"


def _asked_by_address(request: Request) -> bool:
    """By the header alone: `request.url` takes the server's own address for a host that makes no sense."""
    host = ""
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
