"""Which link a port carries, by its alias; and which pings cross each link. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from collector.inventory import City, Link, Topology
from collector.inventory.crossing import crossings
from collector.latency.minutes import WORST_RANK
from collector.latency.port import PromisedRates

BITS_PER_MEGABIT = 1e6


class RankedPing(NamedTuple):
    """A ping that crosses the link. Of several that were measured in a minute the lowest rank counts."""

    link: str
    rank: int


class LinkNames:
    """The links of one inventory by the names that a person gives their ports on a device."""

    def __init__(self, city: City) -> None:
        topology = Topology(city.sites, city.links)
        self.links: Mapping[str, Link] = city.links
        self.pings: dict[str, dict[str, RankedPing]] = {}
        """By agent and target."""
        self.crossed: set[str] = set()
        """The links that some ping crosses."""
        self._main = {site: ups[0].id for site, ups in topology.uplinks.items() if ups}
        self._by_id = {id.lower(): id for id in city.links}
        self._between: dict[tuple[str, str], str] = {}
        for site, ups in topology.uplinks.items():
            for up in ups:
                for ends in ((site, up.link.to), (up.link.to, site)):
                    self._between.setdefault((ends[0], ends[1].lower()), up.id)
        for id, crossing in crossings(city, topology).items():
            if crossing:
                self.crossed.add(id)
            for rank, across in enumerate(crossing):
                of_agent = self.pings.setdefault(across.agent, {})
                of_agent[across.target] = RankedPing(id, min(rank, WORST_RANK))

    def link_of(self, agent: str, alias: str) -> str | None:
        """The link that the alias names: itself, the site at its other end, or the agent's own site."""
        name = alias.strip().lower()
        if not name:
            return None
        if (id := self._by_id.get(name)) is not None:
            return id
        if name == agent.lower():
            return self._main.get(agent)
        return self._between.get((agent, name))

    def promised(self, link: str, agent: str) -> PromisedRates:
        """The contract as the agent's port sees it: that at the lower end receives what comes down."""
        its = self.links[link]
        down, up = (
            None if mbps is None else mbps * BITS_PER_MEGABIT for mbps in (its.down_mbps, its.up_mbps)
        )
        return PromisedRates(down, up) if agent == its.from_ else PromisedRates(up, down)
