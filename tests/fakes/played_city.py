"""A city whose agents say what a test has them say, through ingest, state and watch, in virtual time."""

import random
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from msgspec import structs

from collector.assignments.compile import Compiler, expected
from collector.city.state import State
from collector.incidents import Acknowledged, Network, network_of
from collector.intake.watch import Watch
from collector.inventory import City, Inventory
from collector.inventory.targets import UPLINK
from collector.latency import WorkingLatency
from collector.past import Past
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Message
from wire.messages import Presence, encode
from wire.probes import Probe, kind
from wire.report import MAX_MEASUREMENTS, Body, Previous, Table, encode_body, seal
from wire.topics import topic

SAMPLE = Path(__file__).parents[2] / "demo/city"
START = 1_790_233_200.0  # 24 September 2026, 14:00 in Pontianak
ROUND_SECONDS = 10
REPORTS_IN_A_ROUND = 20
"""At most, of one agent: a NOC's measurements do not fit into one report."""
FOUND = {"status": {"http_status_code": 503.0}}
ECHOES = {"icmp_echo_requests_total": 90_000.0, "icmp_echo_replies_total": 89_730.0}
STREAM = "00c0ffee{:08x}"
"""The stream of an agent's run, by its number."""
BOOT_SECONDS = 30
SECONDS = {"icmp": 0.004, "tcp": 0.012, "dns": 0.018, "http": 0.14, "snmp": 0.4}


def sample_city() -> City:
    """The 102 sites of demo/city, without feeders, and nobody who is written to."""
    city = Inventory(SAMPLE).city
    sites = {id: structs.replace(site, feeder="") for id, site in city.sites.items()}
    return structs.replace(city, sites=sites, receivers={})


class PlayedCity:
    """`cut` are sites that nothing passes through. So are the `dark` ones, whose agents start anew when they
    have power again. `cut_mains` are sites whose main link is cut, while a backup across the internet carries
    them with all that is behind. `stopped` are agents that say nothing, `failing` what each agent, or "" for
    all, finds at a target: a reason. `losing` has, by site, the share of packets that the site's link loses.
    `batteries` has, by site, since when its UPS runs on the battery, and when that is empty. `ends` has, by
    application, the end of its certificate, `vitals` an agent's own values, `rows` what it reads of devices.
    """

    def __init__(self, city: City, now: float = START) -> None:
        self.city, self.now = city, now
        self.assignments = Compiler(city).assignments(1)
        self.network: Network = network_of(city, self.assignments)
        self.state = State(city, expected(self.assignments), self.assignments)
        intervals = dict.fromkeys(city.sites, float(ROUND_SECONDS))
        self._ingest = Ingest("played", self.state, intervals)
        self.traffic = self._ingest.traffic
        self.traffic.adopt(ZoneInfo(city.timezone), now)
        self.watch = Watch(self.state, self.assignments, now)
        self.past = Past(now)
        self.latency = WorkingLatency(now)
        self.latency.adopt(city)
        self.past.adopt(expected(self.assignments))
        self.cut: set[str] = set()
        self.cut_mains: set[str] = set()
        self.dark: set[str] = set()
        self.stopped: set[str] = set()
        self.failing: dict[tuple[str, str], str] = {}
        self.losing: dict[str, float] = {}
        self.batteries: dict[str, tuple[float, float]] = {}
        self.ends: dict[str, float] = {}
        self.vitals: dict[str, dict[str, float]] = {}
        self.rows: dict[str, list[Table]] = {}
        self.unmeasured = False  # agents report, and have measured nothing yet
        self.connected = True
        self.agents_error = 0.0  # of the time that they have of the collector
        self._runs: dict[str, list[float]] = {site: [now - 1000] for site in city.sites}
        self._random = random.Random(1)
        self._seq = 0
        self._without_power: set[str] = set()
        self.state.listen(now)
        self._take(self._introductions())

    def run(self, seconds: int, round_seconds: int = ROUND_SECONDS) -> None:
        """Each agent reports once a round; what is decided in between is decided by the second."""
        for second in range(seconds):
            if second % round_seconds == 0:
                self._seq += REPORTS_IN_A_ROUND
                self._take(self._reports() if self.connected else ())
            else:
                self._take(())
            self.now += 1

    def copy(self) -> Self:
        """A city that goes on from here alone. The inventory stays the same object: nothing changes it."""
        return deepcopy(self, {id(self.city): self.city, id(self.assignments): self.assignments})

    def lose_broker(self) -> None:
        self.connected = False
        self.state.listen(None)

    def acknowledge(self, root: str, by: str) -> None:
        (incident,) = (one for one in self.watch.incidents.open() if one.root == root)
        self.watch.do(Acknowledged(incident.id, by), "page", self.now)
        self._take(())

    def _take(self, messages: Iterable[Message]) -> None:
        taken = self._ingest.take(messages, self.now).taken if messages else []
        self.past.take(taken, self.now)
        self.latency.take(taken, self.now)
        self.watch.judge(taken, self.connected, self.now)
        self.state.tick(self.now)

    def _introductions(self) -> Iterator[Message]:
        presence = encode(Presence(True, boot="b1", version="0.1.0", stream=STREAM.format(1), assignment=1))
        for site in self.city.sites:
            yield Message(topic(site, "presence"), presence, self.now)

    def _reports(self) -> Iterator[Message]:
        before, self._without_power = self._without_power, set(self.dark)
        struck = self.cut | self.dark
        out = struck | self.network.cut_off(struck)
        for number, (site, assignment) in enumerate(self.assignments.items()):
            if site in before - self.dark:
                self._runs[site].append(self.now - BOOT_SECONDS)
            if site in out or site in self.stopped:
                continue
            number_of_run, began_at = len(self._runs[site]), self._runs[site][-1]
            at = self.now - number % 7 / 10
            tables = [] if self.unmeasured else list(self._tables(site, assignment.probes, out))
            previous = Previous(STREAM.format(number_of_run - 1), self._seq) if number_of_run > 1 else None
            tables += [self._vitals(site), *self.rows.get(site, ())]
            for part, first in enumerate(range(0, len(tables), MAX_MEASUREMENTS)):
                its = tables[first : first + MAX_MEASUREMENTS]
                body = Body(at - began_at, tables=its, previous=previous)
                seq = self._seq + part
                payload = seal(
                    encode_body(body),
                    stream=STREAM.format(number_of_run),
                    seq=seq,
                    base=seq,
                    boot=f"b{number_of_run}",
                    sent=body.at,
                    offset=began_at + self.agents_error,
                    clock="ntp",
                )
                yield Message(topic(site, "report"), payload, self.now)

    def _tables(self, site: str, probes: Iterable[Probe], out: set[str]) -> Iterator[Table]:
        for probe in probes:
            reason = self.failing.get((site, probe.target)) or self.failing.get(("", probe.target), "")
            if probe.target in out or self._crosses_cut_main(site, probe.target):
                reason = "timeout"
            values = self._values(kind(probe)) if not reason else FOUND.get(reason, {})
            if probe.target == "ups":
                values = self._ups(site)
            lost = self.losing.get(site) or self.losing.get(probe.target)
            if lost and kind(probe) == "icmp" and probe.target != "gateway":
                values = {**values, **ECHOES, "icmp_loss_ratio": lost}
            if probe.target in self.ends and not reason:
                values = {**values, "tls_certificate_expiry_timestamp_seconds": self.ends[probe.target]}
            yield Table(
                kind=kind(probe),
                target=[probe.target],
                age_ms=[0],
                values={name: [value] for name, value in values.items()},
                reason=[reason] if reason else [],
            )

    def _crosses_cut_main(self, agent: str, target: str) -> bool:
        """No ping of the city's network passes a backup across the internet."""
        place = self.network.parents.get(agent, "") if target == UPLINK else target
        behind = (self.network.depending(site) for site in self.cut_mains)
        return place in self.city.sites and any((agent in one) != (place in one) for one in behind)

    def _values(self, kind: str) -> Mapping[str, float]:
        seconds = SECONDS[kind] * self._random.lognormvariate(0, 0.6)
        name = {"icmp": "icmp_rtt_median_seconds", "tcp": "tcp_connect_duration_seconds"}.get(kind)
        values = {"probe_duration_seconds": seconds}
        if name:
            values[name] = seconds
        if kind == "dns":
            values["dns_lookup_duration_seconds"] = seconds
        if kind == "icmp":
            values["icmp_loss_ratio"] = self._random.choice((*[0.0] * 19, 0.1))
        return values

    def _ups(self, site: str) -> Mapping[str, float]:
        if site not in self.batteries:
            return {"ups_on_battery_seconds": 0.0}
        since, empty_at = self.batteries[site]
        left = max(0.0, empty_at - self.now)
        return {"ups_on_battery_seconds": self.now - since, "ups_battery_remaining_seconds": left}

    def _vitals(self, site: str) -> Table:
        values = {"agent_spooled_reports": 0.0, **self.vitals.get(site, {})}
        columns: dict[str, list[float | None]] = {name: [value] for name, value in values.items()}
        return Table(kind="agent", target=["self"], age_ms=[0], values=columns)
