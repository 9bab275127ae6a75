"""A city that changes while everything runs: taken without a restart, refused where it is wrong."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.netns import needs_namespaces
from tests.servers.mosquitto import mosquitto, needs_mosquitto
from tests.system.programs import eventually, one
from tests.system.small_city import SmallCity
from wire.messages import Assignment, encode
from wire.probes import Icmp

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.usefixtures("alone")]

INVENTORY = """
[city]
name = "Small"
internet = ["127.0.0.7"]

[sites]
office = { role = "noc", name = "The office", report_interval_seconds = 1, ping_period_seconds = 0.25 }
"""
WITH_A_SECOND = INVENTORY.replace('"127.0.0.7"', '"127.0.0.7", "127.0.0.8"')


class LiveCity(SmallCity):
    def write(self, inventory: str) -> None:
        """At once: half a file would be refused, and told."""
        new = self.folder / "city.new"
        new.write_text(inventory)
        new.replace(self.folder / "inventory" / "city.toml")

    def echoes(self, target: str) -> float | None:
        """How many the agent has sent to it; None while it is not said."""
        sample = one(self.metrics(), "pantau_icmp_echo_requests_total", target=target)
        return sample.value if sample else None

    def until_echoes(self, target: str, more_than: float = 0) -> float:
        return eventually(lambda: self._more(target, more_than), 40, self.said)

    def until_gone(self, target: str) -> None:
        eventually(lambda: bool(self.echoes("internet")) and self.echoes(target) is None, 40, self.said)

    def _more(self, target: str, than: float) -> float | None:
        echoes = self.echoes(target)
        return echoes if echoes is not None and echoes > than else None


@pytest.fixture
def city(tmp_path: Path) -> Iterator[LiveCity]:
    """Its agent has the work of another day: a version that is a year ahead of this machine's clock."""
    ahead = Assignment(int((time.time() + 365 * 86400) * 1000), 1.0, [Icmp("old", "127.0.0.9")])
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "assignment.json").write_bytes(encode(ahead))
    with mosquitto(tmp_path / "broker") as broker:
        running = LiveCity(tmp_path, broker.port, inventory=INVENTORY)
        try:
            yield running
        finally:
            running.agent.stop()
            running.collector.stop()


def test_a_running_collector_takes_a_change_and_refuses_a_bad_one(
    city: LiveCity,
) -> None:
    first = city.until_echoes("internet", more_than=12)

    city.write(WITH_A_SECOND)
    second = city.until_echoes("internet2")
    assert second < first
    counted = city.echoes("internet")
    assert counted is not None
    assert counted > first, "what did not change counts on"

    city.write(WITH_A_SECOND.replace('role = "noc"', 'role = "nok"').replace("127.0.0.7", "127.0.0"))
    refused = "inventory not taken, the one before stays in force: city.toml: "
    for problem in (
        "sites.office.role: 'nok': write hotspot, office, pop or noc",
        "city.internet: '127.0.0' is neither an IP address nor a host name; write it like '1.1.1.1'",
    ):
        eventually(lambda problem=problem: refused + problem in city.collector.said(), why=city.said)  # type: ignore[misc]
    assert city.collector.said().count(refused) == 2
    city.until_echoes("internet2", more_than=second)
    city.until_echoes("internet", more_than=counted)

    city.write(INVENTORY)
    city.until_gone("internet2")
    city.until_echoes("internet", more_than=counted)
    city.stop()


def test_an_agent_gets_its_work_though_the_collector_s_clock_was_set_back(city: LiveCity) -> None:
    city.until_echoes("internet")
    city.write(WITH_A_SECOND)
    city.until_echoes("internet2")
    assert one(city.metrics(), "pantau_probe_success", target="old") is None
    city.stop()
