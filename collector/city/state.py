"""The city as measured: each agent's last measurements, and its states. Sans-IO: time is a parameter.

Late data is history, not state: the state counts it and does not change.
"""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from collector.city.agents import (
    MAX_AHEAD_SECONDS,
    MAX_KEPT_LINES,
    AgentState,
    Freshness,
    Latest,
    Pair,
    ProbeState,
    fresh,
    fresh_seconds,
    keep_known,
    part,
)
from collector.city.step import Step
from collector.inventory import City
from wire.messages import Assignment, Presence
from wire.report import Report, Table

__all__ = ["Applied", "Measured", "MeasurementCounts", "State", "StateChange", "fresh_seconds"]

MAX_BEHIND_SECONDS = 366 * 86400.0
"""No spool keeps a report for so long: an older one has a wrong time too."""

NO_ASSIGNMENTS: Mapping[str, Assignment] = {}
UNASSIGNED = Assignment(version=0)


class StateChange(Struct, frozen=True):
    """A change of state. `what` is "agent", "clock", or a probe: "icmp/gateway", "snmp/switch/ether1".

    `at` is Unix seconds: when it was measured, or when the collector found it out.
    """

    at: float
    agent: str
    what: str
    before: str
    after: str
    reason: str = ""


class Measured(NamedTuple):
    """One measurement: a line of a table, made at `at`, Unix seconds."""

    at: float
    table: Table
    line: int


class Applied(NamedTuple):
    """The result of a report. `unscraped` are measurements that no scrape shows: late ones, and those that
    newer ones replaced before Prometheus came by.
    """

    transitions: list[StateChange]
    unscraped: list[Measured]


class MeasurementCounts(Struct):
    """The counts of measurements that the state took and did not take; unknown metrics count in columns."""

    taken: int = 0
    late: int = 0
    undated: int = 0
    ahead: int = 0
    behind: int = 0
    unassigned: int = 0
    excess_rows: int = 0
    unknown_metrics: int = 0
    unknown_agents: int = 0


class State:
    """`expected` is per agent the (kind, target) pairs that it is to measure; the rest is refused.

    `assignments` have the address and the period of each pair; without them the interval is 10 s.
    `scraped`: Prometheus is shown the measurements; `scrapes` is how often it has looked.
    """

    def __init__(
        self,
        city: City,
        expected: Mapping[str, frozenset[Pair]],
        assignments: Mapping[str, Assignment] = NO_ASSIGNMENTS,
        *,
        scraped: bool = True,
    ) -> None:
        self.counts = MeasurementCounts()
        self.scraped = scraped
        self.scrapes = 0
        self.agents: dict[str, AgentState] = {}
        self._listening_since: float | None = None
        self.adopt(city, expected, assignments)

    def adopt(
        self,
        city: City,
        expected: Mapping[str, frozenset[Pair]],
        assignments: Mapping[str, Assignment] = NO_ASSIGNMENTS,
    ) -> None:
        """Take over another inventory. Agents and probes that stay keep their measurements."""
        self.city = city
        before, self.agents = self.agents, {}
        for id in city.sites:
            agent = self.agents[id] = before.get(id) or AgentState(id)
            agent.assign(expected.get(id, frozenset()), assignments.get(id, UNASSIGNED))

    def renumbered(self, versions: Mapping[str, int]) -> None:
        """The same assignments went out again to these agents, with other versions."""
        for id, version in versions.items():
            self.agents[id].assigned = version

    def listen(self, since: float | None) -> None:
        """The collector is connected to the broker since then. None: it is not, and judges no silence."""
        self._listening_since = since

    def hearing(self, agent: AgentState, now: float) -> Freshness:
        """An agent is silent only if the collector has listened for as long as a measurement is fresh."""
        if fresh(agent.measured, now, agent.fresh_seconds):
            return "fresh"
        since = self._listening_since
        return "unknown" if since is None or now - since < agent.fresh_seconds else "silent"

    def apply(self, agent: str, report: Report, received: float) -> Applied:
        """Take in a report that was not seen before. `received` is Unix seconds."""
        applied = Applied([], [])
        known = self.agents.get(agent)
        if known is None:
            self.counts.unknown_agents += report.body.measurements()
            return applied
        known.received = received
        at = report.measured_at(0)
        if at is None:
            self.counts.undated += report.body.measurements()
            return applied
        if not credible(at, received):
            if at > received:
                self.counts.ahead += report.body.measurements()
            else:
                self.counts.behind += report.body.measurements()
            return applied
        if at > known.measured or known.measured - received > MAX_AHEAD_SECONDS:
            known.measured = at
            if report.clock != known.clock:
                applied.transitions.append(StateChange(at, agent, "clock", known.clock, report.clock))
                known.clock = report.clock
            applied.transitions.extend(self._listened(known, received, at))
        for table in report.body.tables:
            self._take(known, report, table, received, applied)
        return applied

    def unscraped(self, agent: AgentState, now: float) -> list[Measured]:
        """The agent's latest measurements that Prometheus may not have scraped yet."""
        if not self.scraped:
            return []
        return [one for latest in agent.latest() for one in self._unscraped(agent, latest, now)]

    def presence(self, agent: str, presence: Presence, received: float) -> bool:
        """A hint that changes no state by itself. True when it shows that the agent is two."""
        known = self.agents.get(agent)
        if known is None:
            return False
        was_doubled = known.doubled(received)
        known.introduce(presence, received)
        return known.doubled(received) and not was_doubled

    def stepped(self, step: Step) -> None:
        """The wall clock was set: correct all times, and judge each probe at its next measurement."""
        for agent in self.agents.values():
            agent.stepped(step)

    def tick(self, now: float) -> list[StateChange]:
        """The changes by time alone: measurements become old, and agents silent."""
        transitions: list[StateChange] = []
        for agent in self.agents.values():
            transitions += self._listened(agent, now, now)
            for latest in agent.latest():
                if latest.verdict != "unknown" and not latest.fresh(now):
                    latest.reason = "stale"
                    transitions.append(_judged(agent, latest, now, "unknown"))
                if latest.rows:
                    latest.forget_rows(now)
        return transitions

    def _listened(self, agent: AgentState, now: float, at: float) -> list[StateChange]:
        hearing = self.hearing(agent, now)
        if hearing == agent.hearing:
            return []
        before, agent.hearing = agent.hearing, hearing
        return [StateChange(at, agent.id, "agent", before, hearing)]

    def _take(
        self, agent: AgentState, report: Report, table: Table, received: float, applied: Applied
    ) -> None:
        counts, by_target = self.counts, agent.probes.get(table.kind)
        if by_target is None:
            counts.unassigned += len(table)
            return
        counts.unknown_metrics += keep_known(table)
        of = part(table)
        agent.kept_lines += len(table)
        oldest = received - agent.fresh_seconds
        measured_at = {age_ms: report.measured_at(age_ms) or 0.0 for age_ms in set(table.age_ms)}
        for line, target in enumerate(table.target):
            latest = self._latest(by_target.get(target), table, line, of)
            if latest is None:
                continue
            at = measured_at[table.age_ms[line]]
            if at < oldest or (at < latest.at and not latest.ahead(received)):
                counts.late += 1
                applied.unscraped.append(Measured(at, table, line))
                continue
            counts.taken += 1
            if not self.scraped:
                applied.unscraped.append(Measured(at, table, line))
            elif at != latest.at:  # of two measurements of one time, only the second goes out
                applied.unscraped.extend(self._unscraped(agent, latest, received))
            verdict = latest.take(at, table, line)
            latest.received, latest.scrapes = received, self.scrapes
            if verdict != latest.verdict:
                applied.transitions.append(_judged(agent, latest, at, verdict))

        if agent.kept_lines > MAX_KEPT_LINES:
            agent.compact()

    def _latest(self, latest: Latest | None, table: Table, line: int, of: str) -> Latest | None:
        """The place of the line: its probe, or the row of its part; None, and counted, if there is none."""
        if latest is None:
            self.counts.unassigned += 1
        elif table.row:
            latest = latest.row_of(of, table.row[line], table.period_seconds)
            self.counts.excess_rows += latest is None
        return latest

    def _unscraped(self, agent: AgentState, latest: Latest, now: float) -> list[Measured]:
        """The latest measurement of one probe; nothing if Prometheus has scraped since it came."""
        if latest.table is None or (
            latest.scrapes != self.scrapes and now - latest.received >= agent.seen_seconds
        ):
            return []
        return [Measured(latest.at, latest.table, latest.line)]


def credible(at: float, received: float) -> bool:
    """Whether a report that came in at `received` may have been made at that time."""
    return received - MAX_BEHIND_SECONDS <= at <= received + MAX_AHEAD_SECONDS


def _judged(agent: AgentState, latest: Latest, at: float, verdict: ProbeState) -> StateChange:
    before, latest.verdict = latest.verdict, verdict
    return StateChange(at, agent.id, latest.what, before, verdict, latest.reason)
