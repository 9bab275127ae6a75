"""Three rings stand for the internet: targets in the city, in the country, and abroad.

An agent lost a ring if it reaches no target of it, though it reaches a nearer ring. If most agents lost it,
of several providers, its path is lost: no site is down. If only those of one provider lost it, that is the
provider's way out.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from collector.causes.cause import CauseName, Clue, WeighedCause
from collector.causes.weigh import weigh
from collector.inventory import Ring

RINGS: tuple[Ring, ...] = ("city", "national", "international")
"""From the nearest to the farthest."""

AGENTS_AT_LEAST = 3
PROVIDERS_AT_LEAST = 2
MOST = 0.6
PATHS: Mapping[Ring, CauseName] = {
    "city": "provider",
    "national": "national_path",
    "international": "international_path",
}


class RingView(NamedTuple):
    """One agent's view: of each ring whether it reaches a target of it. A ring is absent if nobody knows."""

    site: str
    provider: str
    reached: Mapping[Ring, bool]


class LostPath(NamedTuple):
    """The ring that `sites` lost, of one `provider`, or of all if that is ""."""

    ring: Ring
    provider: str
    sites: tuple[str, ...]
    cause: WeighedCause


def lost_ring(view: RingView) -> Ring | None:
    """The nearest ring that the agent lost, if it reaches a nearer one or if none nearer is measured."""
    lost: Ring | None = None
    for ring in reversed(RINGS):
        reached = view.reached.get(ring)
        if reached is True:
            return lost
        if reached is False:
            lost = ring
    return lost


def lost_paths(views: Collection[RingView]) -> list[LostPath]:
    """The paths that are lost now. `views` are of agents that the collector believes."""
    found: list[LostPath] = []
    for ring in RINGS:
        known = [view for view in views if ring in view.reached]
        lost = [view for view in known if lost_ring(view) == ring]
        hit = set(_providers_hit(known, lost))
        common = len({view.provider for view in known} - hit) == 0
        if len(hit) >= PROVIDERS_AT_LEAST and len(lost) >= MOST * len(known) and ring != "city":
            found.append(_path(ring, "", known, lost))
        elif not common:
            found += [_path(ring, provider, known, lost) for provider in sorted(hit) if provider]
    return found


def _providers_hit(known: Collection[RingView], lost: Collection[RingView]) -> Iterator[str]:
    """The providers of which most agents lost the ring."""
    agents, losing = (Counter(view.provider for view in views) for views in (known, lost))
    for provider, count in losing.items():
        if count >= min(AGENTS_AT_LEAST, agents[provider]) and count >= MOST * agents[provider]:
            yield provider


def _path(ring: Ring, provider: str, known: Collection[RingView], lost: Collection[RingView]) -> LostPath:
    mine = [view for view in known if provider in ("", view.provider)]
    sites = tuple(sorted(view.site for view in lost if provider in ("", view.provider)))
    clue = Clue(
        "ring_lost_here" if provider else "ring_lost", provider or ring, lost=len(sites), known=len(mine)
    )
    cause: CauseName = "provider" if provider else PATHS[ring]
    return LostPath(ring, provider, sites, weigh([clue], {cause: 0.0}))
