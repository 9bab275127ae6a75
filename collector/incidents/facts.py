"""The newest finding of each probe, and which findings the collector believes now.

The collector believes an agent that reports, whose own site is not out, and from the time of its trust on.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from collector.incidents.clocks import Clocks
from collector.incidents.evidence import Finding, ReportReceived, State
from collector.incidents.incident import Subject
from collector.incidents.liveness import Liveness
from collector.incidents.network import PING, Network
from collector.incidents.passage import Passage
from collector.incidents.trust import Trust

FLIP_SECONDS = 3.0
"""An agent that lives reports a loss within this time."""
HELD_UP_SECONDS = 3.0
"""A report that is older when it comes in waited for a way to the collector."""
ISOLATED_FROM = 3
"""So many pinged targets do not fail together by chance."""

Findings = dict[tuple[str, str], Finding]
"""By agent and kind of probe."""
Taken = Literal["new", "same", "late"]


def confirmed(finding: Finding) -> bool:
    """One failed run is no outage. A loss by icmp rests on many echoes: the first is older than the last."""
    return finding.measured_at > finding.since


class Facts:
    """`out` are the sites that the open incidents affect, each with the root of its incident."""

    def __init__(self, network: Network, known_agents: Iterable[str]) -> None:
        self.network = network
        self.liveness = Liveness(network, known_agents)
        self.passage = Passage(network, self.liveness)
        self.out: Mapping[str, str] = {}
        self._trust = Trust(network)
        self._clocks = Clocks()
        self._findings: dict[Subject, Findings] = {}
        self._versions: dict[str, str] = {}
        self._not_up: dict[Subject, set[tuple[str, str]]] = {}
        self._lost: dict[str, int] = {}
        self._last_loss: dict[str, float] = {}

    @property
    def troubled(self) -> Collection[Subject]:
        """The subjects that at least one probe does not find up."""
        return self._not_up.keys()

    def missing(self, subject: Subject) -> set[str]:
        """The agents that do not find the subject up, believed or not."""
        return {agent for agent, _ in self._not_up.get(subject, ())}

    def take(self, finding: Finding) -> Taken:
        """Keep the finding. It is "new", the "same" as a believed one before it, or "late"."""
        subject = self.network.subject(finding.agent, finding.kind, finding.target)
        findings = self._findings.setdefault(subject, {})
        key = (finding.agent, finding.kind)
        before = findings.get(key)
        if finding.late:
            return "late"
        if before is not None and finding.measured_at < before.measured_at:
            # it is the newer one all the same: the second report corrects the agent's clock better
            finding = msgspec.structs.replace(finding, measured_at=before.measured_at)
        if before is None or before.state != finding.state:
            findings[key] = finding
            if before is not None:
                self._count(subject, before, -1)
            self._count(subject, finding, 1)
            return "new"
        if finding.since == finding.measured_at:
            finding = msgspec.structs.replace(finding, since=before.since)
        findings[key] = finding
        return "same" if self._trust.covers(before) and confirmed(before) else "new"

    def report_received(self, report: ReportReceived, now: float) -> None:
        """Trust begins anew for an agent that was silent, or whose report waited: it was cut off.

        Older reports of the same backlog do not begin it again.
        """
        agent = report.agent
        if agent not in self.network.sites:
            return
        if report.version:
            self._versions[agent] = report.version
        received_at = now if report.received_at is None else report.received_at
        measured_at = report.measured_at
        if measured_at:
            self._clocks.report_received(agent, measured_at, received_at)
            measured_at += self._clocks.behind(agent)
        held_up = received_at - measured_at > HELD_UP_SECONDS
        if agent in self.liveness.silent or (held_up and measured_at > self._trust.since(agent)):
            self._trust.begin(agent, now)
        self.passage.report_again(agent, now)
        self.liveness.report_received(agent, measured_at, now)

    def traits(self) -> dict[str, frozenset[str]]:
        """By agent, the things that it may share with others."""
        traits = {agent: settings.traits for agent, settings in self.network.sites.items()}
        for agent, version in self._versions.items():
            if agent in traits:
                traits[agent] |= {f"version {version}"}
        return traits

    def by_our_clock(self, finding: Finding) -> Finding:
        """The finding with its times by the collector's clock, as far as the agent's clock is known."""
        behind = self._clocks.behind(finding.agent)
        if not behind:
            return finding
        at, since = finding.measured_at + behind, finding.since + behind
        return msgspec.structs.replace(finding, measured_at=at, since=since)

    def start_afresh(self, agent: str, now: float) -> None:
        """The agent had no way to the collector until now. Its trust and its silence count from now."""
        self._trust.begin(agent, now)
        self.liveness.start_afresh(agent, now)

    def await_again(self, agents: Iterable[str], now: float) -> None:
        """The agents lost one way to the collector. They have time to come back by another."""
        for agent in agents:
            if agent in self.liveness.known - self.liveness.silent:
                self.liveness.start_afresh(agent, now)

    def await_unheard(self, agents: Iterable[str], since: float, now: float) -> None:
        """Agents without a report of after `since` have their time from now, silent ones too."""
        for agent in agents:
            last = self.liveness.last_report(agent)
            if agent in self.liveness.known and (last is None or last.measured_at <= since):
                self.liveness.start_afresh(agent, now)

    def listen(self, since: float | None) -> None:
        """The broker is connected since then, or None: it is not. A new connection renews all trust."""
        self.liveness.listen(since)
        if since is not None:
            for agent in self.network.sites:
                self._trust.begin(agent, since)

    def next_look(self, now: float) -> float:
        return self._trust.next_look(now)

    def isolated(self, agent: str) -> bool:
        """The agent reaches no target at all: its losses show its own trouble, not that of others."""
        return self._lost.get(agent, 0) >= max(ISOLATED_FROM, self.network.pings.get(agent, 0))

    def last_loss(self, agent: str) -> float:
        """The time at which the agent lost its last target; 0 for never."""
        return self._last_loss.get(agent, 0.0)

    def believed(self, subject: Subject) -> list[Finding]:
        """The findings on the subject that the collector believes, without unknown ones."""
        return [
            finding
            for finding in self.findings_on(subject)
            if finding.state != "unknown" and self.believes(finding)
        ]

    def believes(self, finding: Finding) -> bool:
        """Does the agent report, and was the finding measured in the trusted time?"""
        agent = finding.agent
        if not self.hears(agent):
            return False
        if finding.state == "down":
            return self._trust.covers(finding) and not self.isolated(agent)
        return self.as_of(finding) > self._trust.since(agent)

    def findings_on(self, subject: Subject) -> Collection[Finding]:
        """The newest findings on the subject, believed or not."""
        return self._findings.get(subject, {}).values()

    def last_finding(self, agent: str, subject: Subject) -> Finding | None:
        """The agent's newest finding on the subject, believed or not."""
        return next((finding for finding in self.findings_on(subject) if finding.agent == agent), None)

    def newest(self, agent: str, kind: str, target: str) -> Finding | None:
        """The newest finding of the probe, believed or not."""
        return self._findings.get(self.network.subject(agent, kind, target), {}).get((agent, kind))

    def state_of(self, agent: str, kind: str, target: str) -> State:
        """The state by the agent's newest finding, believed or not."""
        finding = self.newest(agent, kind, target)
        return "unknown" if finding is None else finding.state

    def hears(self, agent: str) -> bool:
        """Does the agent report at present, and is its site not out?"""
        live = self.liveness.current_report(agent) is not None and agent not in self.liveness.silent
        return live and agent not in self.out

    def trusted_since(self, agent: str) -> float:
        """The Unix time from which the agent's findings count; infinity for none."""
        return self._trust.since(agent)

    def findings(self) -> Iterator[Finding]:
        """The newest finding of each probe, believed or not."""
        return (finding for findings in self._findings.values() for finding in findings.values())

    def as_of(self, finding: Finding) -> float:
        """The time up to which the finding holds.

        An agent does not report again that a target is up. It would report a loss within `FLIP_SECONDS`, so
        the target was up so long before the agent's last report. An agent that was cut off reports its losses
        within one report interval after it comes back.
        """
        last = self.liveness.last_report(finding.agent)
        if finding.state == "down" or last is None:
            return finding.measured_at
        if self._trust.covers(finding):
            return max(finding.measured_at, last.measured_at - FLIP_SECONDS)
        reported_at = last.measured_at - self.network.sites[finding.agent].report_interval_seconds
        return reported_at if reported_at > self._trust.since(finding.agent) else finding.measured_at

    def rearrange(self, network: Network, now: float) -> None:
        """The inventory changed. The findings of probes that left it are dropped."""
        self.network = self._trust.network = network
        self.passage.rearrange(network, now)
        self.liveness.rearrange(network)
        self._clocks.rearrange(network.sites)
        before, self._findings = self._findings, {}
        self._not_up, self._lost = {}, {}
        for findings in before.values():
            for (agent, kind), finding in findings.items():
                if (kind, finding.target) in network.probes.get(agent, ()):
                    self.take(finding)
        if self.liveness.listening_since is not None:
            self._trust.begin_for_new(self.liveness.listening_since)

    def _count(self, subject: Subject, finding: Finding, change: int) -> None:
        if finding.state != "up":
            probes = self._not_up.setdefault(subject, set())
            (probes.add if change > 0 else probes.discard)((finding.agent, finding.kind))
            if not probes:
                del self._not_up[subject]
        if finding.kind == PING and finding.state == "down":
            self._lost[finding.agent] = self._lost.get(finding.agent, 0) + change
            if change > 0:
                self._last_loss[finding.agent] = finding.since
