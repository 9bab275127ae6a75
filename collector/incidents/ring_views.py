"""Which agent reaches which ring of the internet, by the findings that the collector believes."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from collector.causes import RingView
from collector.causes.rings import MOST, TOGETHER
from collector.incidents.facts import Facts, confirmed
from collector.incidents.network import PING
from collector.incidents.register import Register
from collector.incidents.routers import ping
from collector.incidents.sites import Sites
from collector.inventory import Ring


class RingViews:
    """The agents count that may report and whose site is not out.

    While the core is cut off, those behind it do not count: their loss is the core's. Nor do those whose site
    runs on its backup: that is another way out.
    """

    def __init__(self, facts: Facts, register: Register, sites: Sites) -> None:
        self._facts = facts
        self._register = register
        self._sites = sites

    def suspected(self) -> set[Ring]:
        """The rings that most agents of a provider may have lost; none if there is one provider alone.

        This look is cheap: in a calm city nobody needs the views.
        """
        network = self._facts.network
        if not network.has_several_exits:
            return set()
        missing = {ring: self._missing(names) for ring, names in network.targets_of_rings.items()}
        if all(len(agents) < TOGETHER for agents in missing.values()):
            return set()
        counted = self._counted()
        agents = Counter(network.exits.get(agent, "") for agent in counted)
        return {ring for ring, its in missing.items() if self._is_most(its & counted, agents)}

    def views(self) -> list[RingView]:
        """The views of all agents that count."""
        return [self._view(agent) for agent in sorted(self._counted()) if not self._facts.isolated(agent)]

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
        for site in self._register.of_kind("on_backup"):
            live = live - facts.network.depending(site)
        return live & facts.network.behind_internet if self._sites.core_is_cut else live

    def _view(self, agent: str) -> RingView:
        reached: dict[Ring, bool | None] = {}
        lost_at: dict[Ring, float] = {}
        as_of = 0.0
        for ring, names in self._facts.network.targets_of_rings.items():
            lost: list[float | None] = []
            for up, at in self._states(agent, names):
                if up:
                    reached[ring], as_of = True, max(as_of, at)
                    break
                lost.append(None if up is None else at)
            else:
                if lost:
                    known = [at for at in lost if at is not None]
                    reached[ring] = False if len(known) == len(lost) else None
                    lost_at[ring] = max(known, default=0.0)
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
