"""Requests that wait for a person who signs with a key that is kept elsewhere. The key never comes here."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from msgspec import Meta

from collector.authority.by_hand import NotAsAsked
from collector.authority.folder import BadAuthority
from collector.authority.invitation import SigningRequest
from collector.authority.issued import Kind
from collector.intake.signing_desk import NoSuchRequest, SigningDesk
from collector.web.api.by_person import ByQuery, Name, asker
from collector.web.api.certificates import CertificateEntry, entry
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
from collector.web.api.invitations import NO_AUTHORITY, NONE_HERE
from collector.web.api.permission import Permission
from collector.web.limits import read
from collector.web.source import Source
from wire.text import printable

Pem = Annotated[str, Meta(max_length=16_000)]


class WaitingEntry(msgspec.Struct):
    """`request` is in PEM; only its key counts. `joins`: it came with an invitation, not for a renewal.

    `addresses` are those that a server's certificate has to name.
    """

    key: str
    kind: Kind
    name: str
    request: str
    asked_at: float
    joins: bool
    addresses: list[str]


class SigningWork(msgspec.Struct):
    """`authorities` are certificates in PEM, the oldest first. `days`: a certificate lives no longer.

    `revoked` are the certificates that the list of their authority has to name.
    """

    authorities: list[str]
    days: float
    requests: list[WaitingEntry]
    revoked: list[CertificateEntry]


class SignedByHand(msgspec.Struct, forbid_unknown_fields=True):
    by: Name
    certificate: Pem


class ListByHand(msgspec.Struct, forbid_unknown_fields=True):
    """A certificate revocation list (RFC 5280), and the key and certificate of its canary, all in PEM."""

    by: Name
    crl: Pem
    canary: Pem


class TakenList(msgspec.Struct):
    """`authority` is the number of the authority that signed it."""

    authority: int


class RefusedRequest(msgspec.Struct):
    kind: Kind
    name: str


DESCRIBED = (SigningWork, WaitingEntry, SignedByHand, ListByHand, TakenList, RefusedRequest)
NO_REQUEST = error(404, "No such request waits.")
NOT_GOOD = error(422, "Not the document that is wanted, or not signed as asked.")


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["joining"], dependencies=[Depends(may.admin)])

    def desk() -> SigningDesk:
        if source.signing is None:
            raise HTTPException(409, NO_AUTHORITY)
        return source.signing

    @routes.get(
        "/signing-requests",
        responses=answer(SigningWork) | NOT_PERMITTED | NONE_HERE | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def waiting() -> Response:
        """The requests that wait, the oldest first, and all that signing them needs."""
        with _refusals():
            here = desk()
            work = await here.work()
            requests = [_waiting(one, here.addresses(one.kind)) for one in work.requests]
            revoked = [entry(one) for one in work.revoked]
            return encoded(SigningWork([ca.pem for ca in work.authorities], here.days, requests, revoked))

    @routes.post(
        "/signing-requests/{key}/certificate",
        responses=answer(CertificateEntry)
        | NOT_PERMITTED
        | NO_REQUEST
        | NONE_HERE
        | BAD_BODY
        | NOT_GOOD
        | UNAVAILABLE,
        openapi_extra=body(SignedByHand),
    )
    async def hand_in(key: str, request: Request) -> Response:
        """Hand in the certificate that a person signed for this request."""
        signed = await read(request, SignedByHand)
        with _refusals():
            by = asker(signed.by, request)
            made = await desk().hand_in(printable(key), signed.certificate, by)
            return encoded(entry(made))

    @routes.delete(
        "/signing-requests/{key}",
        responses=answer(RefusedRequest) | NOT_PERMITTED | NO_REQUEST | NONE_HERE | BAD_QUERY | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def refuse(key: str, request: Request, by: ByQuery) -> Response:
        """Refuse a request: it waits no longer."""
        with _refusals():
            asked = await desk().refuse(printable(key), asker(by, request))
            return encoded(RefusedRequest(asked.kind, asked.name))

    @routes.post(
        "/revocation-list",
        responses=answer(TakenList) | NOT_PERMITTED | NONE_HERE | BAD_BODY | NOT_GOOD | UNAVAILABLE,
        openapi_extra=body(ListByHand),
    )
    async def hand_in_list(request: Request) -> Response:
        """Hand in the list of revoked certificates that a person signed."""
        signed = await read(request, ListByHand)
        with _refusals():
            signer = await desk().hand_in_list(signed.crl, signed.canary, asker(signed.by, request))
            return encoded(TakenList(signer.number))

    return routes


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except NoSuchRequest as unknown:
        raise HTTPException(404, str(unknown)) from None
    except NotAsAsked as wrong:
        raise HTTPException(422, str(wrong)) from None
    except BadAuthority as bad:
        raise HTTPException(409, str(bad)) from None


def _waiting(one: SigningRequest, addresses: list[str]) -> WaitingEntry:
    return WaitingEntry(
        one.key, one.kind, one.name, one.request, one.asked_at, bool(one.invitation), addresses
    )
