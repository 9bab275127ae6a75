"""Accounts of people: an admin adds and removes them, and sets passwords and roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from collector.access import AccessRefused, Account, Asker, NotThere, Role
from collector.access.known import KnownAccount, known_account
from collector.access.passwords import LONGEST
from collector.web.access.visitors import visitor
from collector.web.api.by_person import ByQuery, Name, person, via
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

Password = Annotated[str, msgspec.Meta(max_length=LONGEST + 1)]


class NewAccount(msgspec.Struct, forbid_unknown_fields=True):
    """With the password "" the person comes by the trusted proxy alone."""

    by: Name
    name: Annotated[str, msgspec.Meta(max_length=60)]
    role: Role
    password: Password


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    by: Name
    password: Password


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    by: Name
    role: Role


DESCRIBED = (NewAccount, NewPassword, NewRole, KnownAccount)
_ONE = answer(KnownAccount) | NOT_PERMITTED | UNAVAILABLE
NO_ACCOUNT = error(404, "No such account.")


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(prefix="/accounts", tags=["access"], dependencies=[Depends(may.admin)])
    desk = source.access

    def changing(wanted: type[msgspec.Struct]) -> dict[str, Any]:
        return {"responses": _ONE | BAD_BODY | NO_ACCOUNT, "openapi_extra": body(wanted)}

    @routes.get("", responses=answer(list[KnownAccount]) | NOT_PERMITTED, openapi_extra=SECURITY)
    async def accounts() -> Response:
        """The accounts by name. Nobody can read a password."""
        return encoded([_known(source, one) for _, one in sorted(desk.register.accounts.items())])

    @routes.post(
        "",
        responses=_ONE | BAD_BODY | error(409, "It is there already."),
        openapi_extra=body(NewAccount),
    )
    async def add(request: Request) -> Response:
        """Add an account."""
        new = await read(request, NewAccount)
        with refusals(409):
            await desk.add_account(new.name, new.role, new.password, asker(request, new.by))
        return encoded(_known(source, desk.register.accounts[new.name]))

    @routes.put("/{name}/password", **changing(NewPassword))
    async def password(name: str, request: Request) -> Response:
        """Set another password. It ends the sessions of the account."""
        new = await read(request, NewPassword)
        with refusals(422):
            await desk.set_password(name, new.password, asker(request, new.by))
        return encoded(_known(source, desk.register.accounts[name]))

    @routes.put("/{name}/role", **changing(NewRole))
    async def role(name: str, request: Request) -> Response:
        """Give another role. It ends the sessions of the account."""
        new = await read(request, NewRole)
        with refusals(422):
            await desk.set_role(name, new.role, asker(request, new.by))
        return encoded(_known(source, desk.register.accounts[name]))

    @routes.delete("/{name}", responses=_ONE | BAD_QUERY | NO_ACCOUNT, openapi_extra=SECURITY)
    async def remove(name: str, request: Request, by: ByQuery) -> Response:
        """Remove an account with its sessions. The answer has it as it was."""
        with refusals(422):
            known = _known(source, desk.register.account(name))
            await desk.remove_account(name, asker(request, by))
        return encoded(known)

    return routes


def asker(request: Request, by: str) -> Asker:
    """Raises HTTPException."""
    return Asker(visitor(request), person(by, request), via(request))


@contextmanager
def refusals(status: int) -> Iterator[None]:
    """Raises HTTPException in place of AccessRefused."""
    try:
        yield
    except AccessRefused as refused:
        raise HTTPException(404 if isinstance(refused, NotThere) else status, str(refused)) from None


def _known(source: Source, account: Account) -> KnownAccount:
    return known_account(account, source.access.register, source.clock.now())
