"""One HTTP request: no redirect is followed, and no server can make it last or grow.

A URL may hold a token, so that nothing of it is told but its host.
"""

import asyncio
import ssl
from functools import cache
from urllib.parse import SplitResult, urlsplit

import h11

from wire.url import host_name, netloc

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 16 * 2**20
MAX_HEAD_BYTES = 2**20  # h11's own limit is 16 KiB
OF_THE_DOCUMENT = frozenset({400, 413, 414, 415, 422})
"""The receiver works and does not want this; the next one may please it."""


MAX_REASON_CHARACTERS = 300
"""Of the words of a server."""


class Undelivered(Exception):
    """Told in one line. `permanent`: trying the same again can't help.

    `retry_after_seconds` is how long the receiver asks to be left alone, 0 where it does not say.
    """

    def __init__(self, reason: str, permanent: bool = False, retry_after_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds


async def post(url: str, body: bytes) -> None:
    """A JSON document. Of the answer only the status is read. Raises Undelivered."""
    await _request("POST", url, body)


async def get(url: str) -> bytes:
    """Raises Undelivered."""
    return await _request("GET", url)


async def _request(method: str, url: str, body: bytes = b"") -> bytes:
    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc}"
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            status, moved_to, answer = await _exchange(method, parts, body)
    except TimeoutError:
        raise Undelivered(f"{place}: no answer within {TIMEOUT_SECONDS:g} s") from None
    except h11.ProtocolError:
        raise Undelivered(f"{place}: its answer is not HTTP") from None
    except (OSError, ValueError) as error:
        raise Undelivered(f"{place}: {getattr(error, 'strerror', None) or error}") from None
    if moved_to:
        raise Undelivered(f"{place}: HTTP {status}, moved to {moved_to}; write the URL it has now")
    if not 200 <= status < 300:
        raise Undelivered(f"{place}: HTTP {status}", permanent=status in OF_THE_DOCUMENT)
    return answer


async def _exchange(method: str, parts: SplitResult, body: bytes) -> tuple[int, str, bytes]:
    """Status, the host that it redirects to, and the answer to a GET."""
    tls = _tls() if parts.scheme == "https" else None
    port = parts.port or (443 if tls else 80)
    name = host_name(parts.hostname or "") if tls else None
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=tls, server_hostname=name)
    try:
        connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        writer.write(_sent(connection, method, parts, body))
        while not isinstance(event := await _next(connection, reader), h11.Response):
            pass
        location = dict(event.headers).get(b"location") if 300 <= event.status_code < 400 else None
        if location is not None:
            moved_to = urlsplit(location.decode("latin-1")).hostname or parts.hostname
            return event.status_code, moved_to or "", b""
        return event.status_code, "", b"" if method == "POST" else await _read(connection, reader)
    finally:
        writer.transport.abort()


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> bytes:
    answer = bytearray()
    while isinstance(event := await _next(connection, reader), h11.Data):
        answer += event.data
        if len(answer) > MAX_ANSWER_BYTES:
            raise ValueError(f"answers with more than {MAX_ANSWER_BYTES} bytes")
    return bytes(answer)


async def _next(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Event:
    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(65536))
    if isinstance(event, h11.Event):
        return event
    raise ValueError("answers more than once")


def _sent(connection: h11.Connection, method: str, parts: SplitResult, body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [("Host", netloc(parts.geturl())), ("User-Agent", "pantau-collector"), ("Connection", "close")]
    if body:
        headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    request = connection.send(h11.Request(method=method, target=target, headers=headers)) or b""
    data = connection.send(h11.Data(body)) or b"" if body else b""
    return request + data + (connection.send(h11.EndOfMessage()) or b"")


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
