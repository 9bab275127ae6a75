"""What silence tells: that an agent is dead though its site is not, or that the collector is blind."""

from collections.abc import Set as AbstractSet

from collector.incidents.facts import Facts
from collector.incidents.incident import Affected, Subject
from collector.incidents.judge import judge
from collector.incidents.ledger import Register
from collector.incidents.review import Review
from collector.incidents.sites import Sites

BLIND_SECONDS = 10.0
"""A broker that is restarted is back sooner."""
COLLECTOR = Subject("collector_blind", "collector")


class SilentAgents:
    """An agent is silent while its site's router answers, or others are heard through the site."""

    def __init__(self, facts: Facts, ledger: Register, sites: Sites) -> None:
        self._facts = facts
        self._ledger = ledger
        self._sites = sites

    def awaited(self) -> AbstractSet[str]:
        """The agents from whom to hear would change something."""
        return self._facts.ears.missed | self._ledger.of_kind("agent_silent").keys()

    def review(self, review: Review) -> None:
        silent, ears = self._ledger.of_kind("agent_silent"), self._facts.ears
        for agent, incident in silent.items():
            hearing = ears.hearing(agent)
            if outage := self._sites.outage_of(agent):
                self._ledger.merged(incident, outage, review.now)
            elif (
                hearing is not None and agent not in ears.missed and hearing.received_at > incident.opened_at
            ):
                self._ledger.closed(incident, hearing.received_at, review.now)
        for agent in sorted(ears.missed - self._facts.out.keys() - self._sites.undecided):
            review.confirmed.add(Subject("agent_silent", agent))
            if agent in silent:
                continue
            interval = self._facts.network.sites[agent].report_interval_seconds
            if self._lives_on(agent, interval):
                self._open(agent, review.now)
            else:
                review.again(review.now + interval)

    def _lives_on(self, site: str, interval: float) -> bool:
        """Is the site known to be up at a time when its agent should have been heard?"""
        judgement, last = judge(self._facts, site), self._facts.ears.last(site)
        return judgement.state == "up" and (last is None or judgement.as_of > last.measured_at + interval)

    def _open(self, agent: str, now: float) -> None:
        last = self._facts.ears.last(agent)
        began_at = max(last.last_sign if last else 0.0, self._facts.ears.hearable_since(agent))
        began_at = min(now, max(began_at, self._ledger.covered_until(agent)))
        affected = (Affected(agent, began_at),)
        self._ledger.opened(Subject("agent_silent", agent), "info", began_at, now, affected, "silence")


class Blindness:
    """One incident about the collector itself: without the broker, or without a word from anyone."""

    def __init__(self, facts: Facts, ledger: Register, now: float) -> None:
        self._facts = facts
        self._ledger = ledger
        self._disconnected_at: float | None = now

    @property
    def told(self) -> bool:
        """Is there an incident about it? Then a word from anyone changes something."""
        return COLLECTOR in self._ledger.open

    def connected(self, now: float) -> None:
        self._disconnected_at = None
        self._facts.listen(now)

    def disconnected(self, now: float) -> None:
        if self._disconnected_at is None:
            self._disconnected_at = now
        self._facts.listen(None)

    def review(self, review: Review) -> None:
        since, reason = self._disconnected_at, "broker"
        if since is None:
            since, reason = self._facts.ears.deaf_since(review.now), "silence"
        blind = self._ledger.open.get(COLLECTOR)
        if since is None:
            if blind is not None:
                self._ledger.closed(blind, review.now, review.now)
        elif review.now < since + BLIND_SECONDS:
            review.again(since + BLIND_SECONDS)
        else:
            if blind is None:
                self._ledger.opened(COLLECTOR, "critical", since, review.now, reason=reason)
            review.confirmed.add(COLLECTOR)
