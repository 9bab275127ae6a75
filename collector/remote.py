"""What the command line asks of the running collector, over its web page."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import Any

import msgspec

from collector.config import Config
from collector.incidents import Incident
from collector.notify.words import duration

TIMEOUT_SECONDS = 60.0


class Refused(Exception):
    """One line for a person: the running collector said no, or there is none."""


def incidents(config: Config, closed: bool) -> list[str]:
    answer = _ask(config, "/api/incidents" + ("?closed=true" if closed else ""))
    return lines(msgspec.json.decode(answer, type=list[Incident]), time.time())


def acknowledge(config: Config, incident: str, by: str) -> list[str]:
    _ask(config, f"/api/incidents/{incident}/acknowledgement", {"by": by})
    return [f"{incident}: taken in hand by {by}; no more reminders"]


def notify_test(config: Config, receiver: str | None) -> list[str]:
    results: dict[str, str] = json.loads(_ask(config, "/api/notify-test", {"receiver": receiver}))
    return [f"{name}: {result}" for name, result in results.items()]


def lines(incidents: Iterable[Incident], now: float) -> list[str]:
    """For a terminal, one each."""
    return [_line(incident, now) for incident in incidents] or ["no open incident"]


def _line(incident: Incident, now: float) -> str:
    ended = incident.ended_at if incident.ended_at is not None else now
    lasted = duration(ended - incident.began_at, "en")
    began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(incident.began_at))
    sites = f"  {len(incident.affected)} sites" if len(incident.affected) > 1 else ""
    taken = f"  taken by {incident.acknowledged_by}" if incident.acknowledged_by else ""
    return (
        f"{incident.id}  {incident.status:6}  {incident.severity:8}  {incident.kind} {incident.root}"
        f"  since {began}, {lasted}{sites}{taken}"
    )


def _ask(config: Config, path: str, document: dict[str, Any] | None = None) -> bytes:
    """Raises Refused and BadConfig."""
    host = f"[{config.web.host}]" if ":" in config.web.host else config.web.host
    url = f"http://{host}:{config.web.port}{path}"
    headers = {"Content-Type": "application/json"}
    if token := config.web.token():
        headers["Authorization"] = f"Bearer {token}"
    body = None if document is None else json.dumps(document).encode()
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, body, headers), timeout=TIMEOUT_SECONDS
        ) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            detail = json.loads(error.read()).get("detail", error.reason)
        raise Refused(str(detail)) from None
    except OSError as error:
        raise Refused(f"{url}: {getattr(error, 'reason', error)}; is the collector running?") from None
