"""The collector's own metrics, as Prometheus reads them."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from collector.city.state import State
from collector.clock import SteadyClock
from collector.database.store import Store
from collector.intake.inbox import Inbox
from collector.intake.pipeline import Pipeline
from collector.inventory import City, Site
from collector.prometheus.own_metrics import WatchMetrics, registry
from collector.streams.ingest import Ingest
from tests.fakes.played_city import PlayedCity, sample_city
from tests.fakes.reporting import NOW, dropped, message, report


@pytest.fixture
def text(tmp_path: Path) -> Iterator[str]:
    """After two reports, one of them twice, a drop record, a payload that is no report, and three floods."""
    city = City(name="Pontianak", sites={"gradasi": Site(role="hotspot", name="Gradasi", district="Selatan")})
    state = State(city, {"gradasi": frozenset({("tcp", "target-0")})})
    with closing(Store(f"sqlite:///{tmp_path / 'store.sqlite'}")) as store:
        ingest = Ingest(store.epoch, state, {"gradasi": 10.0})
        poison = message("gradasi", b"\x00")
        ingest.take([report(4, 1, drops=[dropped(1, 40, None)]), report(5, 2), report(5, 2), poison], NOW)
        inbox = Inbox(SteadyClock())
        inbox.floods.over_rate.update(gradasi=3, stranger=4, another=5)
        yield generate_latest(registry(inbox, ingest, Pipeline(ingest, store), state)).decode()


def samples(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_count_is_a_metric(text: str) -> None:
    told = {
        (name.removeprefix("pantau_collector_"), *labels): value
        for (name, *labels), value in samples(text).items()
        if name.startswith("pantau_collector_") and value and "bucket" not in name and "created" not in name
    }
    assert told == {
        ("messages_total", "live"): 2,
        ("messages_total", "duplicate"): 1,
        ("messages_total", "refused"): 1,
        ("refused_messages_total", "undecodable"): 1,
        ("over_rate_messages_total", "gradasi"): 3,
        ("over_rate_messages_total", ""): 9,
        ("measurements_total", "taken"): 2,
        ("measurements_total", "unassigned"): 1,
        ("dropped_measurements_total", "full"): 40,
        ("ledger_measurements_total", "stored", "gradasi"): 3,
        ("ledger_measurements_total", "dropped", "gradasi"): 40,
        ("ledger_measurements_total", "duplicates", "gradasi"): 2,
        ("ledger_unknown_reports_total", "gradasi"): 1,
    }


def test_a_count_of_events_that_did_not_happen_is_zero(text: str) -> None:
    told = samples(text)
    for name in (
        "queue_messages",
        "queue_dropped_messages_total",
        "broker_connected",
        "failed_commits_total",
    ):
        assert told["pantau_collector_" + name,] == 0
    assert told["pantau_collector_commit_duration_seconds_count",] == 0
    assert told["pantau_collector_refused_messages_total", "newer_version"] == 0


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (apt-get install prometheus)")
def test_promtool_has_nothing_to_say(text: str) -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_causes_count_from_zero_so_that_prometheus_sees_the_first_one() -> None:
    city = PlayedCity(sample_city())
    city.watch.confirmed["link", "power"] += 1
    made = CollectorRegistry()
    made.register(WatchMetrics(city.watch))
    told = samples(generate_latest(made).decode())
    assert told["pantau_incident_cause_total", "power", "link"] == 1
    assert told["pantau_incident_cause_total", "link", "link"] == 0
    assert told["pantau_incidents_ended_total", "power_site", "site_down"] == 0
    assert told["pantau_incidents_ended_total", "unknown", "agent_silent"] == 0
