"""One HTTP request. It follows no redirect, and no server can make it last or grow.

A URL may hold a token, so the text of an error has no part of it.
"""

import asyncio
import ssl
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from collector.http.failure import explained
from collector.http.names import HostNames
from collector.http.trust import pinned, trusted
from wire.url import literal, netloc

USER_AGENT = "pantau-collector"
MAX_FIELD_BYTES = 2**16
MAX_FIELDS = 256
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class NoHttpAnswer(Exception):
    """The request got no whole answer. The text is one line for a person, without the URL."""


class HttpResponse(NamedTuple):
    """Header names are lower case. `is_whole` is false where the body is longer than the bytes read."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_whole: bool


async def request(
    method: str,
    url: str,
    *,
    timeout_seconds: float,
    read_bytes: int,
    headers: Mapping[str, str] = NO_HEADERS,
    body: bytes = b"",
    ca_file: str = "",
    pinned_file: str = "",
    by_proxy: bool = False,
) -> HttpResponse:
    """The answer, whatever its status. Raises NoHttpAnswer.

    `timeout_seconds` is for all of it, from the host's address to the end of the body. `read_bytes` bounds
    the body; with 0 nobody waits for one. The server's certificate is checked with the CA in `ca_file`,
    else with those of this machine; with `pinned_file` it must be the one in that file, whatever its names.
    `by_proxy` obeys HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
    """
    try:
        async with asyncio.timeout(timeout_seconds):
            parts = urlsplit(url)
            tls = _trust(ca_file, pinned_file) if parts.scheme == "https" else True
            return await _exchange(method, parts, headers, body, read_bytes, tls, by_proxy)
    except TimeoutError:
        raise NoHttpAnswer(f"no answer within {timeout_seconds:g} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NoHttpAnswer(explained(error)) from None


async def _exchange(
    method: str,
    parts: SplitResult,
    headers: Mapping[str, str],
    body: bytes,
    read_bytes: int,
    tls: ssl.SSLContext | bool,
    by_proxy: bool,
) -> HttpResponse:
    own = {"Host": netloc(parts.geturl()), "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    proxy = _proxy(parts) if by_proxy else None
    async with (
        _session() as session,
        session.request(
            method,
            _target(parts),
            headers=own | dict(headers),
            data=body or None,
            allow_redirects=False,
            ssl=tls,
            proxy=proxy,
        ) as response,
    ):
        found = {name.lower(): value for name, value in response.headers.items()}
        data = await _read(response.content, read_bytes) if read_bytes else b""
        return HttpResponse(response.status, found, data[:read_bytes], len(data) <= read_bytes)


def _trust(ca_file: str, pinned_file: str) -> ssl.SSLContext:
    """Raises ValueError."""
    return pinned(pinned_file) if pinned_file else trusted(ca_file)


def _target(parts: SplitResult) -> URL:
    """As a person wrote it, but for an address such as 127.1, which aiohttp refuses."""
    if literal(parts.hostname or ""):
        parts = parts._replace(netloc=netloc(parts.geturl()))
    return URL(parts.geturl(), encoded=True)


def _session() -> aiohttp.ClientSession:
    """For one request: no cookie, no connection and no time limit of another one is in it."""
    connector = aiohttp.TCPConnector(force_close=True, resolver=HostNames())
    connector._factory = partial(_HeadFirst, asyncio.get_running_loop())  # type: ignore[assignment]
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(),
        auto_decompress=False,  # a small answer could become a huge one
        max_line_size=MAX_FIELD_BYTES,
        max_field_size=MAX_FIELD_BYTES,
        max_headers=MAX_FIELDS,
    )


class _HeadFirst(ResponseHandler):
    """Some servers send a body with a 204, which has none. aiohttp reads it as one more head, finds it wrong,
    and forgets the answer if both came at once. So it gets the head alone first.
    """

    def data_received(self, data: bytes) -> None:
        head, blank, rest = data.partition(b"\r\n\r\n")
        super().data_received(head + blank)
        if rest:
            super().data_received(rest)


async def _read(content: aiohttp.StreamReader, at_most: int) -> bytes:
    """The body; of a longer one, a little more than `at_most`."""
    data = bytearray()
    async for part in content.iter_any():
        data += part
        if len(data) > at_most:
            break
    return bytes(data)


def _proxy(parts: SplitResult) -> str | None:
    proxy = getproxies().get(parts.scheme)
    if not proxy or proxy_bypass(parts.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
