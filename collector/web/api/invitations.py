"""Invitations of boxes: an admin makes one, sees which are open or used, and withdraws one."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from msgspec import Meta

from collector.authority.folder import BadAuthority
from collector.authority.invitation import Invitation
from collector.intake.invitation_desk import InvitationDesk, NoSuchSite
from collector.web.api.by_person import Name, asker
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
from collector.web.api.permission import Permission
from collector.web.limits import read
from collector.web.source import Source
from wire.text import printable

SHOWN_SECONDS = 30 * 86400.0
NO_AUTHORITY = "this collector has no authority; add [authority] to collector.toml"
"""The text of status 409 where no [authority] is set."""

SiteName = Annotated[str, Meta(min_length=1, max_length=100)]


class NewInvitation(msgspec.Struct, forbid_unknown_fields=True):
    by: Name
    site: SiteName


class InvitationMade(msgspec.Struct):
    """`code` is shown this once: nothing keeps it. It may be used once, until `ends_at`.

    `present_ends` is the end of the certificate that the site's box has now, null where it has none. It stays
    good until somebody revokes it.
    """

    site: str
    code: str
    ends_at: float
    present_ends: float | None


class InvitationEntry(msgspec.Struct):
    """`state` is as of now. `serial` is the certificate that it gave; "" while it waits for a signature."""

    site: str
    state: Literal["open", "used", "expired", "withdrawn"]
    made_at: float
    made_by: str
    ends_at: float
    used_at: float | None
    serial: str


class Withdrawn(msgspec.Struct):
    """`withdrawn` is false where the site had no open invitation."""

    site: str
    withdrawn: bool


DESCRIBED = (NewInvitation, InvitationMade, InvitationEntry, Withdrawn)
NONE_HERE = error(409, "This collector has no authority, or its files are damaged.")


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(prefix="/invitations", tags=["joining"], dependencies=[Depends(may.admin)])

    def desk() -> InvitationDesk:
        if source.invitations is None:
            raise HTTPException(409, NO_AUTHORITY)
        return source.invitations

    @routes.get(
        "",
        responses=answer(list[InvitationEntry]) | NOT_PERMITTED | NONE_HERE | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def invitations() -> Response:
        """The invitations of the last 30 days, newest first."""
        now = source.clock.now()
        return encoded([_entry(one, now) for one in await desk().since(now - SHOWN_SECONDS)])

    @routes.post(
        "",
        responses=answer(InvitationMade)
        | NOT_PERMITTED
        | error(404, "No such site.")
        | NONE_HERE
        | BAD_BODY
        | UNAVAILABLE,
        openapi_extra=body(NewInvitation),
    )
    async def make(request: Request) -> Response:
        """Invite a box to a site, and withdraw the site's invitation that is open."""
        asked = await read(request, NewInvitation)
        try:
            made = await desk().invite(printable(asked.site), asker(asked.by, request))
        except NoSuchSite as unknown:
            raise HTTPException(404, str(unknown)) from None
        except BadAuthority as bad:
            raise HTTPException(409, str(bad)) from None
        invitation = made.invitation
        shown = encoded(InvitationMade(invitation.site, made.code, invitation.ends_at, made.present_ends))
        shown.headers["Cache-Control"] = "no-store"
        return shown

    @routes.post(
        "/withdrawal",
        responses=answer(Withdrawn) | NOT_PERMITTED | NONE_HERE | BAD_BODY | UNAVAILABLE,
        openapi_extra=body(NewInvitation),
    )
    async def withdraw(request: Request) -> Response:
        """Withdraw the open invitation of a site: its code is good no more."""
        asked = await read(request, NewInvitation)
        site = printable(asked.site)
        return encoded(Withdrawn(site, await desk().withdraw(site, asker(asked.by, request))))

    return routes


def _entry(one: Invitation, now: float) -> InvitationEntry:
    return InvitationEntry(
        one.site, _state(one, now), one.made_at, one.made_by, one.ends_at, one.used_at, one.serial
    )


def _state(one: Invitation, now: float) -> Literal["open", "used", "expired", "withdrawn"]:
    if one.used_at is not None:
        return "used"
    if one.withdrawn_at is not None:
        return "withdrawn"
    return "open" if one.is_open(now) else "expired"
