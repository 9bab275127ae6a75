"""The permission to change something by HTTP.

A request that changes something needs the token of `[web] token_file` as a bearer. Without a token file it
must come from this machine and name the collector by its address, since a page of another site may own a name
that leads here. It must also be JSON with that content type, which such a page can't send without permission.
"""

import hmac
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import msgspec
from fastapi import HTTPException, Request

LOOPBACK = ("127.0.0.1", "::1")

CHANGES: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token, or a wrong one."},
    408: {"description": "The body did not come."},
    413: {"description": "The body is too large."},
    415: {"description": "Not application/json."},
    422: {"description": "Not the document that is wanted."},
}
"""The answers of each request that changes something, for OpenAPI."""


def permission_by(token: Callable[[], str]) -> Callable[[Request], None]:
    """The check of a request; `token` is "" where none is set."""

    def permitted(request: Request) -> None:
        """Raises HTTPException."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "send JSON with Content-Type: application/json")
        wanted = token()
        if wanted:
            given = request.headers.get("authorization", "")
            if hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
                return
            raise HTTPException(401, "send the token of [web] token_file as Authorization: Bearer …")
        if request.client is None or request.client.host not in LOOPBACK or not _asked_by_address(request):
            raise HTTPException(401, "set [web] token_file to allow changes from other machines")

    return permitted


def body(wanted: type[msgspec.Struct]) -> dict[str, Any]:
    """Describe the body for OpenAPI alone. FastAPI would read a declared body before the permission check."""
    schema = {"$ref": f"#/components/schemas/{wanted.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _asked_by_address(request: Request) -> bool:
    host = request.url.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
