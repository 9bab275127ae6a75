"""Answers that are odd and real: what browsers and curl take, the http probe takes too."""

import asyncio
import gzip
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.agent.probes.conftest import LATER
from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import Script, failure_of, tcp_server
from tests.servers.openssl import Authority, needs_openssl
from wire.probes import Http

OK = b"HTTP/1.1 200 OK\r\n"
PAGE = OK + b"Content-Length: 2\r\n\r\nok"


def probe(port: int, **settings: object) -> Http:
    return Http(target="app", url=f"http://127.0.0.1:{port}/a/b", **settings)  # type: ignore[arg-type]


@dataclass(slots=True)
class Site:
    """Answers each request by what `answer` makes of its head, and keeps the heads."""

    answer: Callable[[bytes], bytes]
    heads: list[bytes] = field(default_factory=list)

    async def script(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        writer.write(self.answer(head))
        await writer.drain()

    @property
    def targets(self) -> list[bytes]:
        return [head.split()[1] for head in self.heads]


def always(answer: bytes) -> Script:
    return Site(lambda _: answer).script


def moved(*fields: bytes) -> Callable[[bytes], bytes]:
    """The start page leads elsewhere; elsewhere is a page."""
    lines = b"".join(field + b"\r\n" for field in fields)
    redirect = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n" + lines + b"\r\n"
    return lambda head: redirect if head.startswith(b"GET /a/b ") else PAGE


async def test_a_head_of_60_kb_comes_in_segments() -> None:
    async def in_segments(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in (OK + b"X: ", b"x" * 60_000, b"\r\nContent-Length: 2\r\n\r\nok"):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with tcp_server(in_segments) as port:
        assert (await measure(probe(port)))["http_status_code"] == 200


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/pé".encode(), b"/p%C3%A9"),
        ("/pé".encode("latin-1"), b"/p%E9"),
        (b"/x y", b"/x%20y"),
        ("/cari?q=kafé".encode(), b"/cari?q=kaf%C3%A9"),
        (b"\\login\\", b"/login/"),
        (b"?end", b"/a/b?end"),
        (b"#top", b"/a/b"),
        (b"/" + b"x" * 20_000, b"/" + b"x" * 20_000),
    ],
    ids=["UTF-8", "Latin-1", "blank", "query", "backslash", "only a query", "only a fragment", "20 kB"],
)
async def test_a_location_is_followed_as_browsers_read_it(location: bytes, target: bytes) -> None:
    site = Site(moved(b"Location: " + location))
    async with tcp_server(site.script) as port:
        if target == b"/a/b":
            assert "more than 5 redirects" in (await failure_of(probe(port))).detail
        else:
            await measure(probe(port))
    assert site.targets[1] == target


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ([b"Location: /end", b"Location: /end"], ""),
        ([b"Location: /end", b"Location: /other"], "answered 302 to '/end, /other', which are 2 places"),
        ([b"Location:"], "answered 302, expected 2xx"),
        ([], "answered 302, expected 2xx"),
        ([b"Location: app://simpus/"], "answered 302 to 'app://simpus/', which is not an http or https URL"),
        ([b"Location: http://["], "answered 302 to 'http://[', which is not a URL"),
    ],
)
async def test_a_redirect_leads_to_one_place(fields: list[bytes], detail: str) -> None:
    async with tcp_server(Site(moved(*fields)).script) as port:
        if detail:
            failed = await failure_of(probe(port))
            assert (failed.reason, failed.detail) == ("status", f"http://127.0.0.1:{port}/a/b {detail}")
        else:
            await measure(probe(port))


async def test_a_host_is_the_same_in_other_case_and_with_a_final_dot() -> None:
    site = Site(lambda head: moved(b"Location: http://LOCALHOST.:%d/end" % port)(head))
    async with tcp_server(site.script) as port:
        await measure(probe(port, redirect_hosts=["Localhost"]))
    assert b"Host: localhost:%d\r\n" % port in site.heads[1]


async def test_a_start_page_sets_a_cookie_and_redirects_to_itself() -> None:
    def answer(head: bytes) -> bytes:
        cookie = b"seen=1" in head
        again = b"HTTP/1.1 302 Found\r\nSet-Cookie: seen=1; Path=/; HttpOnly\r\nLocation: /\r\n"
        return PAGE if cookie else again + b"Content-Length: 0\r\n\r\n"

    site = Site(answer)
    async with tcp_server(site.script) as port:
        await measure(probe(port))
    assert b"Cookie: seen=1\r\n" in site.heads[1]


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK + b"transfer-encoding: Identity \r\n\r\nok",
        OK + b"Transfer-Encoding: identity, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding:\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 D\xe9j\xe0\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        OK + b"Content-Length: 2, 2\r\n\r\nok",
    ],
    ids=[
        "identity",
        "identity after a hint",
        "identity and chunked",
        "no coding",
        "Latin-1 reason",
        "bare LF",
        "length twice",
    ],
)
async def test_an_odd_head_is_read(answer: bytes) -> None:
    async with tcp_server(always(answer)) as port:
        assert (await measure(probe(port, body_contains="ok")))["http_body_bytes"] == 2


def compressed(content: bytes, coding: bytes) -> bytes:
    return OK + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(content)) + content


async def test_content_in_gzip_is_read_though_nobody_asked_for_it() -> None:
    body = gzip.compress(b"<title>Antrean Puskesmas</title>")
    async with tcp_server(always(compressed(body, b"gzip"))) as port:
        values = await measure(probe(port, body_contains="Antrean"))
    assert values["http_body_bytes"] == len(body)


async def test_content_that_can_t_be_decoded_is_told_as_that() -> None:
    async with tcp_server(always(compressed(b"\x0b\x02\x80", b"br"))) as port:
        await measure(probe(port))
        failed = await failure_of(probe(port, body_contains="Antrean"))
    assert (failed.reason, failed.detail) == (
        "body",
        f"http://127.0.0.1:{port}/a/b: the content came compressed (br)"
        " though the request did not ask for it; 'Antrean' can't be looked for",
    )


async def test_a_coding_that_nobody_knows_leaves_the_content_as_it_is() -> None:
    async with tcp_server(always(compressed(b"Antrean", b"utf-8"))) as port:
        await measure(probe(port, body_contains="Antrean"))


@pytest.mark.parametrize("body_contains", ["", "Antrean"])
async def test_a_page_is_up_though_it_goes_on_beyond_max_bytes(body_contains: str) -> None:
    page = OK + b"Content-Length: 50000\r\n\r\nAntrean" + b"x" * 49_993
    async with tcp_server(always(page)) as port:
        values = await measure(probe(port, body_contains=body_contains, max_bytes=1024))
    assert values["http_status_code"] == 200
    assert "http_body_bytes" not in values


async def test_text_in_latin_1_is_found_in_page_and_header() -> None:
    page = OK + b"X-Nama: Kaf\xe9\r\nX-Kota: Kaf\xc3\xa9\r\n\r\nKaf\xe9"
    async with tcp_server(always(page)) as port:
        await measure(probe(port, body_contains="Kafé", header_contains={"X-Nama": "Kafé", "X-Kota": "Kafé"}))


@needs_openssl
async def test_the_final_dot_is_in_neither_sni_nor_certificate(authority: Authority) -> None:
    certificate = authority.issue("dotted", "DNS:localhost", LATER)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key_file)
    names: list[str] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    server = await asyncio.start_server(Site(lambda _: PAGE).script, "127.0.0.1", 0, ssl=context)
    url = f"https://LocalHost.:{server.sockets[0].getsockname()[1]}/"
    async with server:
        values = await measure(Http("app", url, ca_file=str(authority.ca_file)))
    assert (values["tls_certificate_valid"], names) == (1, ["localhost"])
