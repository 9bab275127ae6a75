"""The tree of the links: which site is below which. Pure; the order of rows does not matter."""

import ipaddress
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from collector.inventory.city import Link, Site
from collector.inventory.targets import INTERNET


class Uplink(NamedTuple):
    id: str
    link: Link


class Topology:
    """`uplinks` and `children` of each site, the main uplink first. Links to unknown places are left out."""

    def __init__(self, sites: Mapping[str, Site], links: Mapping[str, Link]) -> None:
        self._sites = sites
        self.uplinks: dict[str, list[Uplink]] = {site: [] for site in sites}
        self.children: dict[str, list[str]] = {site: [] for site in sites}
        for id, link in sorted(links.items(), key=lambda item: (item[1].backup, item[0])):
            if link.from_ in sites and (link.to in sites or link.to == INTERNET):
                self.uplinks[link.from_].append(Uplink(id, link))
        for site in sorted(sites):
            for parent in self.parents(site):
                self.children[parent].append(site)

    def parents(self, site: str) -> list[str]:
        """The sites right above, the main one first."""
        return list(dict.fromkeys(up.link.to for up in self.uplinks[site] if up.link.to != INTERNET))

    def path(self, site: str) -> Iterator[Link]:
        """The main links from a site up to the NOC or the internet; a site of role noc has only its own."""
        while self.uplinks[site]:
            link = self.uplinks[site][0].link
            yield link
            site = link.to
            if site == INTERNET or self._sites[site].role == "noc":
                return

    def way_out(self, site: str) -> Link | None:
        """The link by which the site's traffic leaves the city. The main ways up go on through a NOC."""
        seen: set[str] = set()
        while self.uplinks[site] and site not in seen:
            seen.add(site)
            link = self.uplinks[site][0].link
            if link.to == INTERNET:
                return link
            site = link.to
        return None

    def seen_from_above(self, site: str) -> bool:
        """True when the site above can ping the router: never at a private address across the internet."""
        router, uplinks = self._sites[site].router, self.uplinks[site]
        across_internet = uplinks and all(up.link.to == INTERNET for up in uplinks)
        if router and across_internet and self._sites[site].role != "noc":
            return ipaddress.ip_address(router).is_global
        return bool(router)

    def loops(self) -> Iterator[list[str]]:
        """Each loop as the sites passed on the way up, from one of them to itself."""
        above = {site: self.parents(site) for site in self.uplinks}
        while True:
            try:
                TopologicalSorter(above).prepare()
                return
            except CycleError as error:
                loop = error.args[1][::-1]
            yield loop
            above |= {site: [] for site in loop}
