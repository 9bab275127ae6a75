"""Which agent reaches which ring of the internet, by the city as measured."""

from collections.abc import Collection, Iterator, Mapping

from collector.causes.groups import Places
from collector.causes.rings import RingView
from collector.city.agents import AgentState
from collector.inventory import City, Ring


def rings_of(city: City) -> dict[str, Ring]:
    """By target, the ring that it stands for."""
    return {target.name: target.ring for target in city.internet.targets}


def ring_views(
    agents: Mapping[str, AgentState],
    believed: Collection[str],
    places: Places,
    rings: Mapping[str, Ring],
    now: float,
) -> Iterator[RingView]:
    """One target that answers shows that its ring is reached; all of them lost, that it is lost."""
    for site in sorted(believed):
        pings = agents[site].probes.get("icmp", {}) if site in agents else {}
        reached: dict[Ring, bool] = {}
        for target, ring in rings.items():
            latest = pings.get(target)
            if latest is not None and latest.fresh(now) and latest.verdict != "unknown":
                reached[ring] = reached.get(ring, False) or latest.verdict == "up"
        if reached:
            yield RingView(site, places.exits.get(site, ""), reached)
