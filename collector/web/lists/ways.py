"""The state of each link, from what agents measure across it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Literal, NamedTuple

from collector.city.agents import Latest
from collector.city.state import State
from collector.incidents import Incident, Incidents
from collector.incidents.network import PROVIDER
from collector.inventory import City, Link, Topology
from collector.inventory.crossing import Across, crossings
from collector.neighbors import Identities
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
        topology = self._topology = Topology(city.sites, city.links)
        self.main = {site: ups[0].id for site, ups in topology.uplinks.items() if ups}
        self.across = crossings(city, topology)

    @cached_property
    def identities(self) -> Identities:
        """The sites by the names of devices."""
        return Identities(self.city)

    def ups(self, site: str) -> list[str]:
        """The links by which the site goes up, the main one first."""
        return [up.id for up in self._topology.uplinks[site]]

    def parents(self, site: str) -> list[str]:
        """The sites right above, the main one first."""
        return self._topology.parents(site)

    def children(self, site: str) -> list[str]:
        """The sites right below, also those with another main way."""
        return self._topology.children[site]

    def below(self, site: str) -> list[str]:
        """The sites whose main way up leads to this one."""
        return [child for child in self.children(site) if self._topology.uplinks[child][0].link.to == site]

    def ways(self, ids: Iterable[str], state: State, incidents: Incidents, now: float) -> Iterator[Way]:
        """These links with their states."""
        on_backup = frozenset(incidents.sites_on_backup())
        for id in ids:
            pings = [(one, known) for one in self.across[id] if (known := _latest(one, state)) is not None]
            shown = "unknown" if incidents.blind else self._state(id, pings, on_backup, now)
            yield Way(id, self.city.links[id], shown, pings)

    def _state(
        self, id: str, pings: list[tuple[Across, Latest]], on_backup: AbstractSet[str], now: float
    ) -> LinkState:
        link = self.city.links[id]
        if link.backup:
            return "in_use" if link.from_ in on_backup else "standby"
        if link.from_ in on_backup and self.main.get(link.from_) == id:
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


class KeptWays:
    """The ways of the inventory in force: to find them takes longer than all the rest of a page."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._ways: Ways | None = None

    @property
    def now(self) -> Ways:
        city = self._state.city
        if self._ways is None or self._ways.city is not city:
            self._ways = Ways(city)
        return self._ways


def by_root(opened: list[Incident]) -> dict[str, list[Incident]]:
    found: dict[str, list[Incident]] = {}
    for one in opened:
        found.setdefault(one.root, []).append(one)
    return found


def _latest(across: Across, state: State) -> Latest | None:
    agent = state.agents.get(across.agent)
    return agent.probes.get(PING, {}).get(across.target) if agent else None
