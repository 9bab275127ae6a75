"""Evidence about certificates, clocks, spools and dropped measurements, from the city's state. Sans-IO."""

from collections.abc import Collection, Iterator, Mapping

from collector.city.agents import OWN, AgentState, Latest
from collector.city.state import State
from collector.incidents.evidence import UpkeepSeen
from collector.incidents.incident import Severity, Subject
from collector.incidents.network import OF_PANTAU
from collector.incidents.upkeep.upkeep import USED_TWICE

Certificates = Mapping[str, float]
"""The ends of the validity of pantau's own certificates, Unix seconds: of the "ca", "broker", "collector"."""

DAY_SECONDS = 86400.0
STEPS: tuple[tuple[float, Severity], ...] = ((1.0, "critical"), (7.0, "warning"), (21.0, "info"))
"""A certificate that ends within so many days has this severity."""
HELD_DAYS = 1.0
"""An agent that reports live and still holds so many days of reports does not get rid of them."""
EXPIRY = "tls_certificate_expiry_timestamp_seconds"
OWN_EXPIRY = "agent_certificate_expiry_timestamp_seconds"


class Look:
    """It remembers how many measurements each agent had dropped at the look before."""

    def __init__(self) -> None:
        self._dropped: dict[str, float] = {}

    def __call__(
        self,
        state: State,
        own: Certificates,
        tended: Collection[Subject],
        now: float,
        used_twice: Collection[str] = (),
    ) -> list[UpkeepSeen]:
        """Each thing that is not well, and those of the `tended` that are. The others are not known now.

        `own` are the certificates of the collector, its CA and its broker. `used_twice` are the sites whose
        invitation was used twice, and no box has joined since.
        """
        every = self._look(state, own, now)
        found = [seen for seen in every if seen.bad or seen.subject in tended]
        return found + list(_used_twice(state, used_twice, tended, now))

    def _look(self, state: State, own: Certificates, now: float) -> Iterator[UpkeepSeen]:
        for name, ends in own.items():
            yield _certificate(f"{OF_PANTAU}{name}", ends, now)
        for application, ends in _served(state, now).items():
            yield _certificate(application, ends, now)
        before, self._dropped = self._dropped, {}
        for agent in state.agents.values():
            vitals = agent.probes[OWN[0]][OWN[1]]
            if vitals.fresh(now):
                yield from _vitals(agent, vitals, agent.report_interval_seconds, now)
                dropped = vitals.value("agent_dropped_measurements_total") or 0.0
                self._dropped[agent.id] = dropped
                subject = Subject("agent_trouble", agent.id, "dropping")
                yield UpkeepSeen(subject, now, dropped > before.get(agent.id, dropped))
            elif agent.id in before:
                self._dropped[agent.id] = before[agent.id]


def _used_twice(
    state: State, sites: Collection[str], tended: Collection[Subject], now: float
) -> Iterator[UpkeepSeen]:
    for site in sites:
        if site in state.city.sites:
            yield UpkeepSeen(Subject("agent_trouble", site, USED_TWICE), now, True, "critical")
    for subject in tended:
        if subject.probe == USED_TWICE and subject.root not in sites:
            yield UpkeepSeen(subject, now, False)


def _served(state: State, now: float) -> dict[str, float]:
    """By application the certificate that ends first, of all places that see it."""
    ends: dict[str, float] = {}
    for agent in state.agents.values():
        for target, latest in agent.probes.get("http", {}).items():
            value = latest.value(EXPIRY) if latest.fresh(now) else None
            if value is not None and target in state.city.applications:
                ends[target] = min(value, ends.get(target, value))
    return ends


def _vitals(agent: AgentState, vitals: Latest, interval: float, now: float) -> Iterator[UpkeepSeen]:
    if (ends := vitals.value(OWN_EXPIRY)) is not None:
        yield _certificate(agent.id, ends, now)
    if (synchronized := vitals.value("agent_clock_synchronized")) is not None:
        yield UpkeepSeen(Subject("agent_trouble", agent.id, "clock"), now, synchronized == 0)
    if (held := vitals.value("agent_spooled_reports")) is not None:
        much = held * interval >= HELD_DAYS * DAY_SECONDS
        yield UpkeepSeen(Subject("agent_trouble", agent.id, "spool"), now, much)


def _certificate(root: str, ends: float, now: float) -> UpkeepSeen:
    left = (ends - now) / DAY_SECONDS
    severity = next((severity for days, severity in STEPS if left <= days), None)
    subject = Subject("certificate_expiry", root)
    return UpkeepSeen(subject, now, severity is not None, severity or "info", ends)
