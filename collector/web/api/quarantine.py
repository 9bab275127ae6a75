"""The messages that the collector could never take in."""

import asyncio

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from collector.streams.ingestion import Quarantined
from collector.web.api.described import NOT_PERMITTED, SECURITY, UNAVAILABLE, answer, encoded
from collector.web.api.permission import Permission
from collector.web.source import Source

DESCRIBED = (Quarantined,)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["quarantine"], dependencies=[Depends(may.operator)])

    @routes.get(
        "/quarantine",
        responses=answer(list[Quarantined]) | NOT_PERMITTED | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def quarantine() -> Response:
        """The messages, newest first, each with the reason and the beginning of its payload in base64.
        They need permission: an agent sent them, or somebody else did.
        """
        return encoded(await asyncio.to_thread(source.store.quarantined))

    return routes
