"""An outage leaves no hole in a real database: what came late is written at its own time."""

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.bench.reports import INTERVAL_SECONDS
from tests.free_ports import free_port
from tests.netns import needs_namespaces
from tests.servers.mosquitto import mosquitto, needs_mosquitto
from tests.servers.prometheus import Prometheus, needs_prometheus, prometheus
from tests.servers.victoriametrics import needs_victoriametrics, victoriametrics
from tests.system.hour import INVENTORY, NEIGHBOURS
from tests.system.points import Points, committed, prometheus_yml, stored
from tests.system.programs import REPOSITORY, eventually, one, samples
from tests.system.small_city import SmallCity

pytestmark = [
    needs_mosquitto,
    needs_namespaces,
    pytest.mark.usefixtures("alone"),
    pytest.mark.timeout(300),
]

REPORTS = 360
BOOTED = 5000.0
SITE = {"site": "office", "district": "Pontianak Kota"}


def tsdb(name: str, folder: Path, config: dict[str, Any]) -> AbstractContextManager[Prometheus]:
    if name == "prometheus":
        return prometheus(folder / name, config, "--web.enable-remote-write-receiver")
    return victoriametrics(folder / name, config)


def live_through(spool: Path, stream: str, offset: float, first: float, count: int, kill_after: int) -> int:
    """An agent's life without a collector; how many reports it had told to be on disk."""
    command = [
        sys.executable,
        "-m",
        "tests.system.hour",
        str(spool),
        stream,
        str(offset),
        str(first),
        str(count),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        told = 0
        for line in process.stdout:
            told = int(line)
            if told == kill_after:
                process.kill()
        return told


def an_hour(spool: Path, ago_seconds: float) -> int:
    """That ended so long ago, and was killed in its middle. The reports that it had told to be on disk."""
    spool.parent.mkdir()
    length = REPORTS * INTERVAL_SECONDS
    offset = time.time() - BOOTED - length - ago_seconds
    before = live_through(spool, "00000000000000aa", offset, BOOTED, REPORTS, kill_after=REPORTS // 2)
    later = BOOTED + (before + 1) * INTERVAL_SECONDS
    return before + live_through(
        spool, "00000000000000bb", offset, later, REPORTS - before - 1, kill_after=REPORTS
    )


@contextmanager
def a_city_after_an_hours_outage(
    folder: Path, server: Prometheus, web_port: int, ago_seconds: float = 0.0
) -> Iterator[SmallCity]:
    """Everything of that hour is acknowledged and out of the queue; the agent has been stopped."""
    reports = an_hour(folder / "agent" / "spool.db", ago_seconds)
    assert reports >= REPORTS - 2
    settings = f'[history]\nremote_write_url = "{server.url}/api/v1/write"'
    with mosquitto(folder / "broker") as broker:
        city = SmallCity(folder, broker.port, inventory=INVENTORY, web_port=web_port, settings=settings)
        try:
            eventually(
                lambda: own(city, "ledger_measurements_total", fate="stored") > reports * len(NEIGHBOURS),
                seconds=60,
                why=city.said,
            )
            assert city.agent.stop() == 0
            eventually(
                lambda: own(city, "backfill_samples_total") and not own(city, "backfill_queue_reports"),
                seconds=60,
                why=city.said,
            )
            yield city
        finally:
            city.agent.stop()
            city.collector.stop()


def own(city: SmallCity, name: str, **labels: str) -> float:
    found = one(city.own_metrics(), f"pantau_collector_{name}", **labels)
    return found.value if found else 0.0


def of_the_hour(points: Points) -> Points:
    """Without what the agent measured after the outage."""
    newest = max(at for _, at in points)
    return {point: value for point, value in points.items() if newest - point[1] > 120_000}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("prometheus", marks=needs_prometheus),
        pytest.param("victoriametrics", marks=needs_victoriametrics),
    ],
)
def test_an_hours_outage_with_the_agent_killed_in_the_middle_leaves_no_hole(
    name: str, tmp_path: Path
) -> None:
    web_port = free_port()
    with (
        tsdb(name, tmp_path, prometheus_yml(web_port)) as server,
        a_city_after_an_hours_outage(tmp_path, server, web_port) as city,
    ):
        measured = committed(tmp_path / "agent" / "spool.db", **SITE)
        assert len(of_the_hour(measured)) > (REPORTS - 20) * len(NEIGHBOURS) * 8
        eventually(lambda: measured.keys() <= stored(server).keys(), seconds=30, why=city.said)
        found = stored(server)
        assert found.keys() == measured.keys()
        assert all(math.isclose(found[point], measured[point], rel_tol=1e-12) for point in measured)
        assert "pantau_collector_backfill_refused_samples_total" not in samples(city.own_metrics())


@needs_prometheus
def test_what_is_older_than_the_window_is_counted_and_named_and_the_rest_passes(tmp_path: Path) -> None:
    """Half an hour back is too old for a series that goes on, an hour for one that is new to Prometheus."""
    web_port = free_port()
    with tsdb("prometheus", tmp_path, prometheus_yml(web_port, window="30m")) as server:
        server.wait_for("up")  # a database that holds nothing yet has no window, and takes any time
        with a_city_after_an_hours_outage(tmp_path, server, web_port, ago_seconds=15 * 60) as city:
            measured = committed(tmp_path / "agent" / "spool.db", **SITE)
            missing = measured.keys() - stored(server).keys()
            window_begins = (time.time() - 30 * 60) * 1000
            refused = samples(city.own_metrics())["pantau_collector_backfill_refused_samples_total"]
            assert {sample.labels["site"] for sample in refused} == {"office"}
            assert {sample.labels["reason"] for sample in refused} == {"too_old"}
            assert sum(sample.value for sample in refused) == len(missing)
            assert len(missing) > len(measured) / 5
            assert max(at for _, at in missing) < window_begins
            assert "samples of office refused, too_old" in city.collector.said()
