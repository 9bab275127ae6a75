"""Three rings stand for the internet: targets in the city, in the country, and abroad.

An agent lost a ring if it reaches no target of it, though it reaches a nearer ring. If most agents lost it,
of several providers, its path is lost: no site is down. If only those of one provider lost it, that is the
provider's way out.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from math import inf
from statistics import median
from typing import NamedTuple

from collector.causes.cause import CauseName, Clue, WeighedCause
from collector.causes.weigh import weigh
from collector.inventory import Ring

RINGS: tuple[Ring, ...] = ("city", "national", "international")
"""From the nearest to the farthest."""

AGENTS_AT_LEAST = 3
TOGETHER = 2
"""One agent that lost a ring is no provider's way out."""
PROVIDERS_AT_LEAST = 2
MOST = 0.6
SPREAD_SECONDS = 5.0
"""Agents lose a path within this time of one another: a ring that was reached before may be lost too."""
PATHS: Mapping[Ring, CauseName] = {
    "city": "provider",
    "national": "national_path",
    "international": "international_path",
}


class RingView(NamedTuple):
    """One agent's view: of each ring that it measures whether it reaches a target of it.

    None: what it measured is not believed yet. `provider` is that of its way out; "" if nobody knows.
    `lost_at` has the time of each loss, `as_of` is the time up to which the agent reached the others.
    """

    site: str
    provider: str
    reached: Mapping[Ring, bool | None]
    lost_at: Mapping[Ring, float] = {}
    as_of: float = inf


class LostPath(NamedTuple):
    """The ring that `sites` lost, of one `provider`, or of all if that is "". It is lost since `began_at`."""

    ring: Ring
    provider: str
    sites: tuple[str, ...]
    cause: WeighedCause
    began_at: float = 0.0


def lost_ring(view: RingView) -> Ring | None:
    """The nearest ring that the agent lost, if it reaches a nearer one or if none nearer is measured."""
    lost: Ring | None = None
    for ring in reversed(RINGS):
        if ring not in view.reached:
            continue
        reached = view.reached[ring]
        if reached:
            return lost
        lost = None if reached is None else ring
    return lost


def lost_paths(views: Collection[RingView]) -> list[LostPath]:
    """The paths that are lost now. `views` are of all agents that report.

    An agent that lost a nearer ring misses the farther ones too. So it counts for the path of all providers,
    if another provider lost that ring alone.
    """
    found: list[LostPath] = []
    lost_rings = [lost_ring(view) for view in views]
    for ring in RINGS:
        measuring = [view for view in views if ring in view.reached]
        lost = [view for view, its in zip(views, lost_rings, strict=True) if its == ring]
        alone = dict(_providers_hit(ring, measuring, lost)) if lost else {}
        if common := _of_all(ring, measuring) if alone.keys() - {""} and ring != "city" else None:
            found += [] if any(not path.provider for path in found) else [common]
            continue
        for provider in sorted(alone.keys() - {""}):
            reaching = _providers_that_reach(ring, measuring, alone[provider] + SPREAD_SECONDS)
            if reaching - alone.keys():
                found.append(_path(ring, provider, measuring, lost, alone[provider]))
    return [path for path in found if len(path.sites) >= TOGETHER]


def _of_all(ring: Ring, measuring: Collection[RingView]) -> LostPath | None:
    """The path of all providers, if most agents of several miss the ring."""
    missing = [view for view in measuring if view.reached[ring] is False]
    hit = {provider: at for provider, at in _providers_hit(ring, measuring, missing) if provider}
    if len(hit) < PROVIDERS_AT_LEAST or len(missing) < MOST * len(measuring):
        return None
    return _path(ring, "", measuring, missing, max(hit.values()))


def _providers_hit(
    ring: Ring, measuring: Collection[RingView], lost: Collection[RingView]
) -> Iterator[tuple[str, float]]:
    """The providers of which most agents lost the ring, and since when."""
    agents = Counter(view.provider for view in measuring)
    lost_at: dict[str, list[float]] = {}
    for view in lost:
        lost_at.setdefault(view.provider, []).append(view.lost_at.get(ring, 0.0))
    for provider, times in lost_at.items():
        if len(times) >= min(AGENTS_AT_LEAST, agents[provider]) and len(times) >= MOST * agents[provider]:
            yield provider, median(times)


def _providers_that_reach(ring: Ring, measuring: Collection[RingView], after: float) -> set[str]:
    """The providers of which most agents reach the ring after that time, of those that know it."""
    known: Counter[str] = Counter()
    reaching: Counter[str] = Counter()
    for view in measuring:
        reached = view.reached[ring]
        if reached is False or (reached and view.as_of > after):
            known[view.provider] += 1
            reaching[view.provider] += reached
    return {provider for provider, count in reaching.items() if count >= MOST * known[provider] > 0}


def _path(
    ring: Ring,
    provider: str,
    measuring: Collection[RingView],
    lost: Collection[RingView],
    began_at: float,
) -> LostPath:
    mine = [view for view in measuring if provider in ("", view.provider)]
    sites = tuple(sorted(view.site for view in lost if provider in ("", view.provider)))
    clue = Clue(
        "ring_lost_here" if provider else "ring_lost", provider or ring, lost=len(sites), known=len(mine)
    )
    cause: CauseName = "provider" if provider else PATHS[ring]
    return LostPath(ring, provider, sites, weigh([clue], {cause: 0.0}), began_at)
