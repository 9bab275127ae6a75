"""Through a real Mosquitto to a real Prometheus: what is shown is what is so."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.alone import alone
from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.servers.prometheus import needs_prometheus, needs_promtool, prometheus, promtool_complaints
from tests.system.programs import eventually, one, samples
from tests.system.small_city import SmallCity, small_city

pytestmark = [needs_mosquitto, needs_namespaces]

INTERNET = "127.0.0.7"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCity]:
    with alone(), small_city(tmp_path_factory.mktemp("city")) as (running, _):
        eventually(
            lambda: one(running.metrics(), "pantau_icmp_rtt_median_seconds", target="internet"),
            seconds=30,
            why=running.said,
        )
        yield running


def test_a_ping_takes_as_long_as_fping_says(city: SmallCity) -> None:
    fping = shutil.which("fping", path="/usr/bin:/usr/sbin:/bin:/sbin")
    if fping is None:
        pytest.skip("fping is not installed")
    answer = subprocess.run(
        [fping, "-C", "20", "-p", "50", "-q", INTERNET], capture_output=True, text=True, timeout=30
    )
    theirs = sorted(float(word) / 1000 for word in answer.stderr.split(":")[1].split())
    ours = one(city.metrics(), "pantau_icmp_rtt_median_seconds", target="internet")
    assert ours is not None
    assert theirs[0] / 3 < ours.value < 3 * theirs[-1] + 0.0002
    loss = one(city.metrics(), "pantau_icmp_loss_ratio", target="internet")
    assert loss is not None
    assert loss.value == 0


def test_prometheus_clients_parser_reads_every_family(city: SmallCity) -> None:
    names = samples(city.metrics()).keys()
    assert {"pantau_agent_up", "pantau_probe_success", "pantau_icmp_echo_requests_total"} <= names
    labels = one(city.metrics(), "pantau_icmp_loss_ratio", target="internet")
    assert labels is not None
    assert labels.labels == {"site": "office", "district": "Pontianak Kota", "target": "internet"}


@needs_promtool
def test_promtool_has_nothing_to_complain_of(city: SmallCity) -> None:
    assert promtool_complaints(city.metrics().encode()) == ""


def test_the_account_balances(city: SmallCity) -> None:
    stored = one(city.own_metrics(), "pantau_collector_ledger_measurements_total", fate="stored")
    assert stored is not None
    assert stored.value > 0
    for fate in ("dropped", "rejected"):
        other = one(city.own_metrics(), "pantau_collector_ledger_measurements_total", fate=fate)
        assert other is not None
        assert other.value == 0


@needs_prometheus
def test_prometheus_stores_each_value_at_the_time_of_its_measurement(city: SmallCity, tmp_path: Path) -> None:
    job = {
        "job_name": "pantau-city",
        "metrics_path": "/metrics/city",
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
        "static_configs": [{"targets": [urlsplit(city.page).netloc]}],
    }
    with prometheus(tmp_path, {"scrape_configs": [job]}) as server:
        series = server.wait_for('pantau_icmp_echo_requests_total{target="internet"}[1m]', seconds=30)
        stored = series[0].samples
        shown = one(city.metrics(), "pantau_icmp_echo_requests_total", target="internet")
        assert shown is not None
        assert shown.timestamp is not None
        assert abs(stored[-1][0] - float(shown.timestamp)) < 30
        exposed_at = {round(at, 3) for at, _ in stored}
        assert len(exposed_at) == len(stored), "no measurement is stored twice under another time"
