"""The addresses of the enrolment port. Nothing else of the collector is reachable here."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from collector.database.engine import StoreError
from collector.enrolment.desk import EnrolmentDesk, EnrolmentReply
from collector.enrolment.sender import shown_address
from wire.joining import JOIN, MAX_MESSAGE_BYTES, RENEW, TRUST, Refusal, decode_join, decode_renew, encode
from wire.report import MALFORMED
from wire.text import printable

BODY_SECONDS = 10.0

Asked = TypeVar("Asked")


def enrolment_app(desk: EnrolmentDesk) -> Starlette:
    """One request at a time signs: the desk counts attempts, and a city of boxes waits its turn."""
    turn = asyncio.Lock()

    async def answered(
        request: Request, decode: Callable[[bytes], Asked], take: Callable[[Asked, str], EnrolmentReply]
    ) -> Response:
        try:
            asked = decode(await _body(request))
        except MALFORMED as error:
            return _sent(EnrolmentReply(400, Refusal("bad_request", printable(str(error), 200))))
        except ValueError as error:
            return _sent(EnrolmentReply(413, Refusal("bad_request", str(error))))
        except (TimeoutError, ClientDisconnect):
            return _sent(EnrolmentReply(408, Refusal("bad_request", "the body did not come")))
        sender = shown_address(request.client.host) if request.client else ""
        try:
            async with turn:
                return _sent(await asyncio.to_thread(take, asked, sender))
        except StoreError as error:
            return _sent(EnrolmentReply(503, Refusal("unavailable", printable(str(error), 200))))

    async def join(request: Request) -> Response:
        return await answered(request, decode_join, desk.join)

    async def renew(request: Request) -> Response:
        return await answered(request, decode_renew, desk.renew)

    async def trust(_: Request) -> Response:
        return PlainTextResponse(desk.trust, media_type="application/x-pem-file")

    return Starlette(
        routes=[
            Route(JOIN, join, methods=["POST"]),
            Route(RENEW, renew, methods=["POST"]),
            Route(TRUST, trust, methods=["GET"]),
        ]
    )


async def _body(request: Request) -> bytes:
    """Raises TimeoutError, ClientDisconnect, and for a body that is too long ValueError."""
    body = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_MESSAGE_BYTES:
                raise ValueError(f"the body has more than {MAX_MESSAGE_BYTES} bytes")
    return bytes(body)


def _sent(reply: EnrolmentReply) -> Response:
    return Response(encode(reply.message), reply.status, media_type="application/json")
