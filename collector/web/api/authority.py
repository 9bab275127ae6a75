"""The authority of the city: its standing, the revocation of certificates, and the step to the next one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from msgspec import Meta

from collector.authority.folder import BadAuthority
from collector.authority.keys import BadKey
from collector.enrolment.authority_desk import AuthorityBusy, AuthorityDesk, NothingToRevoke
from collector.web.api.by_person import Name, asker
from collector.web.api.certificates import CertificateEntry, entry
from collector.web.api.described import (
    BAD_BODY,
    NOT_PERMITTED,
    SECURITY,
    UNAVAILABLE,
    answer,
    body,
    encoded,
    error,
)
from collector.web.api.invitations import NO_AUTHORITY
from collector.web.api.permission import Permission
from collector.web.limits import read
from collector.web.source import Source
from wire.text import printable

WHY_CHARACTERS = 200


class AuthorityEntry(msgspec.Struct):
    """`agents` is how many sites have their newest certificate from it. `ends` is in Unix seconds."""

    number: int
    id: str
    ends: float
    has_key: bool
    agents: int


class AuthorityStatus(msgspec.Struct):
    """`behind` are the sites that have not moved to the authority that signs.

    Of `barred` agents nothing is taken. `list_in_force`: the broker has the newest list of revoked
    certificates; the one that it has ends at `list_ends`.
    """

    authorities: list[AuthorityEntry]
    signing: int
    behind: list[str]
    barred: list[str]
    list_in_force: bool
    list_ends: float | None
    own: list[CertificateEntry]


class Revoking(msgspec.Struct, forbid_unknown_fields=True):
    """`which` is an agent or the serial number of a certificate."""

    by: Name
    which: Annotated[str, Meta(min_length=1, max_length=100)]
    why: Annotated[str, Meta(max_length=WHY_CHARACTERS)] = ""


class Stepping(msgspec.Struct, forbid_unknown_fields=True):
    by: Name


DESCRIBED = (AuthorityEntry, AuthorityStatus, Revoking, Stepping)
NOT_NOW = error(
    409, "This collector has no authority, its files are damaged, or the step makes no sense now."
)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["joining"])

    def desk() -> AuthorityDesk:
        if source.authority is None:
            raise HTTPException(409, NO_AUTHORITY)
        return source.authority

    @routes.get(
        "/authority",
        responses=answer(AuthorityStatus) | NOT_PERMITTED | NOT_NOW | UNAVAILABLE,
        openapi_extra=SECURITY,
        dependencies=[Depends(may.operator)],
    )
    async def status() -> Response:
        """The authorities, and how many sites have moved to the one that signs."""
        return encoded(await _status(desk()))

    @routes.post(
        "/authority/rollover",
        responses=answer(AuthorityStatus) | NOT_PERMITTED | NOT_NOW | BAD_BODY | UNAVAILABLE,
        openapi_extra=body(Stepping),
        dependencies=[Depends(may.admin)],
    )
    async def rollover(request: Request) -> Response:
        """Make the next authority. It signs when the broker believes it, and agents move by themselves."""
        asked = await read(request, Stepping)
        with _refusals():
            await desk().add(asker(asked.by, request))
        return encoded(await _status(desk()))

    @routes.post(
        "/authority/finish",
        responses=answer(AuthorityStatus) | NOT_PERMITTED | NOT_NOW | BAD_BODY | UNAVAILABLE,
        openapi_extra=body(Stepping),
        dependencies=[Depends(may.admin)],
    )
    async def finish(request: Request) -> Response:
        """The older authorities are believed no more. A box that has not moved renews over HTTPS."""
        asked = await read(request, Stepping)
        with _refusals():
            await desk().retire(asker(asked.by, request))
        return encoded(await _status(desk()))

    @routes.post(
        "/revocations",
        responses=answer(list[CertificateEntry])
        | NOT_PERMITTED
        | error(404, "No certificate that counts.")
        | NOT_NOW
        | BAD_BODY
        | UNAVAILABLE,
        openapi_extra=body(Revoking),
        dependencies=[Depends(may.admin)],
    )
    async def revoke(request: Request) -> Response:
        """Revoke all certificates of an agent, or one. Its live session ends within a minute."""
        asked = await read(request, Revoking)
        why = printable(asked.why, WHY_CHARACTERS)
        try:
            done = await desk().revoke(printable(asked.which), why, asker(asked.by, request))
        except NothingToRevoke as nothing:
            raise HTTPException(404, str(nothing)) from None
        return encoded([entry(one) for one in done])

    return routes


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (AuthorityBusy, BadAuthority, BadKey) as refused:
        raise HTTPException(409, str(refused)) from None


async def _status(desk: AuthorityDesk) -> AuthorityStatus:
    standing = await desk.standing()
    return AuthorityStatus(
        [AuthorityEntry(*one) for one in standing.authorities],
        standing.signing,
        standing.behind,
        standing.barred,
        standing.list_in_force,
        standing.list_ends,
        [entry(one) for one in standing.own],
    )
