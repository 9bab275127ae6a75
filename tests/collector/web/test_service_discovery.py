"""The inventory as a real Prometheus discovers it, for a real blackbox_exporter, under our own labels."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from collector.assignments.compile import assignments, expected
from collector.city.state import State
from collector.inventory import load
from tests.collector.inventory.cities import write
from tests.collector.web.serving import Served, serving
from tests.fakes.small_city import report, table
from tests.free_ports import LOOPBACK, free_port, wait_until_listening
from tests.servers.prometheus import Series, needs_prometheus, prometheus

BLACKBOX = shutil.which("prometheus-blackbox-exporter") or ""
MODULES = {"http_2xx": {"prober": "http"}, "tcp_connect": {"prober": "tcp"}}

CITY = """
[city]
name = "Pontianak"

[sites.noc]
role = "noc"
name = "NOC"
district = "Pontianak Kota"
router = {{ address = "10.61.0.1", snmp = "mikrotik" }}
ups = "10.61.0.9"
probes = [{{ kind = "tcp", target = "web", address = "127.0.0.1", port = {port} }}]

[applications.own]
name = "Own"
url = "http://127.0.0.1:{port}/healthz"
probed_from = ["noc"]
"""


@contextmanager
def blackbox_exporter(folder: Path) -> Iterator[int]:
    port = free_port()
    (folder / "blackbox.yml").write_text(json.dumps({"modules": MODULES}))
    listening = [f"--config.file={folder / 'blackbox.yml'}", f"--web.listen-address={LOOPBACK}:{port}"]
    process = subprocess.Popen([BLACKBOX, *listening], stderr=subprocess.DEVNULL)
    try:
        wait_until_listening(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def discovering(url: str, exporter: int) -> dict[str, Any]:
    """A job as both exporters' manuals have it; blackbox_exporter takes half a second off the timeout."""
    job = url.rpartition("/")[2]
    return {
        "job_name": job,
        "scrape_interval": "1s",
        "metrics_path": "/probe" if job == "blackbox" else "/snmp",
        "http_sd_configs": [{"url": url, "refresh_interval": "1s"}],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"target_label": "__address__", "replacement": f"{LOOPBACK}:{exporter}"},
        ],
    }


def say(state: State) -> None:
    """The NOC's agent found both up, just now."""
    now = time.time()
    heard = report(table("http", "own", {}), table("tcp", "web", {}), at=now)
    state.apply("noc", heard, now)


def own(found: Sequence[Series]) -> list[dict[str, str]]:
    """Without what each scrape adds."""
    labels = [{**one.labels} for one in found]
    for one in labels:
        for name in ("__name__", "instance", "job"):
            del one[name]
    return sorted(labels, key=lambda one: one["target"])


@needs_prometheus
@pytest.mark.skipif(not BLACKBOX, reason="needs prometheus-blackbox-exporter")
def test_prometheus_discovers_the_city_under_pantaus_own_labels(
    tmp_path: Path,
) -> None:
    served = Served(now=None)
    with serving(served) as web, blackbox_exporter(tmp_path) as exporter:
        city = load(write(tmp_path / "inventory", CITY.format(port=web.port)))
        work = assignments(city, version=1)
        web.state.adopt(city, expected(work), work)
        city_job = {
            "job_name": "city",
            "scrape_interval": "250ms",
            "metrics_path": "/metrics/city",
            "static_configs": [{"targets": [f"{LOOPBACK}:{web.port}"]}],
        }
        jobs = [city_job, *(discovering(f"{web.url}/sd/{name}", exporter) for name in ("blackbox", "snmp"))]
        with prometheus(tmp_path / "prometheus", {"scrape_configs": jobs}) as server:
            say(web.state)
            server.wait_for("count(probe_success == 1) == 2")
            server.wait_for("count(pantau_probe_success == 1) == 2")
            theirs, ours = server.query("probe_success"), server.query("pantau_probe_success")
            with urlopen(f"{server.url}/api/v1/targets?state=active", timeout=10) as answer:
                active = json.load(answer)["data"]["activeTargets"]
    assert own(theirs) == own(ours)
    asked = {
        one["scrapeUrl"].partition("?")[2]: one["labels"] for one in active if one["scrapePool"] == "snmp"
    }
    place = {"site": "noc", "district": "Pontianak Kota", "job": "snmp"}
    assert {query: {**labels, "instance": ""} for query, labels in asked.items()} == {
        "module=mikrotik&target=10.61.0.1": place | {"device": "router", "instance": ""},
        "module=ups&target=10.61.0.9": place | {"device": "ups", "instance": ""},
    }
