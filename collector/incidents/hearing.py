"""Who is heard, and who is missed: silence as evidence.

Silence is judged only while the collector is connected, and not before an agent could be back since then: it
pauses before it reconnects. Where nobody at all was heard for long, the collector does not hear, and all have
their time again.
"""

import heapq
import math
from collections.abc import Iterable
from typing import NamedTuple

from collector.incidents.network import Network, WatchedSite
from wire.reconnect import BACK_SECONDS

ENOUGH_AGENTS = 3
"""So many known agents don't fall silent together: then it is us."""


class Hearing(NamedTuple):
    """Of an agent: its newest measurement, and when a report of it came in last."""

    measured_at: float
    received_at: float

    @property
    def last_sign(self) -> float:
        """When it was alive at last; an agent that can't date its reports was heard all the same."""
        return self.measured_at or self.received_at


def back_seconds(site: WatchedSite) -> float:
    """So long after its agent can be heard again its first report comes in, at the latest."""
    return max(site.silence_seconds, BACK_SECONDS + site.report_interval_seconds)


class Liveness:
    """`known` are the agents that were ever heard: only they can be missed."""

    def __init__(self, network: Network, known: Iterable[str]) -> None:
        self.listening_since: float | None = None
        self.missed: set[str] = set()
        self.known: set[str] = set(known)
        self._last: dict[str, Hearing] = {}
        self._hearable_since: dict[str, float] = {}
        self._newest_received = -math.inf
        self._heard_again = -math.inf  # when the last long quiet ended
        self._quiet_before = 0.0  # and how long it was
        self._due: list[tuple[float, str]] = []
        self.rearrange(network)

    def rearrange(self, network: Network) -> None:
        self._silence = {site: settings.silence_seconds for site, settings in network.sites.items()}
        self._back = {site: back_seconds(settings) for site, settings in network.sites.items()}
        self._shortest_silence = min(self._silence.values(), default=math.inf)
        self.known &= self._silence.keys()
        self.missed &= self._silence.keys()
        self._longest_silence = max((self._silence[agent] for agent in self.known), default=0.0)
        self._longest_back = max((self._back[agent] for agent in self.known), default=0.0)
        self._last = {agent: hearing for agent, hearing in self._last.items() if agent in self._silence}
        self._await_all()

    def listen(self, since: float | None) -> None:
        """Connected since then, or not at all. A new connection gives each agent its time, the missed too."""
        self.listening_since = since
        self.missed.clear()
        self._await_all()

    def heard(self, agent: str, measured_at: float, now: float) -> None:
        last = self._last.get(agent)
        measured_at = min(measured_at, now)
        self._last[agent] = Hearing(max(measured_at, last.measured_at) if last else measured_at, now)
        quiet, self._newest_received = now - self._newest_received, now
        if quiet > self._shortest_silence / 2:
            self._heard_again, self._quiet_before = now, quiet
        if agent in self.missed or agent not in self.known:
            self.known.add(agent)
            self.missed.discard(agent)
            self._longest_silence = max(self._longest_silence, self._silence[agent])
            self._longest_back = max(self._longest_back, self._back[agent])
            self._await(agent)

    def start_afresh(self, agent: str, now: float) -> None:
        """It could not be heard until now."""
        self._hearable_since[agent] = now
        if agent in self.missed:
            self.missed.remove(agent)
            self._await(agent)

    def last(self, agent: str) -> Hearing | None:
        """Of all time."""
        return self._last.get(agent)

    def hearing(self, agent: str) -> Hearing | None:
        """Of this connection."""
        last = self._last.get(agent)
        since = self.listening_since
        return None if last is None or since is None or last.received_at < since else last

    @property
    def due(self) -> float:
        """When the next agent may be missed, in whole seconds: not each is worth waking up for."""
        return float(math.ceil(self._due[0][0])) if self._due else math.inf

    def miss(self, now: float) -> bool:
        """Find out whose time is up; True when somebody's is."""
        found = False
        while self._due and self._due[0][0] <= now:
            _, agent = heapq.heappop(self._due)
            due = self._missed_at(agent)
            if due > now:
                heapq.heappush(self._due, (due, agent))
            elif self._may_be_deaf(agent, now):
                heapq.heappush(self._due, (now + self._silence[agent] / 2, agent))
            else:
                self.missed.add(agent)
                found = True
        return found

    def deaf_since(self, now: float) -> float | None:
        """When the last of all agents was heard, if each of them had its time since."""
        if self.listening_since is None or not self._enough():
            return None
        back_at = self.listening_since + self._longest_back
        if self._newest_received >= self.listening_since:
            back_at = self._newest_received + self._longest_silence
        return max(self._newest_received, self.listening_since) if now >= back_at else None

    def hearable_since(self, agent: str) -> float:
        """Since when it could be heard, if it tried: connected, and not behind an outage."""
        since = -math.inf if self.listening_since is None else self.listening_since
        return max(since, self._hearable_since.get(agent, -math.inf))

    def missed_by(self, agents: Iterable[str]) -> float:
        """When all of them that are not missed yet will be, if none is heard; 0 where there are none."""
        awaited = [self._missed_at(agent) for agent in agents if self._awaits(agent)]
        return float(math.ceil(max(awaited, default=0.0)))

    def _awaits(self, agent: str) -> bool:
        return self.listening_since is not None and agent in self.known and agent not in self.missed

    def _missed_at(self, agent: str) -> float:
        """Who was heard since it could be is back; the others have their time to come back."""
        silence = self._silence[agent]
        if self.listening_since is None:
            return math.inf
        since = self.hearable_since(agent)
        if self._enough() and self._quiet_before > silence / 2:
            since = max(since, self._heard_again)
        last = self._last.get(agent)
        if last is not None and last.received_at >= since:
            return last.received_at + silence
        return since + self._back[agent]

    def _may_be_deaf(self, agent: str, now: float) -> bool:
        return self._enough() and now - self._newest_received > self._silence[agent] / 2

    def _enough(self) -> bool:
        return len(self.known) - len(self.missed) >= ENOUGH_AGENTS

    def _await(self, agent: str) -> None:
        if self.listening_since is not None:
            heapq.heappush(self._due, (self._missed_at(agent), agent))

    def _await_all(self) -> None:
        self._due = []
        for agent in self.known - self.missed:
            self._await(agent)
