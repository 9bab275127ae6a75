"""One HTTP/1.1 request and its response on an open connection (RFC 9112), bounded in bytes."""

import time
from dataclasses import dataclass

import h11

from agent.connection import Connection
from agent.probe import Failed


@dataclass(frozen=True, slots=True)
class Response:
    """Field names are in lower case; fields of one name are joined as RFC 9110, section 5.3 has it."""

    status: int
    headers: dict[str, str]
    body: bytes

    def is_redirect(self) -> bool:
        return self.status in (301, 302, 303, 307, 308) and "location" in self.headers


class Exchange:
    """Raises OSError, and Failed: `protocol` for what is not HTTP, `body` for more than `max_bytes`."""

    def __init__(self, connection: Connection, max_bytes: int) -> None:
        self._connection = connection
        self._http = h11.Connection(h11.CLIENT)
        self._max_bytes = max_bytes
        self._received_bytes = 0
        self.first_byte_at = 0.0

    async def request(self, method: str, host: str, target: str) -> h11.Response:
        headers = [
            ("Host", host),
            ("User-Agent", "pantau-agent"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ]
        request = self._http.send(h11.Request(method=method, target=target, headers=headers)) or b""
        await self._connection.send(request + (self._http.send(h11.EndOfMessage()) or b""))
        while isinstance(event := await self._next_event(), h11.InformationalResponse):
            pass
        assert isinstance(event, h11.Response)
        return event

    async def body(self) -> bytes:
        body = bytearray()
        while isinstance(event := await self._next_event(), h11.Data):
            body += event.data
        return bytes(body)

    async def _next_event(self) -> object:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self._receive())
        except h11.RemoteProtocolError as error:
            raise Failed("protocol", f"not HTTP/1.1: {error!s:.200}") from None
        return event

    async def _receive(self) -> bytes:
        received = await self._connection.receive()
        if not received and self._http.their_state is h11.SEND_RESPONSE:
            raise Failed("protocol", "the server closed the connection before its response")
        self.first_byte_at = self.first_byte_at or time.monotonic()
        self._received_bytes += len(received)
        if self._received_bytes > self._max_bytes:
            detail = f"the response is longer than {self._max_bytes} bytes; raise max_bytes or ask for less"
            raise Failed("body", detail)
        return received


def fields(response: h11.Response) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in response.headers:
        key, text = name.decode("ascii"), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined
