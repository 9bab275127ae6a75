"""The site that a row of a device is about: people write it in aliases, descriptions, SSIDs and names.

A row counts only for what its agent can see of a link: its own way up, or that of a site below it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collector.inventory import City, Medium, Topology

TEXTS_KEPT = 20_000
"""Texts whose sites are remembered. A device that makes up new ones costs time, never memory."""
BETWEEN_WORDS = re.compile(r"[\s_|/:;,()<>]+")
BETWEEN_NAMES = re.compile(r"[\s_-]+")


class Whose(NamedTuple):
    """The row is about the link that carries `site`. `own`: the site's own agent sees it, from below.

    `guessed`: no text names the site, but the row can mean no other link.
    """

    site: str
    own: bool
    guessed: bool = False


class RowNames:
    def __init__(self, city: City, topology: Topology) -> None:
        self._above = {site: _above(topology, site) for site in city.sites}
        self._ids = {
            name.lower(): site
            for site in city.sites
            for name in (site, *(up.id for up in topology.uplinks[site][:1]))
        }
        named = {(_key(place.name), site) for site, place in city.sites.items()}
        self._names = _unique(named | {(_key(name), site) for name, site in self._ids.items()})
        self._known: dict[str, frozenset[str]] = {}
        self._media = {
            site: {
                up.link.medium
                for child in topology.children[site]
                for up in topology.uplinks[child]
                if up.link.to == site
            }
            for site in city.sites
        }
        self._up = {site: ups[0].link.medium for site, ups in topology.uplinks.items() if ups}

    def whose(self, agent: str, texts: Iterable[str]) -> Whose | None:
        """The texts that say most come first. One that names several sites, or a stranger's, says nothing."""
        for text in texts:
            named = self._known.get(text)
            if named is None:
                named = self._remembered(text)
            if named and (whose := self._seen_by(agent, named)) is not None:
                return whose
        return None

    def only_way(self, agent: str, medium: Medium) -> bool:
        """Is the way up the site's only link of this medium? Then a row without a name can mean no other."""
        return self._up.get(agent) == medium and medium not in self._media[agent]

    def _remembered(self, text: str) -> frozenset[str]:
        if len(self._known) >= TEXTS_KEPT:
            self._known.clear()
        named = self._known[text] = frozenset(self._named(text))
        return named

    def _named(self, text: str) -> Iterator[str]:
        """An id as a word of its own. A name or id at the end: other words may come before it."""
        lower = text.lower().strip()
        for word in {lower, *lower.split(), *BETWEEN_WORDS.split(lower)}:
            if word in self._ids:
                yield self._ids[word]
        words = _key(text).split()
        for first in range(len(words)):
            if site := self._names.get(" ".join(words[first:])):
                yield site
                return

    def _seen_by(self, agent: str, named: frozenset[str]) -> Whose | None:
        others = named - {agent}
        if not others:
            return Whose(agent, own=True)
        if len(others) > 1:
            return None
        (site,) = others
        above = self._above.get(agent, [])
        if above[:1] == [site]:
            return Whose(agent, own=True)
        return Whose(site, own=False) if agent in self._above[site] else None


def _above(topology: Topology, site: str) -> list[str]:
    """The sites on its main way up, the nearest first."""
    return [link.to for link in topology.path(site) if link.to in topology.uplinks]


def _key(name: str) -> str:
    return BETWEEN_NAMES.sub(" ", name.lower()).strip()


def _unique(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names that two sites have name none."""
    found: dict[str, str] = {}
    twice = set()
    for name, site in named:
        if name in found:
            twice.add(name)
        found[name] = site
    return {name: site for name, site in found.items() if name and name not in twice}
