"""The certificates that the authority has signed, with their ends, and which of them are revoked."""

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from collector.authority.issued import IssuedCertificate, Kind
from collector.web.api.described import (
    BAD_QUERY,
    NOT_PERMITTED,
    SECURITY,
    UNAVAILABLE,
    answer,
    encoded,
)
from collector.web.api.permission import Permission
from collector.web.source import Source
from wire.text import printable


class CertificateEntry(msgspec.Struct):
    """`serial` and `authority` are in hex, times in Unix seconds."""

    serial: str
    kind: Kind
    name: str
    authority: str
    begins: float
    ends: float
    issued_at: float
    issued_by: str
    revoked_at: float | None
    revoked_why: str


DESCRIBED = (CertificateEntry,)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["joining"], dependencies=[Depends(may.operator)])

    @routes.get(
        "/certificates",
        responses=answer(list[CertificateEntry]) | NOT_PERMITTED | BAD_QUERY | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def certificates(
        kind: Annotated[Kind | None, Query(description="agent, broker, …")] = None,
        name: Annotated[str | None, Query(max_length=100, description="the agent or server")] = None,
    ) -> Response:
        """The newest first."""
        wanted = None if name is None else printable(name)  # PostgreSQL takes no NUL
        found = await asyncio.to_thread(source.store.authority.certificates, kind, wanted)
        return encoded([entry(one) for one in found])

    return routes


def entry(one: IssuedCertificate) -> CertificateEntry:
    return CertificateEntry(
        one.serial,
        one.kind,
        one.name,
        one.authority,
        one.begins,
        one.ends,
        one.issued_at,
        one.issued_by,
        one.revoked_at,
        one.revoked_why,
    )
