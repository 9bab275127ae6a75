"""The bounds of one web client: connections, time and memory. So broker and store keep theirs."""

import asyncio
from resource import RLIMIT_NOFILE, getrlimit
from typing import Any, TypeVar

import msgspec
from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

from runtime.settings import key_and_error
from wire.text import printable

CONNECTIONS_AT_MOST = 200
HEAD_SECONDS = 10.0
"""For a request's head, and for its body."""
REQUEST_SECONDS = 120.0
STREAM_SECONDS = 900.0
STREAMS = ("/live", "/wall")
"""Answers that go on; each page of them bounds how many there are."""
LOOK_SECONDS = 2.0
MAX_BODY_BYTES = 16 * 1024

T = TypeVar("T")


def connections_at_most() -> int:
    """At most half of the files that this process may open."""
    soft, _ = getrlimit(RLIMIT_NOFILE)
    return CONNECTIONS_AT_MOST if soft < 0 else max(1, min(CONNECTIONS_AT_MOST, soft // 2))


class WebConnection(H11Protocol):
    """The server closes a connection without a request in time; of too many, the longest idle."""

    _since = 0.0
    _served: object = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._since = self.loop.time()
        self.loop.call_later(LOOK_SECONDS, self._look)
        if len(self.connections) > connections_at_most():
            others = [one for one in self.connections if isinstance(one, WebConnection) and one is not self]
            idle = [one for one in others if not one.busy]
            given_up = min(idle, key=lambda one: one._since, default=self)
            given_up.transport.abort()
            self.connections.discard(given_up)

    @property
    def busy(self) -> bool:
        """Whether the whole head of a request came, and the answer is not out yet."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _streaming(self) -> bool:
        return self.busy and self.scope["path"] in STREAMS

    def shutdown(self) -> None:
        """The server stops: an answer that goes on would hold it up."""
        super().shutdown()
        if self._streaming:
            self.transport.close()

    def _seconds_at_most(self) -> float:
        if not self.busy:
            return HEAD_SECONDS
        return STREAM_SECONDS if self._streaming else REQUEST_SECONDS

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        now, serving = self.loop.time(), self.cycle if self.busy else None
        if serving is not self._served:
            self._since, self._served = now, serving
        if now - self._since >= self._seconds_at_most():
            self.transport.abort()
        else:
            self.loop.call_later(LOOK_SECONDS, self._look)


async def read_body(request: Request) -> bytes:
    """Read a small body. Raises HTTPException."""
    body = bytearray()
    try:
        async with asyncio.timeout(HEAD_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise HTTPException(413, f"send at most {MAX_BODY_BYTES} bytes")
    except TimeoutError:
        raise HTTPException(408, "the body did not come") from None
    except ClientDisconnect:
        raise HTTPException(400, "the client left before the end of the body") from None
    return bytes(body)


async def read(request: Request, wanted: type[T]) -> T:
    """Read a small JSON document, after the permission check. Raises HTTPException."""
    body = await read_body(request)
    try:
        return msgspec.json.decode(body, type=wanted)
    except msgspec.ValidationError as error:
        raise HTTPException(422, printable(key_and_error(error, body), 200)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise HTTPException(422, printable(str(error), 200)) from None
