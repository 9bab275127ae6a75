"""The settings by which agents watch a site, from its role, its way up and the site itself. Pure."""

from typing import NamedTuple

from collector.inventory.city import City, Medium, Role, WatchSettings
from collector.inventory.topology import Topology
from wire.probes import Probe

SILENT_INTERVALS = 3
PING_PERIOD_SECONDS = 1.0
REPORT_INTERVAL_SECONDS = 10.0
NOTIFY_AFTER_SECONDS: dict[Role, float] = {"noc": 0, "pop": 0, "office": 30, "hotspot": 60}
LIMIT_FOR_SECONDS = 300.0
LIMITS = {"icmp_loss_ratio": 0.05, "icmp_rtt_median_seconds": 0.1, "icmp_delay_variation_seconds": 0.03}


class WayUp(NamedTuple):
    """The load that a link carries without harm, and limits for links whose delays are longer than usual."""

    ping_period_seconds: float
    report_interval_seconds: float
    limits: dict[str, float]


LINE = WayUp(PING_PERIOD_SECONDS, REPORT_INTERVAL_SECONDS, {})
MEDIA: dict[Medium, WayUp] = {
    "fiber": LINE,
    "copper": LINE,
    "radio": LINE,
    "lte": WayUp(2.0, 10.0, {"icmp_rtt_median_seconds": 0.2, "icmp_delay_variation_seconds": 0.1}),
    "vsat": WayUp(5.0, 10.0, {"icmp_rtt_median_seconds": 0.9, "icmp_delay_variation_seconds": 0.2}),
}
METERED = WayUp(20.0, 60.0, {})


class Watching(NamedTuple):
    """A site's settings, all of them set.

    `ping_period_seconds` is for echoes across the site's way up, `local_ping_period_seconds` for echoes that
    stay at the site. An agent counts as lost when the collector could receive its reports and got none for
    `silence_seconds`.
    """

    notify_after_seconds: float
    ping_period_seconds: float
    local_ping_period_seconds: float
    report_interval_seconds: float
    silence_seconds: float
    limits: dict[str, float]
    limit_for_seconds: float
    probes: list[Probe]
    metered: bool


def watching(city: City, topology: Topology, site_id: str) -> Watching:
    """The site's own settings come first. The way up bounds the settings of the role."""
    site = city.sites[site_id]
    role = city.roles.get(site.role, WatchSettings())
    way = list(topology.path(site_id))
    bears = [MEDIA[link.medium] for link in way] + [METERED for link in way if link.metered]
    ping = _first(site.ping_period_seconds, role.ping_period_seconds, PING_PERIOD_SECONDS)
    across = max([ping, *(up.ping_period_seconds for up in bears)])
    interval = _first(role.report_interval_seconds, REPORT_INTERVAL_SECONDS)
    interval = max([interval, *(up.report_interval_seconds for up in bears)])
    interval = _first(site.report_interval_seconds, interval)
    usual = {name: max([limit, *(up.limits.get(name, 0) for up in bears)]) for name, limit in LIMITS.items()}
    return Watching(
        notify_after_seconds=_first(
            site.notify_after_seconds,
            0.0 if site.priority == 1 else None,
            role.notify_after_seconds,
            NOTIFY_AFTER_SECONDS[site.role],
        ),
        ping_period_seconds=_first(site.ping_period_seconds, across),
        local_ping_period_seconds=ping,
        report_interval_seconds=interval,
        silence_seconds=SILENT_INTERVALS * interval,
        limits={**usual, **role.limits, **site.limits},
        limit_for_seconds=_first(site.limit_for_seconds, role.limit_for_seconds, LIMIT_FOR_SECONDS),
        probes=[*role.probes, *site.probes],
        metered=any(link.metered for link in way),
    )


def _first(*said: float | None) -> float:
    return next(value for value in said if value is not None)
