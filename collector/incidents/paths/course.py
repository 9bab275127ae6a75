"""Where each path runs: from an agent, up and down the tree of sites, to a target."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from collector.incidents.network import PING, Network
from collector.inventory import INTERNET
from collector.inventory.targets import UPLINK


class Path(NamedTuple):
    """An agent, and the kind and target of one of its probes."""

    agent: str
    kind: str
    target: str


class Courses:
    """The courses of all paths of a network."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def far_end(self, path: Path) -> str:
        """The place of the target. A target of the agent's own is at the agent's site."""
        network = self.network
        if path.target in network.sites:
            return path.target
        if path.target == UPLINK:
            return network.parents.get(path.agent, path.agent)
        return INTERNET if self.is_shared(path.target) else path.agent

    def is_shared(self, target: str) -> bool:
        """Is it one far end for all agents, and no site?"""
        return target in self.network.shared or target in self.network.applications

    def ends(self, path: Path) -> list[str]:
        """The sites at which the path begins and ends."""
        return sorted(self.network.sites.keys() & {path.agent, self.far_end(path)})

    def crossed(self, path: Path) -> Iterator[str]:
        """The sites whose outage cuts the path, because one end is behind the site and the other is not."""
        network, end = self.network, self.far_end(path)
        ways = {path.agent, end} | network.ways(path.agent) | network.ways(end)
        for site in sorted(ways & network.sites.keys()):
            behind = network.depending(site)
            if (path.agent in behind) != (end in behind):
                yield site

    def pings_of(self, agent: str) -> Sequence[Path]:
        """The agent's own pings."""
        return self._pings_of.get(agent, ())

    def pings_to(self, site: str) -> Sequence[Path]:
        """The pings of other agents to the site's router."""
        return self._pings_to.get(site, ())

    def sharing(self, path: Path) -> Sequence[Path]:
        """All paths of the same kind to the same shared target."""
        return self._sharing.get((path.kind, path.target), ())

    @cached_property
    def _pings_of(self) -> Mapping[str, list[Path]]:
        return {
            agent: [Path(agent, kind, target) for kind, target in sorted(pairs) if kind == PING]
            for agent, pairs in self.network.probes.items()
        }

    @cached_property
    def _pings_to(self) -> Mapping[str, list[Path]]:
        pings: dict[str, list[Path]] = {}
        for of_agent in self._pings_of.values():
            for path in of_agent:
                end = self.far_end(path)
                if end != path.agent and end in self.network.sites:
                    pings.setdefault(end, []).append(path)
        return pings

    @cached_property
    def _sharing(self) -> Mapping[tuple[str, str], list[Path]]:
        sharing: dict[tuple[str, str], list[Path]] = {}
        for agent, pairs in sorted(self.network.probes.items()):
            for kind, target in sorted(pairs):
                if self.is_shared(target):
                    sharing.setdefault((kind, target), []).append(Path(agent, kind, target))
        return sharing
