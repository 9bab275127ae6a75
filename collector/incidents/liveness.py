"""Agents that report, and agents that are silent.

An agent is silent only while the collector is connected, and not before it had time to come back: an agent
pauses before it reconnects. If no agent at all reports for long, the fault is the collector's, and all agents
get their time anew.
"""

import heapq
import math
from collections.abc import Iterable
from typing import NamedTuple

from collector.incidents.network import Network, WatchedSite
from wire.reconnect import BACK_SECONDS

ENOUGH_AGENTS = 3
"""So many agents do not fall silent together: then the fault is the collector's."""


class LastReport(NamedTuple):
    """The time of an agent's newest measurement, and the time at which its last report came in."""

    measured_at: float
    received_at: float

    @property
    def last_sign(self) -> float:
        """The last time at which the agent worked. A report without a time counts when it comes in."""
        return self.measured_at or self.received_at


def back_seconds(site: WatchedSite) -> float:
    """The longest time from a working connection to the first report of the site's agent."""
    return max(site.silence_seconds, BACK_SECONDS + site.report_interval_seconds)


class Liveness:
    """`known` are the agents that have ever reported. Only known agents can be `silent`."""

    def __init__(self, network: Network, known: Iterable[str]) -> None:
        self.listening_since: float | None = None
        self.silent: set[str] = set()
        self.known: set[str] = set(known)
        self._last: dict[str, LastReport] = {}
        self._reachable_since: dict[str, float] = {}
        self._newest_received = -math.inf
        self._quiet_ended = -math.inf  # when no agent had reported for long, and one did
        self._quiet_seconds = 0.0  # how long no agent had reported
        self._due: list[tuple[float, str]] = []
        self.rearrange(network)

    def rearrange(self, network: Network) -> None:
        self._silence = {site: settings.silence_seconds for site, settings in network.sites.items()}
        self._back = {site: back_seconds(settings) for site, settings in network.sites.items()}
        self._shortest_silence = min(self._silence.values(), default=math.inf)
        self.known &= self._silence.keys()
        self.silent &= self._silence.keys()
        self._longest_silence = max((self._silence[agent] for agent in self.known), default=0.0)
        self._longest_back = max((self._back[agent] for agent in self.known), default=0.0)
        self._last = {agent: report for agent, report in self._last.items() if agent in self._silence}
        self._await_all()

    def listen(self, since: float | None) -> None:
        """The broker is connected since then, or None: it is not. Each agent gets its time anew."""
        self.listening_since = since
        self.silent.clear()
        self._await_all()

    def report_received(self, agent: str, measured_at: float, now: float) -> None:
        last = self._last.get(agent)
        measured_at = min(measured_at, now)
        self._last[agent] = LastReport(max(measured_at, last.measured_at) if last else measured_at, now)
        quiet, self._newest_received = now - self._newest_received, now
        if quiet > self._shortest_silence / 2:
            self._quiet_ended, self._quiet_seconds = now, quiet
        if agent in self.silent or agent not in self.known:
            self.known.add(agent)
            self.silent.discard(agent)
            self._longest_silence = max(self._longest_silence, self._silence[agent])
            self._longest_back = max(self._longest_back, self._back[agent])
            self._await(agent)

    def start_afresh(self, agent: str, now: float) -> None:
        """The agent had no way to the collector until now: its silence counts from now."""
        self._reachable_since[agent] = now
        if agent in self.silent:
            self.silent.remove(agent)
            self._await(agent)

    def last_report(self, agent: str) -> LastReport | None:
        return self._last.get(agent)

    def current_report(self, agent: str) -> LastReport | None:
        """The agent's last report, if it came in by the present connection to the broker."""
        last = self._last.get(agent)
        since = self.listening_since
        return None if last is None or since is None or last.received_at < since else last

    @property
    def current(self) -> set[str]:
        """The agents that are not silent, and have a report by the present connection to the broker."""
        if (since := self.listening_since) is None:
            return set()
        return {agent for agent, last in self._last.items() if last.received_at >= since} - self.silent

    @property
    def due(self) -> float:
        """The next time at which an agent may be silent, in whole seconds, so that many share one look."""
        return float(math.ceil(self._due[0][0])) if self._due else math.inf

    def find_silent(self, now: float) -> bool:
        """Move the agents whose time is over to `silent`; True if there was one."""
        found = False
        while self._due and self._due[0][0] <= now:
            _, agent = heapq.heappop(self._due)
            due = self._silent_at(agent)
            if due > now:
                heapq.heappush(self._due, (due, agent))
            elif self._may_be_deaf(agent, now):
                heapq.heappush(self._due, (now + self._silence[agent] / 2, agent))
            else:
                self.silent.add(agent)
                found = True
        return found

    def deaf_since(self, now: float) -> float | None:
        """The time of the last report of any agent, if every agent has had its time since; else None."""
        if self.listening_since is None or not self._enough():
            return None
        back_at = self.listening_since + self._longest_back
        if self._newest_received >= self.listening_since:
            back_at = self._newest_received + self._longest_silence
        return max(self._newest_received, self.listening_since) if now >= back_at else None

    def reachable_since(self, agent: str) -> float:
        """The time since which the agent has a way to the collector: broker connected, no outage between."""
        since = -math.inf if self.listening_since is None else self.listening_since
        return max(since, self._reachable_since.get(agent, -math.inf))

    def silent_by(self, agents: Iterable[str]) -> float:
        """The time at which the last of these agents falls silent if none reports; 0 if there are none."""
        awaited = [self._silent_at(agent) for agent in agents if self._awaits(agent)]
        return float(math.ceil(max(awaited, default=0.0)))

    def _awaits(self, agent: str) -> bool:
        return self.listening_since is not None and agent in self.known and agent not in self.silent

    def _silent_at(self, agent: str) -> float:
        """The time at which the agent falls silent if it does not report. A returning agent has longer."""
        silence = self._silence[agent]
        if self.listening_since is None:
            return math.inf
        since = self.reachable_since(agent)
        if self._enough() and self._quiet_seconds > silence / 2:
            since = max(since, self._quiet_ended)
        last = self._last.get(agent)
        if last is not None and last.received_at >= since:
            return last.received_at + silence
        return since + self._back[agent]

    def _may_be_deaf(self, agent: str, now: float) -> bool:
        return self._enough() and now - self._newest_received > self._silence[agent] / 2

    def _enough(self) -> bool:
        return len(self.known) - len(self.silent) >= ENOUGH_AGENTS

    def _await(self, agent: str) -> None:
        if self.listening_since is not None:
            heapq.heappush(self._due, (self._silent_at(agent), agent))

    def _await_all(self) -> None:
        self._due = []
        for agent in self.known - self.silent:
            self._await(agent)
