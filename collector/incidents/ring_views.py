"""Which agent reaches which ring of the internet, by the findings that the collector believes."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from collector.causes import RingView
from collector.causes.rings import MOST, TOGETHER
from collector.incidents.facts import Facts, confirmed
from collector.incidents.network import PING
from collector.incidents.routers import ping
from collector.incidents.sites import Sites
from collector.inventory import Ring

Rings = Mapping[Ring, Collection[str]]
"""The targets of each ring."""


class RingViews:
    """The agents count that may report and whose site is not out. While the core is cut off, those behind it
    do not count: their loss is the core's."""

    def __init__(self, facts: Facts, sites: Sites) -> None:
        self._facts = facts
        self._sites = sites

    @property
    def rings(self) -> Rings:
        found: dict[Ring, list[str]] = {}
        for target, ring in self._facts.network.rings.items():
            found.setdefault(ring, []).append(target)
        return found

    def suspected(self) -> set[Ring]:
        """The rings that most agents of a provider may have lost; none if there is one provider alone.

        This look is cheap: in a calm city nobody needs the views.
        """
        network = self._facts.network
        if len(set(network.exits.values())) < 2:
            return set()
        missing = {ring: self._missing(names) for ring, names in self.rings.items()}
        if all(len(agents) < TOGETHER for agents in missing.values()):
            return set()
        counted = self._counted()
        agents = Counter(network.exits.get(agent, "") for agent in counted)
        return {ring for ring, its in missing.items() if self._is_most(its & counted, agents)}

    def views(self) -> list[RingView]:
        """The views of all agents that count."""
        missing = set().union(*(self._facts.missing(ping(name)) for name in self._facts.network.rings))
        agents = (agent for agent in sorted(self._counted()) if not self._facts.isolated(agent))
        return [self._view(agent) if agent in missing else self._well(agent) for agent in agents]

    def _missing(self, names: Collection[str]) -> set[str]:
        """The agents that find none of the targets up."""
        return set.intersection(*(self._facts.missing(ping(name)) for name in names))

    def _is_most(self, missing: Collection[str], agents: Mapping[str, int]) -> bool:
        by_provider = Counter(self._facts.network.exits.get(agent, "") for agent in missing)
        most = any(
            count >= MOST * agents[provider] for provider, count in by_provider.items() if provider != ""
        )
        return most and len(missing) >= TOGETHER

    def _counted(self) -> set[str]:
        facts = self._facts
        live = facts.liveness.known - facts.liveness.silent - facts.out.keys() - self._sites.undecided
        return live & facts.network.behind_internet if self._sites.core_is_cut else live

    def _well(self, agent: str) -> RingView:
        """The view of an agent that misses no target: one of them tells the time of all."""
        states = self._states(agent, self._facts.network.rings)
        up, as_of = next(states, (None, 0.0))
        exit = self._facts.network.exits.get(agent, "")
        return RingView(agent, exit, dict.fromkeys(self._rings_of(agent), up), as_of=as_of)

    def _rings_of(self, agent: str) -> Iterator[Ring]:
        probes = self._facts.network.probes.get(agent, ())
        for ring, names in self.rings.items():
            if any((PING, name) in probes for name in names):
                yield ring

    def _view(self, agent: str) -> RingView:
        reached: dict[Ring, bool | None] = {}
        lost_at: dict[Ring, float] = {}
        as_of = 0.0
        for ring, names in self.rings.items():
            states = list(self._states(agent, names))
            if not states:
                continue
            up = [at for state, at in states if state]
            reached[ring] = True if up else False if all(state is False for state, _ in states) else None
            as_of = max([as_of, *up])
            if reached[ring] is False:
                lost_at[ring] = max(at for _, at in states)
        return RingView(agent, self._facts.network.exits.get(agent, ""), reached, lost_at, as_of)

    def _states(self, agent: str, names: Collection[str]) -> Iterator[tuple[bool | None, float]]:
        """Of each target that the agent can measure: is it up as of when, or lost since when?"""
        facts = self._facts
        for name in names:
            if (PING, name) not in facts.network.probes.get(agent, ()):
                continue
            finding = facts.newest(agent, PING, name)
            if finding is not None and finding.state == "unknown":
                continue
            if finding is None or not facts.believes(finding):
                yield None, 0.0
            elif finding.state == "up":
                yield True, facts.as_of(finding)
            else:
                yield (False if confirmed(finding) else None), finding.since
