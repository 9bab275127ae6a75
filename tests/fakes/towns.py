"""Small cities for the incidents: the tree of sites, and the default probes."""

from collections.abc import Collection, Mapping

from collector.incidents import Network, WatchedApplication, WatchedSite
from collector.incidents.paths.limits import Limit, Limits
from collector.inventory import INTERNET, Ring

Settings = Mapping[str, object]


def town(
    uplinks: Mapping[str, Collection[str]],
    sites: Mapping[str, WatchedSite] | None = None,
    silence_only: Collection[str] = (),
    noc_watches_all: bool = True,
    applications: Mapping[str, WatchedApplication] | None = None,
    more_probes: Mapping[str, Collection[tuple[str, str]]] | None = None,
    parents: Mapping[str, str] | None = None,
    limits: Mapping[str, float] | None = None,
    providers: Mapping[str, str] | None = None,
    mains: Mapping[str, Collection[str]] | None = None,
    exits: Mapping[str, str] | None = None,
    rings: Mapping[str, Ring] | None = None,
) -> Network:
    """The NOC's agent probes all routers, or only those right below it. Each other agent does the latter.

    All pings have the `limits`, and five minutes to be above them.
    """
    all_sites = {site: (sites or {}).get(site) or _site(site) for site in uplinks if site != INTERNET}
    probes: dict[str, set[tuple[str, str]]] = {site: {("icmp", "gateway")} for site in all_sites}
    for site, above in uplinks.items():
        if site in silence_only or site in ("noc", INTERNET):
            continue
        watchers = {up for up in above if up in all_sites} | ({"noc"} if noc_watches_all else set())
        for watcher in watchers:
            probes[watcher].add(("icmp", site))
    for agent, pairs in (more_probes or {}).items():
        probes[agent] |= set(pairs)
    return Network(
        sites=all_sites,
        uplinks=uplinks,
        probes={agent: frozenset(pairs) for agent, pairs in probes.items()},
        applications=applications or {},
        shared=frozenset(rings or {"internet", "internet2"}),
        parents=parents or {},
        limits={agent: _limits(pairs, limits) for agent, pairs in probes.items()} if limits else {},
        providers=providers or {},
        mains=mains or {},
        exits=exits or {},
        rings=rings or {},
    )


def _limits(pairs: Collection[tuple[str, str]], limits: Mapping[str, float]) -> dict[tuple[str, str], Limits]:
    its = {name: Limit(name, limit, 300.0) for name, limit in limits.items()}
    return {pair: its for pair in pairs if pair[0] == "icmp"}


def _site(site: str) -> WatchedSite:
    if site == "noc" or site.startswith("pop"):
        return WatchedSite(role="noc" if site == "noc" else "pop", notify_after_seconds=0.0)
    return WatchedSite(role="hotspot", notify_after_seconds=60.0)


TWO_POPS: Mapping[str, Collection[str]] = {
    "noc": (),
    "pop-east": ("noc",),
    "pop-west": ("noc",),
    "east-1": ("pop-east",),
    "east-2": ("pop-east",),
    "east-3": ("pop-east",),
    "west-1": ("pop-west",),
    "west-2": ("pop-west",),
    "both": ("pop-east", "pop-west"),
}
