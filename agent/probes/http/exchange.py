"""One HTTP/1.1 request and its response on an open connection (RFC 9112), bounded in bytes."""

import re
import time
from dataclasses import dataclass

import h11

from agent.net.connection import Connection
from agent.net.failed import Failed

_TRANSFER_CODINGS = re.compile(rb"^transfer-encoding:([^\r\n]*)\r?\n", re.IGNORECASE | re.MULTILINE)

HTTP = b"HTTP/"
TLS_ALERT = b"\x15\x03"
SAID_BYTES = 60


@dataclass(frozen=True, slots=True)
class Response:
    """Field names are in lower case; fields of one name are joined as RFC 9110, section 5.3 has it.

    `is_whole` is False where the body goes on beyond `max_bytes`.
    """

    status: int
    headers: dict[str, str]
    locations: frozenset[bytes]
    cookies: list[bytes]
    body: bytes
    is_whole: bool

    def is_redirect(self) -> bool:
        return self.status in (301, 302, 303, 307, 308) and any(self.locations)


class Exchange:
    """Raises OSError, and Failed: `protocol` if the answer is not HTTP, `body` for a head beyond `max_bytes`.

    `max_bytes` bounds an incomplete head in h11 too: h11's own limit is 16 KiB.
    """

    def __init__(self, connection: Connection, max_bytes: int) -> None:
        self._connection = connection
        self._max_bytes = max_bytes
        self._received_bytes = 0
        self._head = bytearray()
        self.first_byte_at = 0.0

    async def request(self, method: str, host: str, target: str, cookie: bytes = b"") -> h11.Response:
        headers = [
            (b"Host", host.encode()),
            (b"User-Agent", b"pantau-agent"),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
            (b"Connection", b"close"),
        ]
        if cookie:
            headers.append((b"Cookie", cookie))
        self._request = h11.Request(method=method, target=target, headers=headers)
        await self._connection.send(self._begin())
        while isinstance(event := await self._next_event(), h11.InformationalResponse):
            pass
        assert isinstance(event, h11.Response)
        self._head.clear()
        return event

    async def body(self) -> tuple[bytes, bool]:
        """At most `max_bytes` of the body, and whether that is all of it."""
        body = bytearray()
        try:
            while isinstance(event := await self._next_event(), h11.Data):
                body += event.data
        except _TooLong:
            return bytes(body), False
        return bytes(body), True

    def _begin(self) -> bytes:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=self._max_bytes)
        return (self._http.send(self._request) or b"") + (self._http.send(h11.EndOfMessage()) or b"")

    async def _next_event(self) -> object:
        while True:
            try:
                while (event := self._http.next_event()) is h11.NEED_DATA:
                    self._http.receive_data(await self._receive())
                return event
            except h11.RemoteProtocolError as error:
                if not self._begin_without_identity():
                    raise Failed("protocol", f"not HTTP/1.1: {error!s:.200}") from None

    def _begin_without_identity(self) -> bool:
        """Old servers name the transfer coding "identity", which h11 refuses: the head is read without it."""
        head = bytes(self._head)
        repaired = _TRANSFER_CODINGS.sub(_without_identity, head)
        self._head.clear()
        if repaired != head:
            self._begin()
            self._http.receive_data(repaired)
        return repaired != head

    async def _receive(self) -> bytes:
        if self._received_bytes > self._max_bytes:
            raise _TooLong(self._max_bytes)
        received = await self._connection.receive()
        in_head = self._http.their_state is h11.SEND_RESPONSE
        if not received and in_head:
            raise Failed("protocol", _closed(bytes(self._head)))
        self.first_byte_at = self.first_byte_at or time.monotonic()
        allowed = received[: self._max_bytes - self._received_bytes]
        self._received_bytes += len(received)
        if received and not allowed:
            raise _TooLong(self._max_bytes)
        if in_head:
            self._head += allowed
            if self._head.startswith(TLS_ALERT):
                raise Failed("protocol", "the server speaks TLS at this port: write https://")
        return allowed


def _closed(head: bytes) -> str:
    """The server closed the connection before the response, after a part of it, or in another protocol."""
    if not HTTP.startswith(head[: len(HTTP)]):
        return f"not HTTP/1.1: the server says {head[:SAID_BYTES]!r} and closes the connection"
    return "the server closed the connection before its response"


def _without_identity(field: re.Match[bytes]) -> bytes:
    codings = [coding.strip() for coding in field[1].split(b",")]
    kept = [coding for coding in codings if coding.lower() not in (b"", b"identity", b"none")]
    if kept == codings:
        return field[0]
    return b"Transfer-Encoding: %s\r\n" % b", ".join(kept) if kept else b""


class _TooLong(Failed):
    def __init__(self, max_bytes: int) -> None:
        detail = f"the response is longer than {max_bytes} bytes; raise max_bytes or ask for less"
        super().__init__("body", detail)


def response(head: h11.Response, body: bytes, is_whole: bool) -> Response:
    joined: dict[str, str] = {}
    several: dict[bytes, list[bytes]] = {b"location": [], b"set-cookie": []}
    for name, value in head.headers:
        key, text = name.decode("ascii"), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
        if name in several:
            several[name].append(value)
    locations = frozenset(several[b"location"])
    return Response(head.status_code, joined, locations, several[b"set-cookie"], body, is_whole)
