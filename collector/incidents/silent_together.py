"""Many agents that fall silent together, while their sites are well, are one incident.

The cause lies in a thing that they share: a version of the agent, a provider, a POP, the broker.
"""

from collections.abc import Collection, Iterable, Mapping

from collector.incidents.facts import Facts
from collector.incidents.incident import Incident, Subject, affecting
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.sites import Sites

TOGETHER = Subject("agent_silent", "agents")
AGENTS_AT_LEAST = 10
WITHIN_SECONDS = 300.0
MOST = 0.9
"""A trait is shared if so many of the silent agents have it, and less than half of the others."""

Traits = Mapping[str, Collection[str]]


class SilentTogether:
    """The one incident about many silent agents. An agent that reports again leaves it."""

    def __init__(self, facts: Facts, register: Register, sites: Sites) -> None:
        self._facts = facts
        self._register = register
        self._sites = sites

    def members(self) -> frozenset[str]:
        """The agents that the open incident has now."""
        incident = self._register.open.get(TOGETHER)
        return frozenset(incident.affected_now) if incident is not None else frozenset()

    def follow(self, review: Review) -> None:
        """Bring the open incident up to date, before single agents are looked at."""
        incident = self._register.open.get(TOGETHER)
        if incident is None:
            return
        liveness, back = self._facts.liveness, {}
        for agent in incident.affected_now:
            report = liveness.current_report(agent)
            if self._sites.outage_of(agent) or agent not in self._facts.network.sites:
                back[agent] = review.now
            elif report is None or agent in liveness.silent:
                continue
            elif report.received_at > incident.opened_at:
                back[agent] = report.received_at
        still = set(incident.affected_now) - back.keys()
        if not still:
            self._register.closed(incident, max(back.values(), default=review.now), review.now)
            return
        affected = affecting(
            incident.affected, still, lambda _: incident.began_at, lambda agent: back.get(agent, review.now)
        )
        self._register.updated(incident, review.now, affected=affected)
        if still & liveness.silent:
            review.confirmed.add(TOGETHER)

    def gather(self, review: Review) -> None:
        """Take in the incidents of single agents that belong together."""
        singles = [one for one in self._register.of_kind("agent_silent").values() if one.subject != TOGETHER]
        incident = self._register.open.get(TOGETHER)
        if incident is None:
            singles = _together(singles)
            if len(singles) < AGENTS_AT_LEAST:
                return
            began_at = min(one.began_at for one in singles)
            incident = self._register.opened(TOGETHER, "info", began_at, review.now, reason="silence")
        else:
            last = max(entry.since for entry in incident.affected)
            singles = [one for one in singles if abs(one.began_at - last) <= WITHIN_SECONDS]
        for one in singles:
            self._register.merged(one, self._register.open[TOGETHER], review.now)
        incident = self._register.open[TOGETHER]
        shares = tuple(sorted(self._shared(set(incident.affected_now))))
        self._register.updated(incident, review.now, shares=shares)
        review.confirmed.add(TOGETHER)

    def _shared(self, silent: Collection[str]) -> Iterable[str]:
        """The traits that tell the silent agents from the others."""
        traits = self._facts.traits()
        others = self._facts.liveness.known - set(silent) - self._facts.liveness.silent
        for trait in {trait for agent in silent for trait in traits.get(agent, ())}:
            inside = sum(trait in traits.get(agent, ()) for agent in silent)
            outside = sum(trait in traits.get(agent, ()) for agent in others)
            if inside >= MOST * len(silent) and 2 * outside < max(1, len(others)):
                yield trait


def _together(singles: Iterable[Incident]) -> list[Incident]:
    """The most incidents that began within the time of one another."""
    ordered = sorted(singles, key=lambda one: one.began_at)
    best: list[Incident] = []
    first = 0
    for last, one in enumerate(ordered):
        while one.began_at - ordered[first].began_at > WITHIN_SECONDS:
            first += 1
        if last - first + 1 > len(best):
            best = ordered[first : last + 1]
    return best
