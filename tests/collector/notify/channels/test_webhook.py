"""One HTTP request, against servers that behave badly."""

import asyncio
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.http import client
from collector.notify.channels import webhook as request
from collector.notify.channels.undelivered import Undelivered
from collector.notify.channels.webhook import get, post, post_and_read
from tests.fakes.answering import Answer, answering, endless, raw, silent, status, trickling
from tests.free_ports import LOOPBACK, free_port
from tests.servers.openssl import Authority, needs_openssl

TOKEN = "s3cr3t-t0k3n"
PATH = f"/hook/{TOKEN}?key={TOKEN}"


async def complaint(*answers: Answer, path: str = PATH) -> Undelivered:
    async with answering(*answers) as server:
        with pytest.raises(Undelivered) as raised:
            await post(server.url + path, b"{}")
        assert str(raised.value).startswith(server.url)
    assert TOKEN not in str(raised.value)
    return raised.value


async def test_a_document_is_posted_as_json() -> None:
    async with answering(status(204)) as server:
        await post(f"{server.url}{PATH}", b'{"id":"1"}')
    (sent,) = server.requests
    assert sent.head.startswith(f"POST {PATH} HTTP/1.1\r\n")
    assert "content-type: application/json" in sent.head.lower()
    assert sent.body == b'{"id":"1"}'


async def test_a_url_without_a_path_means_its_root() -> None:
    async with answering(status(200)) as server:
        await post(server.url, b"{}")
        await post(f"{server.url}?key=1", b"{}")
    assert [sent.head.split()[1] for sent in server.requests] == ["/", "/?key=1"]


async def test_an_answer_to_a_get_is_given_back() -> None:
    async with answering(status(200, b"[]"), raw(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")) as server:
        assert await get(server.url) == b"[]"
        assert await get(server.url) == b"until the end"


async def test_a_long_head_in_segments_is_read() -> None:
    """h11's own limit of 16 KiB holds for a head that is still incomplete."""

    async def in_segments(writer: asyncio.StreamWriter) -> None:
        for part in (b"HTTP/1.1 200 OK\r\nX: ", b"x" * 60_000, b"\r\nContent-Length: 0\r\n\r\n"):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with answering(in_segments) as server:
        await post(server.url, b"{}")


async def test_a_server_may_say_continue_first() -> None:
    async with answering(raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")) as server:
        await post(server.url, b"{}")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_says_where_it_leads(code: int) -> None:
    """A POST that is redirected becomes a GET for many, and its answer looks like success."""
    error = await complaint(status(code, Location=f"https://elsewhere.example/{TOKEN}"))
    assert str(error).endswith(f"HTTP {code}, moved to elsewhere.example; write the URL it has now")
    assert not error.permanent


async def test_a_redirect_to_nowhere_is_told_all_the_same() -> None:
    assert "Invalid IPv6 URL" in str(await complaint(status(302, Location="http://[")))
    assert "moved to 127.0.0.1;" in str(await complaint(status(302, Location=f"/{TOKEN}")))
    secret = status(302, Location=f"https://{TOKEN}:{TOKEN}@elsewhere.example:81/")
    assert "moved to elsewhere.example;" in str(await complaint(secret))


@pytest.mark.parametrize("code", [400, 413, 415, 422])
async def test_what_is_about_the_document_is_for_ever(code: int) -> None:
    error = await complaint(status(code, f"no {TOKEN} here".encode()))
    assert str(error).endswith(f"HTTP {code}")
    assert error.permanent


@pytest.mark.parametrize("code", [304, 401, 403, 404, 408, 410, 429, 500, 503])
async def test_what_is_about_the_receiver_may_be_put_right(code: int) -> None:
    """Within the day, and then nothing should be lost."""
    error = await complaint(status(code, f"no {TOKEN} here".encode()))
    assert str(error).endswith(f"HTTP {code}")
    assert not error.permanent


async def test_nobody_there() -> None:
    with pytest.raises(Undelivered, match=r"^http://127\.0\.0\.1:\d+: Connection refused"):
        await post(f"http://{LOOPBACK}:{free_port()}{PATH}", b"{}")


async def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(Undelivered, match=r"^http://nowhere\.invalid: \w+") as raised:
        await post(f"http://nowhere.invalid{PATH}", b"{}")
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("port", ["0x1", "99999"])
async def test_a_port_that_is_none(port: str) -> None:
    with pytest.raises(Undelivered, match=r"(?i)port"):
        await post(f"http://{LOOPBACK}:{port}/", b"{}")


@pytest.mark.parametrize("answer", [silent(asyncio.Event()), trickling()], ids=["silent", "trickling"])
async def test_a_slow_server_has_its_time_and_no_more(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "TIMEOUT_SECONDS", 0.3)
    started = time.monotonic()
    assert "no answer within 0.3 s" in str(await complaint(answer))
    assert time.monotonic() - started < 5


async def test_a_huge_answer_to_a_post_is_not_even_read() -> None:
    async with answering(endless()) as server:
        await post(server.url, b"{}")


async def test_a_huge_answer_to_a_get_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "MAX_ANSWER_BYTES", 200_000)
    async with answering(endless()) as server:
        with pytest.raises(Undelivered, match="more than 200000 bytes"):
            await get(server.url)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "its answer is not HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "its answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 2_000_000, "its answer is not HTTP"),
        (b"", "closed without an answer"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n", "closed without an answer"),
        (b"HTTP/1.1 200", "closed in the middle of its answer"),
        (b"HTTP/1.1 200 OK\r\nX: y", "closed in the middle of its answer"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "it speaks TLS there; write https://"),
    ],
    ids=[
        "ssh",
        "no status",
        "a header too long",
        "nothing",
        "hints alone",
        "half a line",
        "half a head",
        "TLS",
    ],
)
async def test_an_answer_that_is_none_is_told_as_what_it_is(data: bytes, told: str) -> None:
    assert str(await complaint(raw(data))).endswith(f": {told}")


async def test_a_status_line_alone_is_an_answer() -> None:
    async with answering(raw(b"HTTP/1.1 200 OK\r\n\r\n"), raw(b"HTTP/1.1 204\r\n\r\n")) as server:
        await post(server.url, b"{}")
        await post(server.url, b"{}")


async def test_https_where_no_tls_is_spoken_says_so() -> None:
    listening = await asyncio.start_server(_http_at_once, LOOPBACK, 0)
    async with listening:
        url = f"https://{LOOPBACK}:{listening.sockets[0].getsockname()[1]}"
        with pytest.raises(Undelivered, match="it speaks no TLS there; write http://"):
            await post(url, b"{}")


async def _http_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("code", [429, 503])
async def test_how_long_to_wait_is_told_and_obeyed(code: int) -> None:
    error = await complaint(status(code, b"", **{"Retry-After": "30"}))
    assert str(error).endswith(f"HTTP {code}, asks to wait 30 s")
    assert error.retry_after_seconds == 30


async def test_where_the_url_is_no_secret_the_words_of_a_refusal_are_told() -> None:
    async with answering(status(400, b'"start time missing"\n')) as server:
        with pytest.raises(Undelivered, match=r'HTTP 400, "start time missing"$'):
            await post_and_read(server.url, b"[]")
    async with answering(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]")) as server:
        with pytest.raises(Undelivered, match="closed in the middle of its answer"):
            await get(server.url)


@needs_openssl
async def test_a_certificate_is_believed_only_of_a_trusted_authority_and_for_its_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    certificate = authority.issue("hook", f"IP:{LOOPBACK}", datetime(2099, 1, 1, tzinfo=UTC))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate.file, certificate.key_file)
    async with answering(status(200), tls=tls) as server:
        with pytest.raises(
            Undelivered, match="its certificate is not trusted: self-signed certificate"
        ) as raised:
            await post(server.url + PATH, b"{}")
        assert TOKEN not in str(raised.value)
        assert server.requests == []
        trusting = ssl.create_default_context(cafile=str(authority.ca_file))
        trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT  # of 3.13 on; the test CA names no key identifiers
        monkeypatch.setattr(client, "trusted", lambda ca_file: trusting)
        await post(server.url + PATH, b"{}")
        with pytest.raises(Undelivered, match="its certificate is not trusted: "):
            await post(server.url.replace(LOOPBACK, "localhost"), b"{}")
    assert len(server.requests) == 1
