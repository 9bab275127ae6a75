"""The site that a name stands for: that which a device gives itself, or that of a port. Pure.

A device is seldom called exactly as its site: "gradasi", "rtr-gradasi", "GRADASI_RB.kota.example" are all the
site gradasi. A name that fits several sites equally well fits none.
"""

import re
from collections import defaultdict

from collector.inventory import City

PLAIN = frozenset(
    {"router", "ups", "switch", "radio", "ap", "cam", "cctv", "olt", "onu", "server", "gateway"}
)
"""Names of devices that say nothing about the site."""
Words = tuple[str, ...]


class Identities:
    """The sites of one inventory by their ids, their names and the names of their devices."""

    def __init__(self, city: City) -> None:
        self._sites: dict[Words, set[str]] = defaultdict(set)
        for id, site in city.sites.items():
            names = [id, site.name, *(name for name in site.devices if name not in PLAIN)]
            for name in names:
                if said := words(name):
                    self._sites[said].add(id)
        self._links = {words(id): (link.from_, link.to) for id, link in city.links.items()}
        self._longest = max((len(said) for said in self._sites), default=0)

    def sites(self, name: str) -> frozenset[str]:
        """The sites that the name fits best: one, several, or none."""
        whole = words(name)
        host = words(name.split(".")[0]) if "." in name else whole
        return frozenset(self._sites.get(whole, ())) or frozenset(self._within(host))

    def far_end(self, site: str, alias: str) -> str:
        """The other end of the link that the alias of a port of this site names; "" if it names none."""
        if (ends := self._links.get(words(alias))) and site in ends:
            return ends[1] if ends[0] == site else ends[0]
        found = self.sites(alias) - {site}
        return next(iter(found)) if len(found) == 1 else ""

    def _within(self, said: Words) -> set[str]:
        """The sites of the longest known names in those words. "pop-selatan-ccr" is not the site selatan."""
        for length in range(min(self._longest, len(said)), 0, -1):
            parts = (said[at : at + length] for at in range(len(said) - length + 1))
            if found := set().union(*(self._sites.get(part, set()) for part in parts)):
                return found
        return set()


def words(name: str) -> Words:
    return tuple(re.findall(r"[^\W_]+", name.casefold()))
