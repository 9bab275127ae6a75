"""Notices that are not delivered, and a test of the receivers."""

import asyncio

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from collector.access import Asker
from collector.notices.document import Letter
from collector.web.access.visitors import visitor
from collector.web.api.by_person import via
from collector.web.api.described import (
    BAD_BODY,
    NOT_PERMITTED,
    SECURITY,
    UNAVAILABLE,
    answer,
    body,
    encoded,
)
from collector.web.api.permission import Permission
from collector.web.limits import read
from collector.web.source import Source
from wire.text import printable


class Testing(msgspec.Struct):
    """One receiver; null for all."""

    receiver: str | None = None


DESCRIBED = (Letter, Testing)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["notices"], dependencies=[Depends(may.operator)])

    @routes.get(
        "/notices", responses=answer(list[Letter]) | NOT_PERMITTED | UNAVAILABLE, openapi_extra=SECURITY
    )
    async def notices() -> Response:
        """The notices that wait, and those that were given up, newest first. They need permission: their
        texts may hold the numbers of people.
        """
        return encoded(await asyncio.to_thread(source.store.outbox.undelivered))

    @routes.post(
        "/notify-test",
        responses=answer(dict[str, str]) | NOT_PERMITTED | BAD_BODY | UNAVAILABLE,
        openapi_extra=body(Testing),
    )
    async def notify_test(request: Request) -> dict[str, str]:
        """Send a test message. The answer has each receiver's result: "delivered" or the error."""
        receiver = (await read(request, Testing)).receiver
        receiver = receiver if receiver is None else printable(receiver)
        found = visitor(request)
        asker = Asker(found, found.person, via(request))
        await source.access.record("test message", asker, receiver or "all receivers")
        return await source.trial(receiver)

    return routes
