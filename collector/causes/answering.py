"""Clues from whoever still answered during the outage: the router from inside and behind, the port above."""

from collections.abc import Iterator

from collector.causes.cause import Clue, ClueName
from collector.causes.groups import Places
from collector.causes.machines import measured_until
from collector.causes.memory import PAUSE_SECONDS, CauseMemory
from collector.causes.outage import Outage
from collector.causes.site_memory import PORT_PAUSE_SECONDS

FLIP_SECONDS = 5.0
"""A loss is confirmed, and its end seen, within this time."""


def answering_clues(outage: Outage, places: Places, memory: CauseMemory, now: float) -> Iterator[Clue]:
    site = memory.sites.get(outage.root)
    since, until = outage.began_at + FLIP_SECONDS, outage.until(now) - FLIP_SECONDS
    if site is None or until <= since:
        return
    gateway = site.gateway.mostly(since, min(until, measured_until(outage, site, now)), PAUSE_SECONDS)
    if gateway is not None:
        yield Clue("gateway_up" if gateway else "gateway_lost", outage.root)
    views = [
        memory.sites[child].uplink.mostly(since, until, PAUSE_SECONDS)
        for child in places.children.get(outage.root, ())
        if child in memory.sites
    ]
    up, lost = views.count(True), views.count(False)
    if up + lost:
        name: ClueName = "router_seen_from_behind" if up >= lost else "router_lost_from_behind"
        yield Clue(name, outage.root, lost=lost, known=up + lost)
    port = site.port.mostly(since, until, PORT_PAUSE_SECONDS)
    if port is False:
        yield Clue("port_down", outage.root)
    elif port and not _by_air(outage, places):
        yield Clue("port_up", outage.root)


def _by_air(outage: Outage, places: Places) -> bool:
    """The cable of the port above ends at a radio then: its carrier says nothing about the far end."""
    medium = places.group(outage.root, "medium")
    return medium is not None and medium.name in ("radio", "lte", "vsat")
