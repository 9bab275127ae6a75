"""Prometheus through cuts and restarts: it stores what was measured, all of it, and nothing else."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.free_ports import free_port
from tests.netns import needs_namespaces
from tests.servers.mosquitto import mosquitto, needs_mosquitto
from tests.servers.prometheus import Prometheus, needs_prometheus, prometheus
from tests.servers.relay import Relay, relay
from tests.system.points import Labels, Points, committed, prometheus_yml, stored
from tests.system.programs import eventually, one, samples
from tests.system.small_city import SmallCity
from wire.reconnect import BACK_SECONDS

pytestmark = [
    needs_mosquitto,
    needs_namespaces,
    needs_prometheus,
    pytest.mark.usefixtures("alone"),
    pytest.mark.timeout(300),
]

SITE = {"site": "office", "district": "Pontianak Kota"}
ECHOES = 'pantau_icmp_echo_requests_total{target="internet"}'
INVENTORY = """
[city]
name = "Small"
resolvers = ["127.0.0.53"]
internet = ["127.0.0.7"]

[sites.office]
role = "noc"
name = "The office"
district = "Pontianak Kota"
report_interval_seconds = 2
probes = [{ kind = "tcp", target = "page", address = "127.0.0.1", port = WEB_PORT, period_seconds = 1 }]

[links]
uplink = { from = "office", to = "internet" }
"""


class Scene:
    """A city, the agent's way to the broker, Prometheus and its way to the city."""

    def __init__(self, city: SmallCity, uplink: Relay, server: Prometheus, scrapes: Relay) -> None:
        self.city, self.uplink, self.server, self.scrapes = city, uplink, server, scrapes

    def await_news(self) -> None:
        """What is measured from now on gets to Prometheus."""
        self.server.wait_for(f"timestamp({ECHOES}) > {time.time()}", seconds=60)

    def await_reports(self, count: int) -> None:
        """So many more are stored at the collector."""
        live = "pantau_collector_messages_total"
        before = one(self.city.own_metrics(), live, outcome="live")
        assert before is not None
        wanted = before.value + count
        eventually(
            lambda: (now := one(self.city.own_metrics(), live, outcome="live")) and now.value >= wanted,
            why=self.city.said,
        )

    def await_the_last(self) -> Points:
        """The agent stops, and all that it measured gets to Prometheus."""
        assert self.city.agent.stop() == 0, self.city.said()
        measured = committed(self.city.folder / "agent" / "spool.db", **SITE)
        eventually(lambda: measured.keys() <= stored(self.server).keys(), seconds=30, why=self.city.said)
        return measured


@contextmanager
def scene(folder: Path, settings: str = "") -> Iterator[Scene]:
    web_port = free_port()
    with mosquitto(folder / "broker") as broker, relay(broker.port) as uplink, relay(web_port) as scrapes:
        flags = ("--web.enable-remote-write-receiver", "--query.lookback-delta=10s")
        with prometheus(folder / "prometheus", prometheus_yml(scrapes.port), *flags) as server:
            city = SmallCity(
                folder,
                broker.port,
                inventory=INVENTORY.replace("WEB_PORT", str(web_port)),
                web_port=web_port,
                settings=f'[history]\nremote_write_url = "{server.url}/api/v1/write"\n{settings}',
                agents_port=uplink.port,
            )
            try:
                yield Scene(city, uplink, server, scrapes)
            finally:
                city.agent.stop()
                city.collector.stop()


def lines(points: Points, family: str) -> dict[Labels, list[tuple[int, float]]]:
    """The series of one family, each sorted by time."""
    found: dict[Labels, list[tuple[int, float]]] = {}
    for (labels, at), value in sorted(points.items(), key=lambda point: point[0][1]):
        if ("__name__", family) in labels:
            found.setdefault(labels, []).append((at, value))
    return found


def test_what_is_stored_is_what_was_measured(tmp_path: Path) -> None:
    with scene(tmp_path) as now:
        now.await_news()

        now.uplink.cut()
        cut_at = time.time()
        now.server.wait_for("pantau_agent_up == 0", seconds=60)
        assert now.server.query(ECHOES) == [], "a silent site's series have ended"
        assert max(at for _, at in stored(now.server)) / 1000 <= cut_at
        now.uplink.mend()
        now.server.wait_for("pantau_agent_up == 1", seconds=BACK_SECONDS + 30)
        now.await_news()

        assert now.city.collector.stop() == 0
        now.city.start_collector()
        now.await_news()

        now.city.agent.kill()
        now.city.start_agent()
        now.await_news()

        now.scrapes.cut()
        now.await_reports(3)
        now.scrapes.mend()
        now.await_news()

        measured = now.await_the_last()
        assert stored(now.server) == measured
        assert {tuple(series.samples) for series in now.server.query(f"resets({ECHOES}[10m]) == 1")}
        counted = lines(measured, "pantau_icmp_echo_requests_total")
        replied = lines(measured, "pantau_icmp_echo_replies_total")
        for (_, requests), (_, replies) in zip(
            sorted_by_target(counted), sorted_by_target(replied), strict=True
        ):
            assert all(few <= many for (_, few), (_, many) in zip(replies, requests, strict=True))
        for series in counted.values():
            for (at, before), (later, after) in itertools.pairwise(series):
                assert after - before <= 1.5 + (later - at) / 1000, "one echo a second, whoever brought it"
        everything = now.server.query('{job="pantau-city"}[10m]')
        assert {series.labels["instance"] for series in everything} == {"pantau"}


def sorted_by_target(
    series: dict[Labels, list[tuple[int, float]]],
) -> list[tuple[str, list[tuple[int, float]]]]:
    return sorted((dict(labels)["target"], line) for labels, line in series.items())


def test_where_every_report_is_written_a_killed_collector_leaves_no_hole(tmp_path: Path) -> None:
    with scene(tmp_path, "every_report = true") as now:
        now.await_news()
        for _ in range(2):
            now.city.collector.kill()
            now.city.start_collector()
            now.await_news()
        shown = samples(now.city.metrics()).keys()
        assert {"pantau_agent_up", "pantau_site_info"} <= shown
        assert "pantau_icmp_echo_requests_total" not in shown
        measured = now.await_the_last()
        assert stored(now.server) == measured
