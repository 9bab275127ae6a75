"""A document in JSON, posted to a URL.

A URL may hold a token, so messages have no part of it but its host.
"""

from urllib.parse import SplitResult, urlsplit

import msgspec

from collector.clock import wall_now
from collector.http.answer import retry_after_seconds, summary
from collector.http.client import HttpResponse, NoHttpAnswer, request
from collector.inventory.city import Webhook
from collector.notices.document import Document
from collector.notify.channels.undelivered import Undelivered

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 16 * 2**20
OF_THE_DOCUMENT = frozenset({400, 413, 414, 415, 422})
"""The receiver works and refuses this document. It may take the next one."""

JSON = {"Content-Type": "application/json"}


async def send(settings: Webhook, document: Document) -> None:
    """Raises Undelivered."""
    await post(settings.url, msgspec.json.encode(document))


async def post(url: str, body: bytes) -> None:
    """A JSON document. The answer's body is not read. Raises Undelivered."""
    await _taken("POST", url, body, read_bytes=0)


async def post_and_read(url: str, body: bytes) -> bytes:
    """A JSON document, to a URL without a secret: the error has the server's own text. Raises Undelivered."""
    return await _taken("POST", url, body, MAX_ANSWER_BYTES)


async def get(url: str) -> bytes:
    """The body of a URL without a secret. Raises Undelivered."""
    return await _taken("GET", url, b"", MAX_ANSWER_BYTES)


async def delete(url: str) -> None:
    """Raises Undelivered."""
    await _taken("DELETE", url, b"", read_bytes=0)


async def _taken(method: str, url: str, body: bytes, read_bytes: int) -> bytes:
    """The body of an answer that says yes."""
    parts = urlsplit(url)
    place = f"{parts.scheme}://{parts.netloc}"
    headers = JSON if body else {}
    try:
        answer = await request(
            method, url, headers=headers, body=body, timeout_seconds=TIMEOUT_SECONDS, read_bytes=read_bytes
        )
    except NoHttpAnswer as error:
        raise Undelivered(f"{place}: {error}") from None
    if read_bytes and not answer.is_whole:
        raise Undelivered(f"{place}: answers with more than {read_bytes} bytes")
    if not 200 <= answer.status < 300:
        permanent = answer.status in OF_THE_DOCUMENT
        wait = retry_after_seconds(answer.headers.get("retry-after"), wall_now())
        raise Undelivered(f"{place}: HTTP {answer.status}{_beside(answer, parts, wait)}", permanent, wait)
    return answer.body


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
