"""The city's planned work: each window with the sites, links and applications that it covers. Pure."""

import math
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from collector.inventory.city import City
from collector.inventory.topology import Topology
from collector.planned import MadeWindow, MaintenanceWindow, Plan, PlannedWork, window_id


def plan_of(city: City, made: Iterable[MadeWindow] = ()) -> Plan:
    """The windows of the inventory, then those that people made."""
    work = [_work(city, window_id(window), window) for window in city.maintenance]
    for one in made:
        ended_at = math.inf if one.ended_at is None else one.ended_at
        work.append(_work(city, one.id, one.window, ended_at))
    return Plan(work, ZoneInfo(city.timezone), _main_links(city))


def _work(city: City, id: str, window: MaintenanceWindow, ended_at: float = math.inf) -> PlannedWork:
    districts, providers = set(window.districts), set(window.providers)
    return PlannedWork(
        id,
        window,
        sites={*window.sites, *(id for id, site in city.sites.items() if site.district in districts)},
        links={*window.links, *(id for id, link in city.links.items() if link.provider in providers)},
        applications=frozenset(window.applications),
        providers=frozenset(providers),
        ended_at=ended_at,
    )


def _main_links(city: City) -> dict[str, frozenset[str]]:
    """The links up of each site that are no backup, or all where each is one."""
    uplinks = Topology(city.sites, city.links).uplinks
    return {
        site: frozenset(up.id for up in ways if not up.link.backup) or frozenset(up.id for up in ways)
        for site, ways in uplinks.items()
    }
