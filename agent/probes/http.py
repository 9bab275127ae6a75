"""HTTP: one request in its phases, judged by status, header, content and certificate (RFC 9110, RFC 9112)."""

import re
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

from agent import certificates
from agent.addresses import resolve
from agent.allow import ALLOWED
from agent.connection import Connection
from agent.http_exchange import Exchange, Response, fields
from agent.probe import Failed
from agent.probes.tcp import failure
from wire.probes import URL, Http, wrong_with

MAX_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}


async def measure(probe: Http, values: dict[str, float]) -> dict[str, float]:
    """Fills `values` as it goes: how far it came is worth knowing where it does not come to an end."""
    visit = Visit(probe, values)
    try:
        _judge(probe, await visit.response())
        if visit.distrust:
            raise Failed("tls", visit.distrust)
    except Failed as failed:
        raise Failed(failed.reason, failed.detail, values) from None
    return values


@dataclass(slots=True)
class Visit:
    """The way to the final response. Phases are summed over the redirects.

    Where a certificate is not valid, `distrust` says why, and the way goes on over a connection that does not
    ask for it: whether the application can be reached is another question.
    """

    probe: Http
    values: dict[str, float]
    distrust: str = ""

    async def response(self) -> Response:
        url = self.probe.url
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._fetch(url)
            if not response.is_redirect() or _expected(self.probe, response.status):
                return response
            url = self._redirected(url, response)
        raise Failed("status", f"more than {MAX_REDIRECTS} redirects, the last to {url:.200}")

    def _redirected(self, url: str, response: Response) -> str:
        location = response.headers["location"]
        said = f"{url:.200} answered {response.status} to {location!r:.200}"
        try:
            there = urldefrag(urljoin(url, location)).url
        except ValueError:
            raise Failed("status", f"{said}, which is not a URL") from None
        if not re.match(URL, there) or wrong_with(there):
            raise Failed("status", f"{said}, which is not an http or https URL")
        host = urlsplit(there).hostname
        if host not in (urlsplit(self.probe.url).hostname, *self.probe.redirect_hosts):
            raise Failed("status", f"{said}; if that is right, add {host} to redirect_hosts")
        return there

    async def _fetch(self, url: str) -> Response:
        parts = urlsplit(url)
        host = parts.hostname or ""
        started = time.monotonic()
        address = await resolve(host)
        if address != host:
            self._add("resolve", time.monotonic() - started)
        before = dict(self.values)
        try:
            return await self._exchange(parts, address, self.probe.verify_certificate)
        except ssl.SSLCertVerificationError as error:
            self.distrust = f"{host}: {error.verify_message.rstrip('.')}"
            self.values.clear()
            self.values.update(before)
            return await self._exchange(parts, address, verify=False)

    async def _exchange(self, url: SplitResult, address: str, verify: bool) -> Response:
        port = _port(url)
        with Connection(address, port) as connection:
            self._add("connect", await connection.connect())
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
            secured = await connection.secure(context, url.hostname or "")
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
        started = time.monotonic()
        head = await exchange.request(self.probe.method, url.netloc, target)
        self._add("processing", exchange.first_byte_at - started)
        self.values["http_status_code"] = head.status_code
        body = await exchange.body()
        self._add("transfer", time.monotonic() - exchange.first_byte_at)
        self.values["http_body_bytes"] = len(body)
        return Response(head.status_code, fields(head), body)

    def _add(self, phase: str, seconds: float) -> None:
        name = f"http_{phase}_seconds"
        self.values[name] = self.values.get(name, 0.0) + seconds


def _judge(probe: Http, response: Response) -> None:
    """Raises Failed for the first thing that is not as expected."""
    if not _expected(probe, response.status):
        raise Failed("status", f"{probe.url:.200} answered {response.status}, expected {probe.status}")
    for name, text in probe.header_contains.items():
        value = response.headers.get(name.lower())
        if value is None or text not in value:
            said = "is not there" if value is None else f"is {value!r:.200}"
            raise Failed("body", f"{probe.url:.200}: header {name} {said}, expected {text!r} in it")
    if probe.body_contains.encode() not in response.body:
        size = len(response.body)
        raise Failed("body", f"{probe.url:.200}: {probe.body_contains!r} is not in the body of {size} bytes")


def _expected(probe: Http, status: int) -> bool:
    if isinstance(probe.status, int):
        return status == probe.status
    return str(status)[0] == probe.status[0]


def _port(url: SplitResult) -> int:
    """Where a redirect leads, too, which no assignment tells."""
    port = url.port or PORTS[url.scheme]
    allowed = ALLOWED.get(None)
    if allowed is not None and (refusal := allowed.of_port(port)):
        raise Failed("setting", refusal)
    return port


def _context(ca_file: str, verify: bool) -> ssl.SSLContext:
    try:
        return certificates.context(ca_file, verify)
    except OSError as error:
        raise Failed(
            "setting", f"ca_file {ca_file}: {_words(error)}; give a file of certificates in PEM"
        ) from None


def _words(error: OSError) -> str:
    """OpenSSL's reason in words, else the system's."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "closed before TLS was agreed on"  # Python and OpenSSL have three names for it
    reason = getattr(error, "reason", None)
    return reason.replace("_", " ").lower() if reason else error.strerror or str(error)
