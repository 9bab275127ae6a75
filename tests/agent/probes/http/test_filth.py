"""The http probe against servers that break HTTP: it ends in time, within its bytes, leaving nothing open."""

import asyncio
import socket
import struct
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.net.failed import Failed
from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import Script, failure_of, open_sockets, tcp_server
from wire.probes import Http

OK = b"HTTP/1.1 200 OK\r\n"


def probe(port: int, scheme: str = "http", timeout_seconds: float = 5.0, max_bytes: int = 65536) -> Http:
    url = f"{scheme}://127.0.0.1:{port}/"
    return Http(target="app", url=url, timeout_seconds=timeout_seconds, max_bytes=max_bytes)


def saying(*answer: bytes) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in answer:
            writer.write(part)
            await writer.drain()

    return script


def repeating(head: bytes, part: bytes, pause_seconds: float = 0.0) -> Script:
    """The head, then the part for ever."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_seconds)

    return script


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Content-Length: 5\r\n\r\nhello and more than was promised",
        OK + b"\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;why=not\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
        + OK
        + b"Content-Length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\n\r\nhello",
    ],
    ids=["more than promised", "until closed", "chunked", "informational", "HTTP/1.0"],
)
async def test_every_way_to_end_a_body_is_known(answer: bytes) -> None:
    async with tcp_server(saying(answer)) as port:
        values = await measure(probe(port))
    assert values["http_body_bytes"] == len("hello")


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (
            OK + b"Content-Length: 50\r\n\r\nhello",
            "not HTTP/1.1: peer closed connection without sending complete message body"
            " (received 5 bytes, expected 50)",
        ),
        (OK + b"Content-Length: many\r\n\r\n", "not HTTP/1.1: bad Content-Length"),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello",
            "not HTTP/1.1: illegal chunk header: bytearray(b'ZZ\\r\\n')",
        ),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello",
            "not HTTP/1.1: peer closed connection without sending complete message body"
            " (incomplete chunked read)",
        ),
        (
            b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
            "not HTTP/1.1: illegal status line: bytearray(b'SSH-2.0-OpenSSH_9.2')",
        ),
        (b"+OK ready\r\n", "not HTTP/1.1: the server says b'+OK ready\\r\\n' and closes the connection"),
        (b"\x15\x03\x03\0\x02\x02\x0a", "the server speaks TLS at this port: write https://"),
        (b"HTTP/1.1 200", "the server closed the connection before its response"),
        (b"", "the server closed the connection before its response"),
    ],
    ids=[
        "too short",
        "bad length",
        "bad chunk",
        "cut chunk",
        "SSH",
        "POP3",
        "an alert of TLS",
        "half a status line",
        "nothing",
    ],
)
async def test_an_answer_that_is_not_http_is_named(answer: bytes, detail: str) -> None:
    async with tcp_server(saying(answer)) as port:
        failed = await failure_of(probe(port))
    assert (failed.reason, failed.detail) == ("protocol", detail)


@given(
    whole=st.sampled_from(
        [
            OK + b"Content-Length: 5\r\nX-Header: y\r\n\r\nhello",
            OK + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: z\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/a?b\r\n\r\n",
        ]
    ),
    changes=st.lists(st.tuples(st.integers(0, 200), st.sampled_from(b"\0\r\n :/[09az\x80\xff")), max_size=4),
)
async def test_a_damaged_response_has_values_or_a_reason(
    whole: bytes, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(whole)
    for at, byte in changes:
        damaged[at % len(damaged)] = byte
    async with tcp_server(saying(bytes(damaged))) as port:
        with suppress(Failed):
            await measure(probe(port))


@pytest.mark.parametrize(
    "script",
    [repeating(OK + b"X: ", b"x" * 8192), repeating(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)],
    ids=["header", "informational"],
)
async def test_a_head_without_end_stops_at_the_cap(script: Script) -> None:
    async with tcp_server(script) as port:
        failed = await failure_of(probe(port))
    assert failed.reason == "body"
    assert failed.detail == "the response is longer than 65536 bytes; raise max_bytes or ask for less"


@pytest.mark.parametrize(
    "script",
    [
        repeating(OK + b"\r\n", b"x" * 8192),
        repeating(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 8000 + b"\r\nx\r\n"),
    ],
    ids=["body", "chunk extensions"],
)
async def test_a_body_without_end_is_read_up_to_the_cap_and_has_no_size(script: Script) -> None:
    async with tcp_server(script) as port:
        values = await measure(probe(port))
    assert values["http_status_code"] == 200
    assert "http_body_bytes" not in values


@pytest.mark.parametrize(
    "script",
    [
        repeating(OK + b"Content-Length: 9999\r\n\r\n", b".", 0.02),
        repeating(OK, b"X-Header: 1\r\n", 0.02),
        repeating(b"", b"H", 10),
    ],
    ids=["body", "headers", "status line"],
)
async def test_a_drip_ends_with_the_timeout(script: Script) -> None:
    async with tcp_server(script) as port:
        started = time.monotonic()
        failed = await failure_of(probe(port, timeout_seconds=0.3))
        assert time.monotonic() - started < 1
    assert failed.reason == "timeout"


async def test_a_connection_that_is_reset_is_against_the_protocol() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with tcp_server(script) as port:
        failed = await failure_of(probe(port))
    assert failed.reason == "protocol"
    assert failed.detail == f"127.0.0.1 port {port}: Connection reset by peer"


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "127.0.0.1 port {port}: it speaks no TLS there; write http:// or another port",
        ),
        (b"", "127.0.0.1 port {port}: closed before TLS was agreed on"),
    ],
)
async def test_a_handshake_that_fails_is_told(answer: bytes, detail: str) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(answer)

    async with tcp_server(script) as port:
        failed = await failure_of(probe(port, "https"))
    assert (failed.reason, failed.detail) == ("tls", detail.format(port=port))
    assert failed.values.keys() == {"http_connect_seconds"}


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_cancelled_measurement_leaves_no_socket_open(scheme: str) -> None:
    connected = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        connected.set()
        await asyncio.sleep(60)

    async with tcp_server(script) as port:
        before = open_sockets()
        running = asyncio.create_task(measure(probe(port, scheme)))
        await connected.wait()
        assert len(open_sockets()) == len(before) + 2
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert len(open_sockets()) <= len(before) + 1  # the server's own end
