"""One HTTP request of the collector, by real servers, proxies and certificates."""

import asyncio
import os
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.http.client import HttpResponse, NoHttpAnswer, request
from tests.collector.waiting import until
from tests.fakes.answering import answering, endless, raw, silent, status
from tests.free_ports import LOOPBACK, free_port
from tests.servers.openssl import Authority, needs_openssl

FAR = datetime(2099, 1, 1, tzinfo=UTC)


async def get(url: str, ca_file: str = "", by_proxy: bool = False, seconds: float = 10.0) -> HttpResponse:
    return await request(
        "GET", url, timeout_seconds=seconds, read_bytes=1000, ca_file=ca_file, by_proxy=by_proxy
    )


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Without the proxies of this machine."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return monkeypatch


async def test_an_answer_has_its_status_headers_and_body() -> None:
    async with answering(status(503, b"later", **{"Retry-After": "3"})) as server:
        answer = await get(server.url)
    assert (answer.status, answer.headers["retry-after"], answer.body) == (503, "3", b"later")
    assert answer.is_whole


async def test_no_more_of_a_body_is_read_than_asked_for() -> None:
    async with answering(endless()) as server:
        answer = await get(server.url)
    assert (len(answer.body), answer.is_whole) == (1000, False)


@pytest.mark.parametrize("code", [204, 304])
async def test_a_body_where_none_may_be_does_not_spoil_the_answer(code: int) -> None:
    async with answering(status(code, b"ok")) as server:
        assert (await get(server.url)).status == code


async def test_a_compressed_answer_is_neither_asked_for_nor_unpacked() -> None:
    async with answering(status(200, b"packed", **{"Content-Encoding": "gzip"})) as server:
        assert (await get(server.url)).body == b"packed"
    assert "accept-encoding: identity" in server.requests[0].head.lower()


async def test_a_path_is_sent_as_a_person_wrote_it() -> None:
    async with answering(status(200)) as server:
        await get(f"{server.url}/bot1:a%7Eb%2Fc/~?q=%41&r=a+b")
    assert server.requests[0].head.startswith("GET /bot1:a%7Eb%2Fc/~?q=%41&r=a+b HTTP/1.1\r\n")


async def test_a_short_form_of_an_address_is_understood() -> None:
    async with answering(status(200)) as server:
        assert (await get(server.url.replace(LOOPBACK, "127.1"))).status == 200


async def test_an_error_has_no_part_of_the_url() -> None:
    for url in ("ftp://host/s3cr3t", "http://[/s3cr3t", f"http://{LOOPBACK}:{free_port()}/s3cr3t"):
        with pytest.raises(NoHttpAnswer) as raised:
            await get(url)
        assert "s3cr3t" not in str(raised.value)


async def test_a_long_poll_waits_as_long_as_it_is_allowed_to() -> None:
    released = asyncio.Event()

    async def in_time(writer: asyncio.StreamWriter) -> None:
        await released.wait()
        await status(200, b"news")(writer)

    async with answering(in_time) as server:
        poll = asyncio.create_task(get(server.url, seconds=60))
        await until(lambda: server.requests)
        released.set()
        assert (await poll).body == b"news"
    async with answering(silent(asyncio.Event())) as server:
        with pytest.raises(NoHttpAnswer, match=r"^no answer within 0\.2 s$"):
            await get(server.url, seconds=0.2)


async def test_a_cancelled_request_closes_its_connection() -> None:
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        closed.set()
        writer.close()

    listening = await asyncio.start_server(serve, LOOPBACK, 0)
    async with listening:
        poll = asyncio.create_task(get(f"http://{LOOPBACK}:{listening.sockets[0].getsockname()[1]}"))
        await asyncio.sleep(0)
        done, _ = await asyncio.wait({poll}, timeout=0.2)
        assert not done
        poll.cancel()
        with pytest.raises(asyncio.CancelledError):
            await poll
        await asyncio.wait_for(closed.wait(), 5)


@needs_openssl
async def test_a_ca_file_is_believed_alone_and_read_anew_when_it_changes(tmp_path: Path) -> None:
    ours, other = Authority(tmp_path / "ours"), Authority(tmp_path / "other", name="another CA")
    certificate = ours.issue("hook", f"IP:{LOOPBACK}", FAR)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate.file, certificate.key_file)
    ca_file = tmp_path / "ca.pem"
    async with answering(status(200), tls=tls) as server:
        ca_file.write_bytes(other.ca_file.read_bytes())
        with pytest.raises(NoHttpAnswer, match="its certificate is not trusted: "):
            await get(server.url, str(ca_file))
        ca_file.write_bytes(ours.ca_file.read_bytes())
        os.utime(ca_file, (1, 1))
        assert (await get(server.url, str(ca_file))).status == 200
        with pytest.raises(NoHttpAnswer, match="its certificate is not trusted: "):
            await get(server.url.replace(LOOPBACK, "localhost"), str(ca_file))
        with pytest.raises(NoHttpAnswer, match="its certificate is not trusted: self-signed certificate"):
            await get(server.url)


async def test_a_ca_file_that_is_of_no_use_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with pytest.raises(
        NoHttpAnswer, match=rf"ca_file {file}: No such file or directory; put the certificate"
    ):
        await get("https://127.0.0.1:9/", str(file))
    file.write_text("no certificate")
    with pytest.raises(NoHttpAnswer, match=rf"ca_file {file}: not PEM; put the certificate"):
        await get("https://127.0.0.1:9/", str(file))


@pytest.mark.parametrize("form", ["http://{}", "{}", "http://user:word@{}"])
async def test_the_proxy_of_the_environment_is_asked(environment: pytest.MonkeyPatch, form: str) -> None:
    async with answering(status(200, b"from the proxy")) as proxy:
        environment.setenv("http_proxy", form.format(proxy.url.removeprefix("http://")))
        assert (await get("http://far.invalid/x", by_proxy=True)).body == b"from the proxy"
    (asked,) = proxy.requests
    assert asked.head.startswith("GET http://far.invalid/x HTTP/1.1\r\n")
    assert ("proxy-authorization: basic dxnlcjp3b3jk" in asked.head.lower()) == ("user" in form)


async def test_no_proxy_is_asked_where_none_shall_be(environment: pytest.MonkeyPatch) -> None:
    async with (
        answering(status(200, b"from the proxy")) as proxy,
        answering(status(200, b"direct")) as server,
    ):
        environment.setenv("http_proxy", proxy.url)
        assert (await get(server.url)).body == b"direct"
        environment.setenv("no_proxy", LOOPBACK)
        assert (await get(server.url, by_proxy=True)).body == b"direct"
    assert proxy.requests == []


async def test_trouble_with_a_proxy_is_said_to_be_the_proxy_s(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("https_proxy", f"http://{LOOPBACK}:{free_port()}")
    with pytest.raises(NoHttpAnswer, match=r"^the proxy: Connection refused$"):
        await get("https://far.invalid/", by_proxy=True)
    async with answering(status(407)) as proxy:
        environment.setenv("https_proxy", proxy.url)
        with pytest.raises(NoHttpAnswer, match=r"^the proxy answers HTTP 407$"):
            await get("https://far.invalid/", by_proxy=True)


async def test_a_cut_answer_and_a_foreign_one_are_told_apart() -> None:
    for data, reason in (
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]", "closed in the middle of its answer"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[]",
            "closed in the middle of its answer",
        ),
        (b"220 mail ready\r\n", "its answer is not HTTP"),
        (b"HTTP/2 200\r\n\r\n", "its answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", "its answer is not HTTP"),
    ):
        async with answering(raw(data)) as server:
            with pytest.raises(NoHttpAnswer, match=f"^{reason}$"):
                await get(server.url)
