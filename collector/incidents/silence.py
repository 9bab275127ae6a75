"""Incidents about silence: an agent that does not report though its site is up, and a blind collector."""

from collections.abc import Set as AbstractSet

from collector.incidents.facts import Facts
from collector.incidents.incident import Affected, Subject
from collector.incidents.judge import judge
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.silent_together import TOGETHER, SilentTogether
from collector.incidents.sites import Sites

BLIND_SECONDS = 10.0
"""A broker that restarts is back sooner."""
COLLECTOR = Subject("collector_blind", "collector")


class SilentAgents:
    """An agent is silent while its site's router answers, or while other agents report through the site."""

    def __init__(self, facts: Facts, register: Register, sites: Sites) -> None:
        self._facts = facts
        self._register = register
        self._sites = sites
        self._together = SilentTogether(facts, register, sites)

    def awaited(self) -> AbstractSet[str]:
        """The agents whose next report can change an incident."""
        return self._facts.liveness.silent | self.of_open_incidents()

    def of_open_incidents(self) -> AbstractSet[str]:
        """The agents with an open incident about their silence, of their own or together."""
        return self._register.of_kind("agent_silent").keys() | self._together.members()

    def review(self, review: Review) -> None:
        self._together.follow(review)
        silent, liveness = self._register.of_kind("agent_silent"), self._facts.liveness
        silent.pop(TOGETHER.root, None)
        together = self._together.members()
        for agent, incident in silent.items():
            report = liveness.current_report(agent)
            if outage := self._sites.outage_of(agent):
                self._register.merged(incident, outage, review.now)
            elif report is None or agent in liveness.silent:
                continue
            elif report.received_at > incident.opened_at:
                self._register.closed(incident, report.received_at, review.now)
        for agent in sorted(liveness.silent - self._facts.out.keys() - self._sites.undecided):
            review.confirmed.add(Subject("agent_silent", agent))
            if agent in silent or agent in together:
                continue
            interval = self._facts.network.sites[agent].report_interval_seconds
            if self._site_is_up(agent, interval):
                self._open(agent, review.now)
            else:
                review.again(review.now + interval)
        self._together.gather(review)

    def _site_is_up(self, site: str, interval: float) -> bool:
        """Was the site up at a time when its agent should have reported?"""
        judgement, last = judge(self._facts, site), self._facts.liveness.last_report(site)
        return judgement.state == "up" and (last is None or judgement.as_of > last.measured_at + interval)

    def _open(self, agent: str, now: float) -> None:
        last = self._facts.liveness.last_report(agent)
        began_at = max(last.last_sign if last else 0.0, self._facts.liveness.reachable_since(agent))
        began_at = min(now, max(began_at, self._register.covered_until(agent)))
        affected = (Affected(agent, began_at),)
        self._register.opened(Subject("agent_silent", agent), "info", began_at, now, affected, "silence")


class Blindness:
    """One incident about the collector itself: it has no broker, or no agent reports."""

    def __init__(self, facts: Facts, register: Register, now: float) -> None:
        self._facts = facts
        self._register = register
        self._disconnected_at: float | None = now

    @property
    def open(self) -> bool:
        """Is the incident open? Then a report of any agent can change it."""
        return COLLECTOR in self._register.open

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
            since, reason = self._facts.liveness.deaf_since(review.now), "silence"
        blind = self._register.open.get(COLLECTOR)
        if since is None:
            if blind is not None:
                self._register.closed(blind, review.now, review.now)
        elif review.now < since + BLIND_SECONDS:
            review.again(since + BLIND_SECONDS)
        else:
            if blind is None:
                self._register.opened(COLLECTOR, "critical", since, review.now, reason=reason)
            review.confirmed.add(COLLECTOR)
