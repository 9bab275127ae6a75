"""The commands that ask the running collector, through its web API."""

import asyncio
import json
import re
import time
from collections.abc import Iterable
from datetime import tzinfo
from typing import Any, TypeVar

import msgspec

from collector.commands.times import stamp, zone_of
from collector.config import CollectorConfig
from collector.http.client import HttpResponse, NoHttpAnswer, request
from collector.incidents import Incident
from collector.notices.render import duration
from runtime.errors import UserError
from wire.report import MALFORMED

TIMEOUT_SECONDS = 60.0
MAX_ANSWER_BYTES = 64 * 2**20
"""Some hundred thousand incidents."""

T = TypeVar("T")


class Refused(UserError):
    """The running collector refuses, or none runs."""


class InHand(msgspec.Struct):
    """The answer to an acknowledgement. Not `changed`: somebody had the incident before."""

    changed: bool
    incident: Incident


def incidents(config: CollectorConfig, closed: bool) -> list[str]:
    answer = ask(config, "/api/incidents" + ("?closed=true" if closed else ""), list[Incident])
    return lines(answer, time.time(), zone_of(config))


def acknowledge(config: CollectorConfig, incident: str, by: str) -> list[str]:
    """`incident` with or without its #. A person who took it in hand before keeps it."""
    id = incident.strip().removeprefix("#")
    if not re.fullmatch(r"[\w-]+", id, re.ASCII):
        raise Refused(f"{incident!r} is no incident's id; see `pantau-collector incidents`")
    taken = ask(config, f"/api/incidents/{id}/acknowledgement", InHand, {"by": by})
    name, at = taken.incident.acknowledged_by, taken.incident.acknowledged_at
    if taken.changed or at is None:
        return [f"{id}: taken in hand by {name}; no more reminders"]
    return [f"{id}: {name} has it in hand since {stamp(at, zone_of(config))}; nothing is changed"]


def notify_test(config: CollectorConfig, receiver: str | None) -> dict[str, str]:
    """For each receiver "delivered", or the error."""
    return ask(config, "/api/notify-test", dict[str, str], {"receiver": receiver})


def lines(incidents: Iterable[Incident], now: float, zone: tzinfo) -> list[str]:
    """One line for each incident, for a terminal."""
    return [_line(incident, now, zone) for incident in incidents] or ["no open incident"]


def _line(incident: Incident, now: float, zone: tzinfo) -> str:
    ended = incident.ended_at if incident.ended_at is not None else now
    lasted = duration(ended - incident.began_at, "en")
    sites = f"  {len(incident.affected)} sites" if len(incident.affected) > 1 else ""
    taken = f"  taken by {incident.acknowledged_by}" if incident.acknowledged_by else ""
    return (
        f"{incident.id}  {incident.status:6}  {incident.severity:8}  {incident.kind} {incident.root}"
        f"  since {stamp(incident.began_at, zone)}, {lasted}{sites}{taken}"
    )


def ask(config: CollectorConfig, path: str, wanted: type[T], document: dict[str, Any] | None = None) -> T:
    """Raises Refused and BadConfig."""
    host = f"[{config.web.host}]" if ":" in config.web.host else config.web.host
    url = f"http://{host}:{config.web.port}{path}"
    headers = {"Content-Type": "application/json"}
    if token := config.web.token():
        if not token.isascii():
            raise Refused("web.token_file: a token is of ASCII; write another one")
        headers["Authorization"] = f"Bearer {token}"
    method, body = ("GET", b"") if document is None else ("POST", json.dumps(document).encode())
    try:
        answer = asyncio.run(  # without a proxy: the collector runs on this machine
            request(
                method,
                url,
                headers=headers,
                body=body,
                timeout_seconds=TIMEOUT_SECONDS,
                read_bytes=MAX_ANSWER_BYTES,
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
