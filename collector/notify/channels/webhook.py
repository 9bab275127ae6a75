"""One HTTP request. It follows no redirect, and no server can make it last or grow.

A URL may hold a token, so messages have no part of it but its host.
"""

import asyncio
import os
import re
import ssl
from functools import cache
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import h11
import msgspec

from collector.clock import wall_now
from collector.http.answer import retry_after_seconds, summary
from collector.inventory.city import Webhook
from collector.notify.document import Document
from wire.text import printable
from wire.url import host_name, netloc

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 16 * 2**20
MAX_HEAD_BYTES = 2**20  # h11's own limit is 16 KiB
NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"})
NOT_CONNECTED = re.compile(r"\[Errno (\d+)\] Connect call failed")
"""asyncio's own text, once for each address that it tried."""

TLS_ALERT = b"\x15\x03"
OF_THE_DOCUMENT = frozenset({400, 413, 414, 415, 422})
"""The receiver works and refuses this document. It may take the next one."""


MAX_REASON_CHARACTERS = 300
MAX_TOLD_CHARACTERS = 1000
"""The limit for a server's own text."""


class Undelivered(Exception):
    """The text is one line for a person. `permanent`: the same document can't succeed later.

    `retry_after_seconds` is the pause that the receiver asks for, 0 where it asks for none.
    """

    def __init__(self, reason: str, permanent: bool = False, retry_after_seconds: float = 0.0) -> None:
        super().__init__(printable(reason, MAX_TOLD_CHARACTERS))  # a text of the other end may stand in it
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds


class HttpResponse(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


async def send(settings: Webhook, document: Document) -> None:
    """Raises Undelivered."""
    await post(settings.url, msgspec.json.encode(document))


async def post(url: str, body: bytes) -> None:
    """A JSON document. The answer's body is not read. Raises Undelivered."""
    await _request("POST", url, body, read=False)


async def post_and_read(url: str, body: bytes) -> bytes:
    """A JSON document, to a URL without a secret: the error has the server's own text. Raises Undelivered."""
    return await _request("POST", url, body, read=True)


async def get(url: str) -> bytes:
    """The body of a URL without a secret. Raises Undelivered."""
    return await _request("GET", url, b"", read=True)


async def _request(method: str, url: str, body: bytes, read: bool) -> bytes:
    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc}"
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            answer = await _exchange(method, parts, body, read)
    except TimeoutError:
        raise Undelivered(f"{place}: no answer within {TIMEOUT_SECONDS:g} s") from None
    except (OSError, ValueError, h11.ProtocolError) as error:
        raise Undelivered(f"{place}: {_broken(error)}") from None
    if not 200 <= answer.status < 300:
        permanent = answer.status in OF_THE_DOCUMENT
        wait = retry_after_seconds(answer.headers.get("retry-after"), wall_now())
        raise Undelivered(f"{place}: HTTP {answer.status}{_beside(answer, parts, wait)}", permanent, wait)
    return answer.body


def _broken(error: Exception) -> str:
    """Why there is no answer."""
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "closed without an answer"
    if isinstance(error, ssl.SSLError) and error.reason in NO_TLS:
        return "it speaks no TLS there; write http:// or another port"
    if isinstance(error, ssl.SSLCertVerificationError):
        told = error.verify_message.rstrip(".")
        return f"its certificate is not trusted: {told}; mend it there, or add its CA to this machine's"
    if isinstance(error, h11.ProtocolError):
        closed = "closed connection" in str(error)
        return "closed in the middle of its answer" if closed else "its answer is not HTTP"
    if refused := dict.fromkeys(NOT_CONNECTED.findall(str(error))):
        return ", ".join(os.strerror(int(number)) for number in refused)
    return str(getattr(error, "strerror", None) or error)


def _beside(answer: HttpResponse, parts: SplitResult, wait: float) -> str:
    """The text of an answer that is no success, beside its status."""
    if 300 <= answer.status < 400 and (location := answer.headers.get("location")) is not None:
        try:
            host = urlsplit(location).hostname or parts.hostname
        except ValueError as error:
            return f", moved: {error}"
        return f", moved to {host}; write the URL it has now"
    words = summary(answer.body)
    return (f", {words}" if words else "") + (f", asks to wait {wait:.0f} s" if wait else "")


async def _exchange(method: str, parts: SplitResult, body: bytes, read: bool) -> HttpResponse:
    """The answer, with its body where `read` is true."""
    tls = _tls() if parts.scheme == "https" else None
    port = parts.port or (443 if tls else 80)
    name = host_name(parts.hostname or "") if tls else None
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=tls, server_hostname=name)
    try:
        connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        writer.write(_sent(connection, method, parts, body))
        while not isinstance(event := await _next(connection, reader), h11.Response):
            pass
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
        found = await _read(connection, reader) if read else b""
        return HttpResponse(event.status_code, headers, found)
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
        data = await reader.read(65536)
        if connection.their_state is h11.SEND_RESPONSE:
            _check_head(connection.trailing_data[0], data)
        connection.receive_data(data)
    if isinstance(event, h11.Event):
        return event
    raise ValueError("answers more than once")


def _check_head(before: bytes, data: bytes) -> None:
    """Raises ValueError for a bad head. `data` is b"" where the server has closed the connection."""
    if not before and data.startswith(TLS_ALERT):
        raise ValueError("it speaks TLS there; write https://")
    if not data and not before:
        raise ValueError("closed without an answer")
    if not data:
        http = before.startswith(b"HTTP/")
        raise ValueError("closed in the middle of its answer" if http else "its answer is not HTTP")


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
