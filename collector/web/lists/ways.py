"""The state of each link, from what agents measure across it. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from collector.city.agents import Latest
from collector.city.state import State
from collector.incidents import Incident, Incidents
from collector.incidents.network import PROVIDER
from collector.inventory import City, Link, Topology
from collector.inventory.crossing import Across, crossings
from collector.web.verdict import verdict

PING = "icmp"
LinkState = Literal["down", "unknown", "in_use", "standby", "up"]
OF_THE_SITE = ("site_down", "on_backup", "flapping", "degraded")
"""The kinds of incidents about a site that are about its main link too."""


class Way(NamedTuple):
    """A link with its state. `pings` are the latest measurements across it."""

    id: str
    link: Link
    state: LinkState
    pings: list[tuple[Across, Latest]]


class Ways:
    """The links of one inventory, and the pings across each. It is kept as long as the inventory is."""

    def __init__(self, city: City) -> None:
        self.city = city
        topology = Topology(city.sites, city.links)
        self.main = {site: ups[0].id for site, ups in topology.uplinks.items() if ups}
        self.across = crossings(city, topology)

    def way(self, id: str, state: State, incidents: Incidents, now: float) -> Way:
        pings = [(one, latest) for one in self.across[id] if (latest := _latest(one, state)) is not None]
        return Way(id, self.city.links[id], self._state(id, pings, incidents, now), pings)

    def _state(
        self, id: str, pings: list[tuple[Across, Latest]], incidents: Incidents, now: float
    ) -> LinkState:
        link = self.city.links[id]
        if incidents.blind:
            return "unknown"
        on_backup = incidents.on_backup(link.from_) if link.from_ in self.city.sites else None
        if link.backup:
            return "in_use" if on_backup else "standby"
        if on_backup and self.main.get(link.from_) == id:
            return "down"
        states = {verdict(latest, now)[0] for _, latest in pings}
        return "up" if "up" in states else "down" if "down" in states else "unknown"

    def incidents_of(self, id: str, by_root: Mapping[str, list[Incident]]) -> list[Incident]:
        """The open incidents about this link: of its site, its provider, or a ping across it."""
        link = self.city.links[id]
        found = list(by_root.get(PROVIDER + link.provider, ())) if link.provider else []
        if self.main.get(link.from_) == id:
            found += (one for one in by_root.get(link.from_, ()) if one.kind in OF_THE_SITE)
        for agent, target in self.across[id]:
            found += (one for one in by_root.get(target, ()) if one.agent == agent)
        return list({one.id: one for one in found}.values())


def by_root(opened: list[Incident]) -> dict[str, list[Incident]]:
    found: dict[str, list[Incident]] = {}
    for one in opened:
        found.setdefault(one.root, []).append(one)
    return found


def _latest(across: Across, state: State) -> Latest | None:
    agent = state.agents.get(across.agent)
    return agent.probes.get(PING, {}).get(across.target) if agent else None
