"""The places and far ends that many bad paths share: each gets one incident in place of many.

A site is bad if most pings to it are bad, or most pings of its agent. A site is bad with all that is behind
it if most sites there are bad, as seen across it, and it is not known to be well itself. A provider is bad if
most sites are bad that have it for their main way up. A far end that is the same for all is bad if most paths
to it are. The place or far end that explains most paths counts first.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

from collector.incidents.network import PING, PROVIDER, Network
from collector.incidents.paths.course import Courses, Path
from collector.incidents.paths.flips import APPLICATION, SITE
from collector.inventory import INTERNET

LASTS_ABOVE = 1 / 4
"""A shared incident opens when more than half of what is known is bad. It lasts while more than this is."""
BEGINS_ABOVE = 1 / 2
TOGETHER = 2
"""Fewer bad paths, or bad sites behind a place, are no shared fact."""


class Root(NamedTuple):
    """As in Subject, but without the kind of incident."""

    root: str
    probe: str = ""
    agent: str = ""


class Whole(NamedTuple):
    """A site, provider or far end that paths share."""

    sort: Literal["site", "provider", "far end"]
    name: str
    probe: str = ""

    @property
    def root(self) -> Root:
        return Root((PROVIDER if self.sort == "provider" else "") + self.name, self.probe)


def own_root(path: Path) -> Root:
    """The root of a path that shares nothing."""
    if path.kind in (SITE, APPLICATION):
        return Root(path.target)
    return Root(path.target, path.kind, path.agent)


def fold(
    courses: Courses,
    bad: AbstractSet[Path],
    fresh: AbstractSet[Path],
    is_well: Callable[[Path], bool],
    open_roots: Collection[Root],
    alone: bool = False,
) -> dict[Path, Root]:
    """The root of each bad path. Only `fresh` ones, known bad at present, make a new shared root.

    `alone`: a site is bad by one ping to its router.
    """
    through: dict[Whole, list[Path]] = {}
    for path in sorted(bad):
        for whole in _wholes(courses, path, bad):
            through.setdefault(whole, []).append(path)
    roots: dict[Path, Root] = {}

    def first(whole: Whole) -> tuple[int, bool, int, str]:
        """Of those with as many paths, an open one counts first, then the one farthest from the core."""
        behind = len(courses.network.depending(whole.name)) if whole.sort == "site" else len(bad) + 1
        return -len(through[whole]), whole.root not in open_roots, behind, whole.name

    for whole in sorted(through, key=first):
        lasts = whole.root in open_roots
        left = [path for path in through[whole] if path not in roots and (lasts or path in fresh)]
        above, at_least = (LASTS_ABOVE, 1) if lasts else (BEGINS_ABOVE, TOGETHER)
        look = _Look(courses, bad, set(left), is_well, above, at_least)
        roots.update(dict.fromkeys(look.explained(whole, alone), whole.root))
    return roots | {path: own_root(path) for path in sorted(bad) if path not in roots}


def paths_of(courses: Courses, root: Root) -> Iterator[Path]:
    """All paths that an incident with this root may be about."""
    network = courses.network
    if root.agent:
        yield Path(root.agent, root.probe, root.root)
        return
    if root.root in network.sites:
        yield Path("", SITE, root.root)
    if root.root in network.applications:
        yield Path("", APPLICATION, root.root)
    for agent, pairs in network.probes.items():
        for kind, target in pairs:
            path = Path(agent, kind, target)
            if any(whole.root == root for whole in _wholes(courses, path, ())):
                yield path


def _wholes(courses: Courses, path: Path, bad: Collection[Path]) -> Iterator[Whole]:
    if path.kind == SITE:
        yield Whole("site", path.target)
    if not path.agent:
        return
    network = courses.network
    crossed = list(courses.crossed(path))
    for site in dict.fromkeys([*courses.ends(path), *crossed]):
        yield Whole("site", site)
    for provider in sorted({network.providers.get(site, "") for site in crossed} - {""}):
        yield Whole("provider", provider)
    if courses.is_shared(path.target):
        yield Whole("far end", path.target, "" if path.target in network.applications else path.kind)
        internet = Path(path.agent, PING, INTERNET)
        if path.kind != PING and internet in bad:
            yield Whole("far end", INTERNET, PING)


class _Look(NamedTuple):
    """`left` are the bad paths that no other root explains.

    A place or far end is bad if more than `above` of what is known is bad, and `at_least` so many.
    """

    courses: Courses
    bad: AbstractSet[Path]
    left: AbstractSet[Path]
    is_well: Callable[[Path], bool]
    above: float
    at_least: int

    def explained(self, whole: Whole, alone: bool) -> AbstractSet[Path]:
        """The paths that the place or far end explains."""
        if whole.sort == "site":
            return self._by_site(whole.name, alone)
        if len(self.left) < self.at_least:
            return frozenset()
        if whole.sort == "provider":
            providers = self.courses.network.providers
            is_bad = self._sites([site for site, its in providers.items() if its == whole.name])
        else:
            is_bad = any(self._most(self.courses.sharing(path)) for path in self._kinds(whole))
        return self.left if is_bad else frozenset()

    def _by_site(self, site: str, alone: bool) -> AbstractSet[Path]:
        """All paths across the site, or only those that begin or end there."""
        network = self.courses.network
        behind = network.depending(site) if network.above(site) else ()
        whole = len(self.left) >= self.at_least and len(behind) > 1 and self._site(site, site) is not False
        if whole and self._sites(behind, site):
            return self.left
        ending = {path for path in self.left if path.kind == SITE or site in self.courses.ends(path)}
        if (alone and self._is_lost(site)) or (len(ending) >= self.at_least and self._place(site)):
            return ending
        return frozenset()

    def _is_lost(self, site: str) -> bool:
        """A site that is bad by silence, or by most pings to it."""
        return Path("", SITE, site) in self.left or bool(self._most(self.courses.pings_to(site)))

    def _kinds(self, whole: Whole) -> list[Path]:
        """One path of each kind to the far end."""
        paths = (path for path in self.left if path.target == whole.name)
        return list({path.kind: path for path in sorted(paths)}.values())

    def _place(self, site: str) -> bool:
        """By the pings to it, or by its agent's pings that go up from there or stay there."""
        below = self.courses.network.below({site})
        up = [path for path in self.courses.pings_of(site) if self.courses.far_end(path) not in below]
        return bool(self._most(self.courses.pings_to(site)) or self._most(up))

    def _sites(self, sites: Iterable[str], across: str = "") -> bool:
        """Are most of the sites bad, as seen across the place, or else across their own way up?"""
        judged = [self._site(site, across or site) for site in sites if site in self.courses.network.sites]
        bad, known = sum(state is True for state in judged), sum(state is not None for state in judged)
        return bad >= self.at_least and bad > self.above * known

    def _site(self, site: str, across: str) -> bool | None:
        """The pings to the site count first, since the site's own agent may report late."""
        behind = self.courses.network.depending(across)
        into = [path for path in self.courses.pings_to(site) if path.agent not in behind]
        out = [path for path in self.courses.pings_of(site) if self.courses.far_end(path) not in behind]
        state = self._most(into)
        return self._most(out) if state is None else state

    def _most(self, paths: Iterable[Path]) -> bool | None:
        """Are most of the known paths bad? None if none is known."""
        bad = well = 0
        for path in paths:
            if path in self.left:
                bad += 1
            elif path not in self.bad and self.is_well(path):
                well += 1
        return None if not bad + well else bad > self.above * (bad + well)


def affected_sites(courses: Courses, root: Root, members: Iterable[Path]) -> set[str]:
    """The sites that have the trouble: of each path the end that is farther from the core.

    All paths of an agent at a bad place are that place's trouble.
    """
    network = courses.network
    sites = set()
    for path in members:
        end = courses.far_end(path)
        below = not path.agent or (path.agent in network.sites and end in network.depending(path.agent))
        sites.add(end if below and path.agent != root.root and end in network.sites else path.agent)
    return sites & network.sites.keys()


def is_wider(network: Network, root: Root, other: Root) -> bool:
    """Is the one a fact of which the other can be a part?"""
    if root.agent or other.agent:
        return not root.agent
    if root.root in network.sites and other.root in network.sites:
        return other.root in network.depending(root.root)
    return _width(network, root) > _width(network, other)


def _width(network: Network, root: Root) -> int:
    """A site is a part of a provider's trouble, and both of a far end's."""
    return 0 if root.root in network.sites else 1 if root.root.startswith(PROVIDER) else 2
