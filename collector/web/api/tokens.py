"""Tokens of programs: each has a role and an end, and its secret is shown once."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from collector.access import Role
from collector.access.known import KnownToken, MadeToken, known_token
from collector.access.register import TOKEN_DAYS_AT_MOST
from collector.web.api.accounts import asker, refusals
from collector.web.api.by_person import ByQuery, Name
from collector.web.api.described import (
    BAD_BODY,
    BAD_QUERY,
    NOT_PERMITTED,
    SECURITY,
    UNAVAILABLE,
    answer,
    body,
    encoded,
    error,
)
from collector.web.api.permission import Permission
from collector.web.limits import read
from collector.web.source import Source


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    by: Name
    name: Annotated[str, msgspec.Meta(max_length=60)]
    role: Role
    days: Annotated[float, msgspec.Meta(gt=0, le=TOKEN_DAYS_AT_MOST)]


DESCRIBED = (NewToken, KnownToken, MadeToken)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(prefix="/tokens", tags=["access"], dependencies=[Depends(may.admin)])
    desk = source.access

    @routes.get("", responses=answer(list[KnownToken]) | NOT_PERMITTED, openapi_extra=SECURITY)
    async def tokens() -> Response:
        """The tokens by name, also those that have ended."""
        return encoded([known_token(one) for _, one in sorted(desk.register.tokens.items())])

    @routes.post(
        "",
        responses=answer(MadeToken)
        | NOT_PERMITTED
        | BAD_BODY
        | error(409, "It is there already.")
        | UNAVAILABLE,
        openapi_extra=body(NewToken),
    )
    async def add(request: Request) -> Response:
        """Make a token."""
        new = await read(request, NewToken)
        with refusals(409):
            made, secret = await desk.add_token(new.name, new.role, new.days, asker(request, new.by))
        return encoded(MadeToken(known_token(made), secret))

    @routes.delete(
        "/{name}",
        responses=answer(KnownToken) | NOT_PERMITTED | BAD_QUERY | error(404, "No such token.") | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def remove(name: str, request: Request, by: ByQuery) -> Response:
        """Remove a token, which counts at once. The answer has it as it was."""
        with refusals(404):
            known = desk.register.api_token(name)
            await desk.remove_token(name, asker(request, by))
        return encoded(known_token(known))

    return routes
