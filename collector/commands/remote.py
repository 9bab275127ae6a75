"""One question to the running collector, through its web API."""

import asyncio
import json
import re
from typing import Any, TypeVar

import msgspec

from collector.config import CollectorConfig
from collector.http.client import HttpResponse, NoHttpAnswer, request
from collector.incidents import Incident
from runtime.errors import UserError
from wire.report import MALFORMED

TIMEOUT_SECONDS = 60.0
MAX_ANSWER_BYTES = 64 * 2**20
"""Some hundred thousand incidents."""

T = TypeVar("T")


class Refused(UserError):
    """The running collector refuses, or none runs."""


class Changed(msgspec.Struct):
    """The answer to a change. Not `changed`: somebody had the incident in hand before, or it was so."""

    changed: bool
    incident: Incident


def incident_id(given: str) -> str:
    """`given` with or without its #. Raises Refused."""
    id = given.strip().removeprefix("#")
    if not re.fullmatch(r"[\w-]+", id, re.ASCII):
        raise Refused(f"{given!r} is no incident's id; see `pantau-collector incidents`")
    return id


def ask(
    config: CollectorConfig,
    path: str,
    wanted: type[T],
    document: dict[str, Any] | None = None,
    method: str = "",
) -> T:
    """The collector's answer. `method` is else POST with a document and GET without one.

    Raises Refused and BadConfig.
    """
    host = f"[{config.web.host}]" if ":" in config.web.host else config.web.host
    files = config.web_certificate()
    url = f"{'https' if files else 'http'}://{host}:{config.web.port}{path}"
    headers = {"Content-Type": "application/json"}
    if token := config.web.token():
        if not token.isascii():
            raise Refused("web.token_file: a token is of ASCII; write another one")
        headers["Authorization"] = f"Bearer {token}"
    body = b"" if document is None else json.dumps(document).encode()
    method = method or ("POST" if body else "GET")
    try:
        answer = asyncio.run(  # without a proxy: the collector runs on this machine
            request(
                method,
                url,
                headers=headers,
                body=body,
                timeout_seconds=TIMEOUT_SECONDS,
                read_bytes=MAX_ANSWER_BYTES,
                pinned_file=str(files[0]) if files else "",
            )
        )
    except NoHttpAnswer as error:
        raise Refused(f"{url}: {error}; is the collector running?") from None
    if answer.status != 200:
        raise Refused(_detail(url, answer))
    try:
        return msgspec.json.decode(answer.body, type=wanted)
    except MALFORMED:
        raise Refused(f"{url}: something else than the collector answers; see [web] port") from None


def _detail(url: str, answer: HttpResponse) -> str:
    """The detail of FastAPI's answer in one line: a sentence of ours, or the fault in the request."""
    try:
        detail = json.loads(answer.body)["detail"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"{url}: HTTP {answer.status}: something else than the collector answers; see [web] port"
    if not isinstance(detail, list):
        return str(detail)
    return "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in detail)
