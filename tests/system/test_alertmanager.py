"""A real collector at a real Alertmanager: an alert fires while the outage lasts, over any kill."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.servers.alertmanager import Alertmanager, alertmanager, needs_alertmanager
from tests.servers.mosquitto import needs_mosquitto
from tests.servers.webhook import Webhook
from tests.system.watched_city import WatchedCity, watched_city

pytestmark = [needs_mosquitto, needs_alertmanager]


class Room(NamedTuple):
    """`shift` is told by Alertmanager."""

    city: WatchedCity
    alertmanager: Alertmanager
    shift: Webhook

    def firing(self) -> list[str]:
        return [alert["labels"]["site"] for alert in self.alertmanager.alerts()]

    def told(self) -> list[str]:
        return [message["status"] for message in self.shift.documents]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with (
        closing(Webhook()) as shift,
        alertmanager(tmp_path / "alertmanager", shift.url) as server,
        watched_city(tmp_path) as city,
    ):
        city.voice.speak()
        city.until_reports()
        with (tmp_path / "inventory" / "city.toml").open("a") as inventory:
            inventory.write(f'\n[receivers.noc]\nalertmanager = {{ url = "{server.url}" }}\n')
        city.until(lambda: "inventory taken" in city.collector.said())
        city.voice.down("gradasi")
        room = Room(city, server, shift)
        city.until(lambda: room.told() == ["firing"])
        yield room


def test_an_alert_outlives_a_kill_of_the_collector_until_the_outage_ends(room: Room) -> None:
    room.city.collector.kill()
    assert room.firing() == ["gradasi"]
    room.city.start()
    room.city.until_reports(10)
    assert room.firing() == ["gradasi"]
    room.city.voice.up("gradasi")
    room.city.until(lambda: room.told() == ["firing", "resolved"])
    assert room.firing() == []


def test_an_outage_that_ended_while_the_collector_was_dead_is_told_as_resolved(room: Room) -> None:
    room.city.collector.kill()
    room.city.voice.up("gradasi")
    room.city.start()
    room.city.until(lambda: room.told() == ["firing", "resolved"])
    assert room.firing() == []
