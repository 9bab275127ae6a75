"""The network between two changes: which sites have power, which links pass, and the ways. Pure."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from collector.inventory import City
from demo.fault import Fault

INTERNET = "internet"

LinksAt = Mapping[str, Sequence[tuple[str, str]]]
"""At each place its links, and the place at the other end of each."""


class Battery(NamedTuple):
    """A UPS without mains: since when, and when it is empty. Both are the script's time."""

    since: float
    empty_at: float


def links_at(city: City) -> LinksAt:
    found: dict[str, list[tuple[str, str]]] = {}
    for id, link in city.links.items():
        found.setdefault(link.from_, []).append((id, link.to))
        found.setdefault(link.to, []).append((id, link.from_))
    return found


class Situation:
    """The effect of `faults` that act together, at sites of which some are `dark` and some on a battery."""

    def __init__(
        self,
        city: City,
        links_at: LinksAt,
        faults: Sequence[Fault],
        dark: Collection[str],
        batteries: Mapping[str, Battery],
    ) -> None:
        self.dark = frozenset(dark)
        self.batteries = batteries
        self.applications = {one.where: one for one in faults if one.kind == "application_failing"}
        self._city = city
        self._links_at = links_at
        stopped = ("hung_router", "planned_work")
        self.hung = frozenset(one.where for one in faults if one.kind in stopped)
        self.cut = {one.where for one in faults if one.kind == "fibre_cut"}
        self.loss_ratio: dict[str, float] = {}
        self.delay_seconds: dict[str, float] = {}
        for fault in faults:
            self._burden(fault)
        self._ways: dict[tuple[str, bool], dict[str, tuple[str, ...]]] = {}
        self._group: dict[str, str] = {}
        self._with_internet: set[str] = set()
        self._group_sites()

    def passes(self, site: str) -> bool:
        return site not in self.dark and site not in self.hung

    def connected(self, site: str, other: str, *, through_internet: bool) -> bool:
        """Whether there is a way from the one to the other."""
        one, there = self._group.get(site), self._group.get(other)
        if one is None or (there is None and other != INTERNET):
            return False
        if other == INTERNET:
            return one in self._with_internet
        return one == there or (through_internet and {one, there} <= self._with_internet)

    def way(self, site: str, other: str, *, through_internet: bool) -> tuple[str, ...] | None:
        """The links from the one to the other, or None. The internet is a place as well."""
        key = site, through_internet
        if key not in self._ways:
            self._ways[key] = self._ways_from(site, through_internet)
        return self._ways[key].get(other)

    def _group_sites(self) -> None:
        """Sites that reach each other by the city's own network are one group, named after one of them."""
        for start in self._city.sites:
            if start in self._group or not self.passes(start):
                continue
            self._group[start], waiting = start, [start]
            while waiting:
                for id, other in self._links_at.get(waiting.pop(), ()):
                    if id in self.cut:
                        continue
                    if other == INTERNET:
                        self._with_internet.add(start)
                    elif other not in self._group and self.passes(other):
                        self._group[other] = start
                        waiting.append(other)

    def _burden(self, fault: Fault) -> None:
        if fault.kind == "provider_fault":
            links = [id for id, link in self._city.links.items() if link.provider == fault.where]
        elif fault.kind in ("radio_fading", "slow"):
            links = [fault.where]
        else:
            return
        if fault.outage:
            self.cut.update(links)
        for link in links:
            self.loss_ratio[link] = self.loss_ratio.get(link, 0.0) + fault.loss_ratio
            self.delay_seconds[link] = self.delay_seconds.get(link, 0.0) + fault.delay_seconds

    def _ways_from(self, site: str, through_internet: bool) -> dict[str, tuple[str, ...]]:
        """A backup carries what no main link carries."""
        found = self._searched(site, through_internet, backups=False)
        if not any(link.backup for link in self._city.links.values()):
            return found
        return {**self._searched(site, through_internet, backups=True), **found}

    def _searched(self, site: str, through_internet: bool, backups: bool) -> dict[str, tuple[str, ...]]:
        if not self.passes(site):
            return {}
        ways: dict[str, tuple[str, ...]] = {site: ()}
        waiting = deque([site])
        while waiting:
            place = waiting.popleft()
            if place == INTERNET and not through_internet:
                continue
            for id, other in self._links_at.get(place, ()):
                link = self._city.links[id]
                if other in ways or id in self.cut or (link.backup and not backups):
                    continue
                if other == INTERNET or self.passes(other):
                    ways[other] = (*ways[place], id)
                    waiting.append(other)
        return ways
