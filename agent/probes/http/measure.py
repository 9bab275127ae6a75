"""HTTP: one request in its phases, judged by status, header, content and certificate (RFC 9110, RFC 9112)."""

import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from agent.net import names
from agent.net.addresses import resolve_all
from agent.net.allow import Allow
from agent.net.connection import Connection
from agent.net.failed import Failed
from agent.net.families import FAMILY_SECONDS, reached
from agent.net.sockets import connected, failure
from agent.probes.http import certificates
from agent.probes.http.content import decoded, holds, is_known
from agent.probes.http.cookies import Cookies
from agent.probes.http.exchange import Exchange, Response, response
from wire.probes import Http
from wire.url import PORTS, host_name, joined

MAX_REDIRECTS = 5
NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"})
assert names  # loaded here: the first look-up is timed without it


async def measure(probe: Http, allow: Allow, values: dict[str, float]) -> dict[str, float]:
    """Fill `values` step by step: if the request does not finish, the finished phases still count."""
    visit = Visit(probe, allow, values)
    failed = await _failed(visit)
    values |= await visit.families()
    if failed is None:
        return values
    failed.values = values
    raise failed


async def _failed(visit: "Visit") -> Failed | None:
    try:
        _judge(visit.probe, await visit.response())
    except Failed as failed:
        return failed
    return Failed("tls", visit.distrust) if visit.distrust else None


@dataclass(slots=True)
class Visit:
    """The way to the final response. Phases are summed over the redirects.

    If a certificate is not valid, `distrust` has the reason, and the probe goes on over a connection that
    does not check it: an application can be reachable with a bad certificate.
    """

    probe: Http
    allow: Allow
    values: dict[str, float]
    distrust: str = ""
    cookies: Cookies = field(default_factory=Cookies)
    addresses: Sequence[str] = ()
    until: float = field(init=False)

    def __post_init__(self) -> None:
        self.until = time.monotonic() + self.probe.timeout_seconds

    async def response(self) -> Response:
        try:
            url = _first(self.probe.url)
        except ValueError as error:
            raise Failed("setting", f"{self.probe.url:.200}: {error}") from None
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._fetch(url)
            if not response.is_redirect() or _expected(self.probe, response.status):
                return response
            self.cookies.set(url, response.cookies)
            url = self._redirected(url, response)
        raise Failed("status", f"more than {MAX_REDIRECTS} redirects, the last to {url:.200}")

    async def families(self) -> dict[str, float]:
        """The address families that reach the URL's host. The page comes first: this needs time to spare."""
        if self.until - time.monotonic() < 2 * FAMILY_SECONDS:
            return {}
        return await reached(self.addresses, self._port(urlsplit(self.probe.url)))

    def _redirected(self, url: str, response: Response) -> str:
        redirect = f"{url:.200} answered {response.status} to {response.headers['location']!r:.200}"
        try:
            (location,) = response.locations
        except ValueError:
            raise Failed("status", f"{redirect}, which are {len(response.locations)} places") from None
        try:
            there = joined(url, location)
        except ValueError as error:
            raise Failed("status", f"{redirect}, which {_not_url(error)}") from None
        host = host_name(urlsplit(there).hostname or "")
        if host not in self._hosts():
            raise Failed("status", f"{redirect}; if that is right, add {host} to redirect_hosts")
        return there

    def _hosts(self) -> Iterator[str]:
        """The hosts to which a redirect may lead."""
        for host in (urlsplit(self.probe.url).hostname or "", *self.probe.redirect_hosts):
            with suppress(ValueError):
                yield host_name(host)

    async def _fetch(self, url: str) -> Response:
        parts = urlsplit(url)
        host = parts.hostname or ""
        started = time.monotonic()
        addresses = await resolve_all(host, self.allow, self.until - started)
        self.addresses = self.addresses or addresses
        if addresses != [host]:
            self._add("resolve", time.monotonic() - started)
        before = dict(self.values)
        try:
            return await self._exchange(parts, addresses, self.probe.verify_certificate)
        except ssl.SSLCertVerificationError as error:
            self.distrust = f"{host}: {error.verify_message.rstrip('.')}"
            self.values.clear()
            self.values.update(before)
            return await self._exchange(parts, addresses, verify=False)

    async def _exchange(self, url: SplitResult, addresses: Sequence[str], verify: bool) -> Response:
        port = self._port(url)
        made = await connected(addresses, port)
        address = made.address
        with Connection(made.socket) as connection:
            self._add("connect", made.seconds)
            try:
                if url.scheme == "https":
                    await self._secure(connection, url, verify)
                return await self._request(connection, url)
            except ssl.SSLCertVerificationError:
                raise
            except ssl.SSLError as error:
                raise Failed("tls", f"{address} port {port}: {_words(error)}") from None
            except ConnectionError as error:
                raise Failed("protocol", f"{address} port {port}: {error.strerror}") from None
            except OSError as error:
                raise failure(error, address, port) from None

    async def _secure(self, connection: Connection, url: SplitResult, verify: bool) -> None:
        context = _context(self.probe.ca_file, verify)
        started = time.monotonic()
        try:
            secured = await connection.secure(context, host_name(url.hostname or ""))
        except ConnectionError as error:
            raise Failed("tls", f"{url.hostname}: {error.strerror} during the TLS handshake") from None
        self._add("tls", time.monotonic() - started)
        self.values["tls_version"] = float((secured.version() or "").removeprefix("TLSv"))
        if self.probe.verify_certificate:
            self.values["tls_certificate_valid"] = float(not self.distrust)
        with suppress(ValueError):  # a date that can't be read is no date
            name = "tls_certificate_expiry_timestamp_seconds"
            expiry = certificates.expiry(certificates.chain(secured))
            self.values[name] = min(expiry, self.values.get(name, expiry))

    async def _request(self, connection: Connection, url: SplitResult) -> Response:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        exchange = Exchange(connection, self.probe.max_bytes)
        cookie = self.cookies.header(url.geturl())
        started = time.monotonic()
        head = await exchange.request(self.probe.method, url.netloc, target, cookie)
        self._add("processing", exchange.first_byte_at - started)
        self.values["http_status_code"] = head.status_code
        body, is_whole = await exchange.body()
        self._add("transfer", time.monotonic() - exchange.first_byte_at)
        self.values.pop("http_body_bytes", None)
        if is_whole:
            self.values["http_body_bytes"] = len(body)
        return response(head, body, is_whole)

    def _port(self, url: SplitResult) -> int:
        """Checked for each redirect too: its URL is in no assignment. Raises Failed."""
        port = url.port or PORTS[url.scheme]
        if refusal := self.allow.of_port(port):
            raise Failed("setting", refusal)
        return port

    def _add(self, phase: str, seconds: float) -> None:
        name = f"http_{phase}_seconds"
        self.values[name] = self.values.get(name, 0.0) + seconds


@lru_cache(maxsize=64)  # the same few at each run
def _first(url: str) -> str:
    """A probe's URL as the request has it. Raises ValueError."""
    return joined(url, b"")


def _judge(probe: Http, response: Response) -> None:
    """Raises Failed for the first difference from the expected answer."""
    if not _expected(probe, response.status):
        raise Failed("status", f"{probe.url:.200} answered {response.status}, expected {probe.status}")
    for name, text in probe.header_contains.items():
        value = response.headers.get(name.lower())
        if value is None or (text not in value and text.encode() not in value.encode("latin-1")):
            state = "is not there" if value is None else f"is {value!r:.200}"
            raise Failed("body", f"{probe.url:.200}: header {name} {state}, expected {text!r} in it")
    if probe.body_contains:
        _judge_content(probe, response)


def _judge_content(probe: Http, response: Response) -> None:
    text, headers = probe.body_contains, response.headers
    codings = headers.get("content-encoding", "")
    if not is_known(codings) and holds(response.body, text, headers.get("content-type", "")):
        return
    try:
        content = decoded(response.body, codings, probe.max_bytes)
    except ValueError as error:
        raise Failed("body", f"{probe.url:.200}: {error}; {text!r} can't be looked for") from None
    if holds(content, text, headers.get("content-type", "")):
        return
    place = f"the body of {len(content)} bytes"
    if not response.is_whole or len(content) == probe.max_bytes:
        place = f"the first {probe.max_bytes} bytes; raise max_bytes or ask for less"
    raise Failed("body", f"{probe.url:.200}: {text!r} is not in {place}")


def _expected(probe: Http, status: int) -> bool:
    if isinstance(probe.status, int):
        return status == probe.status
    return str(status)[0] == probe.status[0]


def _context(ca_file: str, verify: bool) -> ssl.SSLContext:
    try:
        return certificates.context(ca_file, verify)
    except OSError as error:
        raise Failed(
            "setting", f"ca_file {ca_file}: {_words(error)}; give a file of certificates in PEM"
        ) from None


def _not_url(error: ValueError) -> str:
    """`joined` says it itself; Python's own words are of a URL that it can't even take apart."""
    return str(error) if str(error).startswith("is not an http") else "is not a URL"


def _words(error: OSError) -> str:
    """OpenSSL's reason in words, else the system's."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "closed before TLS was agreed on"  # Python and OpenSSL have three names for it
    reason = getattr(error, "reason", None)
    if reason in NO_TLS:
        return "it speaks no TLS there; write http:// or another port"
    return reason.replace("_", " ").lower() if reason else error.strerror or str(error)
