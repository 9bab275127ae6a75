"""A collector that is killed or stopped: what was open, in hand or undelivered survives; no page is false."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.free_ports import LOOPBACK
from tests.servers.mosquitto import needs_mosquitto
from tests.system.watched_city import WatchedCity, watched_city

pytestmark = needs_mosquitto

FIRING, RECOVERED = ("firing", "gradasi"), ("recovered", "gradasi")


class Door:
    """The webhook's: while it is shut nothing is taken."""

    def __init__(self) -> None:
        self.open = True
        self.refused: list[str] = []

    def answer(self, path: str, document: dict[str, Any]) -> int:
        if not self.open:
            self.refused.append(document["id"])
        return 200 if self.open else 503


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def city(tmp_path: Path, door: Door) -> Iterator[WatchedCity]:
    with watched_city(tmp_path, answer=door.answer) as running:
        running.voice.speak()
        running.until_reports()
        yield running


@pytest.fixture(params=["kill", "stop"])
def end(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def restart(city: WatchedCity, end: str) -> None:
    getattr(city.collector, end)()
    city.start()


def test_an_open_incident_goes_on_with_who_has_it_in_hand_and_is_not_told_again(
    city: WatchedCity, end: str
) -> None:
    city.voice.down("gradasi")
    city.until_told(FIRING)
    (before,) = city.incidents()
    acknowledge(city, before.id)
    restart(city, end)
    city.until_reports(30)
    (after,) = city.incidents()
    assert (after.id, after.began_at, after.acknowledged_by) == (before.id, before.began_at, "budi")
    assert city.told() == [FIRING]
    city.voice.up("gradasi")
    city.until_told(FIRING, RECOVERED)
    assert {document["incident"] for document in city.webhook.documents} == {before.id}
    assert city.webhook.documents[-1]["acknowledged_by"] == "budi"


def acknowledge(city: WatchedCity, incident: str) -> None:
    """And kill it the moment that it has said yes."""
    url = f"http://{LOOPBACK}:{city.port}/api/incidents/{incident}/acknowledgement"
    body = json.dumps({"by": "budi"}).encode()
    urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=10).close()


def test_a_notice_that_nobody_took_is_delivered_by_the_next_collector(
    city: WatchedCity, door: Door, end: str
) -> None:
    door.open = False
    city.voice.down("gradasi")
    city.until(lambda: door.refused)
    getattr(city.collector, end)()
    city.webhook.arrived.clear()
    door.open = True
    city.start()
    city.until_told(FIRING)
    assert city.webhook.documents[0]["id"] == door.refused[0], "under the same id"


def test_a_site_that_came_back_meanwhile_is_told_as_recovered(city: WatchedCity) -> None:
    city.voice.down("gradasi")
    city.until_told(FIRING)
    city.collector.kill()
    city.voice.up("gradasi")
    city.start()
    city.until_told(FIRING, RECOVERED)
    city.until_reports(10)
    assert city.told() == [FIRING, RECOVERED]
    assert city.incidents() == []


def test_a_site_that_was_lost_meanwhile_is_told_once(city: WatchedCity) -> None:
    city.collector.kill()
    city.voice.down("gradasi")
    city.start()
    city.until_told(FIRING)
    city.until_reports(10)
    assert city.told() == [FIRING]


def test_nothing_pages_until_fresh_evidence_is_in(tmp_path: Path) -> None:
    """An outage that was not told yet, and whose time to be told comes while nobody speaks of it."""
    with watched_city(tmp_path, notify_after=8.0) as city:
        city.voice.speak()
        city.until_reports()
        city.voice.down("gradasi")
        (incident,) = city.until(city.incidents)
        city.voice.leave_out("gradasi")
        assert city.told() == [], "too slow a machine for this test"
        restart(city, "kill")
        due = incident.began_at + 8.0
        city.until(lambda: time.time() > due + 1 and city.incidents())
        city.until_reports(5)
        assert city.told() == []
        city.voice.down("gradasi")
        city.until_told(FIRING)


def test_an_outage_that_ended_before_its_notice_has_none_after_a_restart(tmp_path: Path) -> None:
    with watched_city(tmp_path, notify_after=60.0) as city:
        city.voice.speak()
        city.until_reports()
        city.voice.down("gradasi")
        city.until(city.incidents)
        city.collector.kill()
        city.voice.up("gradasi")
        city.start()
        city.until(lambda: [one.status for one in city.incidents(closed=True)] == ["closed"])
        assert city.told() == []
