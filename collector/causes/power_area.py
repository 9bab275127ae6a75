"""A power cut of an area is one thing: its sites join it as their batteries give out.

A site joins only with evidence of power of its own outage. A fibre cut during a power cut stays its own.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from collector.causes.cause import WeighedCause
from collector.causes.groups import Group, Places
from collector.causes.memory import PAUSE_SECONDS, CauseMemory
from collector.causes.outage import Outage
from collector.causes.weights import OWN_POWER, POWER_CAUSES

SITES_AT_LEAST = 2
STILL_SECONDS = 600.0
"""A site of a dark feeder that was on battery, and that nobody hears, counts as dark for so long."""
JOINING = OWN_POWER | {"feeder_staggered"}


class PoweredByUps(NamedTuple):
    """A site of the area that still runs. `remaining` is in seconds, None if its UPS does not say it."""

    site: str
    remaining: float | None


class DarkArea(NamedTuple):
    """The sites that are lost for lack of power, and those that still run on a UPS, the shortest first."""

    feeder: str
    since: float
    lost: tuple[str, ...]
    on_ups: tuple[PoweredByUps, ...]


def dark_areas(
    judged: Mapping[str, tuple[Outage, WeighedCause]],
    places: Places,
    memory: CauseMemory,
    now: float,
    known: Collection[str] = (),
) -> list[DarkArea]:
    """The feeders without power. `judged` are the open outages of sites, by site, with their causes.

    Of `known` feeders one site is enough, lost or on a UPS: they stay dark until the last is back.
    """
    lost: dict[Group, list[Outage]] = {
        group: [] for feeder in known if (group := Group("feeder", feeder)) in places.members
    }
    for site, (outage, cause) in judged.items():
        feeder = places.group(site, "feeder")
        if feeder is not None and has_power_evidence(cause):
            lost.setdefault(feeder, []).append(outage)
    areas = []
    for feeder, outages in sorted(lost.items()):
        pause = STILL_SECONDS if feeder.name in known else PAUSE_SECONDS
        on_ups = tuple(_on_ups(places.members[feeder] - judged.keys(), memory, now, pause))
        if len(outages) + len(on_ups) >= (1 if feeder.name in known else SITES_AT_LEAST):
            since = min((outage.began_at for outage in outages), default=now)
            areas.append(DarkArea(feeder.name, since, tuple(sorted(one.root for one in outages)), on_ups))
    return areas


def has_power_evidence(cause: WeighedCause) -> bool:
    """Is the cause power, and for another reason than neighbours that run on battery?"""
    return cause.cause in POWER_CAUSES and any(clue.name in JOINING for clue in cause.clues)


def _on_ups(sites: Iterable[str], memory: CauseMemory, now: float, pause: float) -> list[PoweredByUps]:
    """The UPS of each was on battery at its last word, which is no older than `pause` seconds."""
    found = []
    for site in sites:
        run = memory.sites[site].battery.at(now, pause) if site in memory.sites else None
        if run is not None and run.value:
            left = None if run.remaining is None else max(0.0, run.until + run.remaining - now)
            found.append(PoweredByUps(site, left))
    return sorted(found, key=lambda one: (one.remaining is None, one.remaining or 0.0, one.site))
