"""CPU time to take reports into the state and to render 100,000 series, beside prometheus-client."""

import gzip
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.city.state import State
from collector.incidents import Connected, Incidents, ReportReceived, network_of
from collector.inventory import City, Site
from collector.prometheus.exposition import FAMILIES, Exposition
from collector.web.compression import GZIP_LEVEL
from collector.web.pages import render
from collector.web.status import status
from collector.web.words import Speaker
from tests.bench.reports import SAMPLES, TARGETS, VALUES, payloads
from wire.metrics import CATALOGUE
from wire.report import decode_report
from wire.topics import parse

T = TypeVar("T")

NOW = 1.79e9
AGENTS = -(-100_000 // (SAMPLES + len(TARGETS)))
REPORTS = 3
ROUNDS = 5
BUDGET_SECONDS = 0.10


class Peer(Collector):
    """The same measurements as a custom collector of prometheus-client gives them."""

    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for site, target, at, family, value in self._samples():
            if family not in families:
                kind = CounterMetricFamily if FAMILIES[family].type == "counter" else GaugeMetricFamily
                names = ("site", "district", "target")
                families[family] = kind(family, FAMILIES[family].help, labels=names)
            families[family].add_metric((site, "Pontianak Selatan", target), value, timestamp=at)
        return families.values()

    def _samples(self) -> Iterator[tuple[str, str, float, str, float]]:
        for agent in self._state.agents.values():
            for latest in agent.latest():
                if latest.table is not None and latest.fresh(NOW):
                    yield agent.id, latest.target, latest.at, "pantau_probe_success", latest.verdict == "up"
                    for name, column in latest.table.values.items():
                        value = column[latest.line]
                        if value is not None:
                            yield agent.id, latest.target, latest.at, CATALOGUE[name].family, value


def run() -> list[tuple[str, str]]:
    state, apply_seconds = _city()
    incidents = _heard(state)
    exposition, registry = Exposition(state, incidents, "0"), CollectorRegistry()
    registry.register(Peer(state))
    ours, text = best(lambda: b"".join(exposition.render(NOW)))
    theirs, peer_text = best(lambda: generate_latest(registry))
    zipped, packed = best(lambda: gzip.compress(text, GZIP_LEVEL))
    tick, _ = best(lambda: state.tick(NOW))
    page, html = best(lambda: _status_page(state, incidents))
    return [
        ("city", f"{AGENTS} agents, {len(TARGETS)} measurements × {VALUES} values each"),
        ("take a report in", f"{apply_seconds * 1e6:.0f} µs of CPU"),
        ("tick", f"{tick * 1e3:.1f} ms of CPU, each second"),
        ("render", f"{_per_100k(ours, text)} (budget {BUDGET_SECONDS} s)"),
        ("prometheus-client", f"{_per_100k(theirs, peer_text)}; ratio {ours / theirs:.2f}"),
        ("longest without a pause", f"{_longest_stretch(exposition) * 1e3:.1f} ms"),
        ("gzip", f"{zipped:.3f} s of CPU, {len(text) / 1e6:.1f} MB become {len(packed) / 1e6:.1f}"),
        ("status page", f"{page * 1e3:.1f} ms of CPU for {AGENTS} sites, {len(html) / 1e3:.0f} kB"),
    ]


def _city() -> tuple[State, float]:
    """Its state, and the CPU seconds that each report took."""
    received = [(parse(topic), decode_report(payload)) for topic, payload in payloads(AGENTS, REPORTS, NOW)]
    reports = [(parsed[0], report) for parsed, report in received if parsed]
    site = Site(role="hotspot", name="Kampung", district="Pontianak Selatan")
    pairs = frozenset(("icmp", target) for target in TARGETS)
    agents = dict.fromkeys(agent for agent, _ in reports)
    state = State(City(name="Pontianak", sites=dict.fromkeys(agents, site)), dict.fromkeys(agents, pairs))
    started = time.process_time()
    for agent, report in reports:
        state.apply(agent, report, NOW)
    return state, (time.process_time() - started) / len(reports)


def _heard(state: State) -> Incidents:
    """Every agent is, so that each site is judged."""
    incidents = Incidents(network_of(state.city, {}), NOW)
    incidents.apply([Connected(), *(ReportReceived(agent, NOW) for agent in state.agents)], NOW)
    return incidents


def _status_page(state: State, incidents: Incidents) -> bytes:
    city = state.city
    say = Speaker("en", ZoneInfo(city.timezone), NOW)
    seen = status(state, incidents, {}, say)
    return render("status.html", say, city=city.name, version="0", lang="", status=seen, find="")


def best(do: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of the best of some rounds, and what came of it."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        made = do()
        spent.append(time.process_time() - started)
    return min(spent), made


def _per_100k(seconds: float, text: bytes) -> str:
    series = sum(1 for line in text.splitlines() if not line.startswith(b"#"))
    return f"{seconds / series * 1e5:.3f} s of CPU for 100k series of {series}"


def _longest_stretch(exposition: Exposition) -> float:
    stretches = []
    started = time.process_time()
    for _ in exposition.render(NOW):
        ended = time.process_time()
        stretches.append(ended - started)
        started = ended
    return max(stretches)


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:24} {value}")
