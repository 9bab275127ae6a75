"""The city's own facts and its sites: ids, addresses, districts."""

import ipaddress
import re
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Iterator

from collector.inventory.checks.addresses import complaint, is_host, is_network
from collector.inventory.checks.draft import Draft
from collector.inventory.city import Site
from collector.inventory.internet import AT_MOST, Ring
from collector.inventory.problem import Problem, nearest
from collector.inventory.targets import is_reserved
from wire.topics import AGENT_ID


def faults(draft: Draft) -> Iterator[Problem]:
    yield from _facts(draft)
    yield from _ids(draft)
    for id, site in draft.city.sites.items():
        yield from _site(draft, id, site)
    yield from _shared_routers(draft)
    yield from _spellings(draft)


def _facts(draft: Draft) -> Iterator[Problem]:
    city = draft.city
    try:
        zoneinfo.ZoneInfo(city.timezone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        zones = sorted(zoneinfo.available_timezones())
        otherwise = (
            "write one such as 'Asia/Pontianak'" if zones else "this machine knows none: install tzdata"
        )
        remedy = nearest(city.timezone, zones, otherwise)
        yield draft.problem("city", "timezone", "", f"{city.timezone!r} is no time zone; {remedy}")
    for target in city.internet.targets:
        yield from _host(draft, "internet", _ring_key(draft, target.ring), target.address)
    for address in city.resolvers:
        yield from _host(draft, "resolvers", "", address)
    yield from _rings(draft)
    for network in city.networks:
        if not is_network(network):
            what = f"{network!r} is no network; write it like '10.61.0.0/16', with no bits after the prefix"
            yield draft.problem("city", "networks", "", what)


def _rings(draft: Draft) -> Iterator[Problem]:
    """An address stands for one ring, and each has a name."""
    targets = draft.city.internet.targets
    if len(targets) > AT_MOST:
        what = f"has {len(targets)} addresses; keep at most {AT_MOST} in all rings together"
        yield draft.problem("city", "internet", "", what)
    ring_of: dict[str, Ring] = {}
    for target in targets:
        if (first := ring_of.setdefault(target.address, target.ring)) != target.ring:
            what = f"{target.address!r} stands in {first} too; keep it in one ring"
            yield draft.problem("city", "internet", target.ring, what)


def _ring_key(draft: Draft, ring: Ring) -> str:
    """The ring's key in the file; "" if the file has a plain list."""
    row = draft.document.facts.get("internet")
    return ring if row is not None and isinstance(row.values, dict) else ""


def _host(draft: Draft, id: str, key: str, address: str) -> Iterator[Problem]:
    if not is_host(address):
        what = f"{address!r} is neither an IP address nor a host name; write it like '1.1.1.1'"
        yield draft.problem("city", id, key, what)


def _ids(draft: Draft) -> Iterator[Problem]:
    for id in draft.written("sites"):
        if not re.fullmatch(AGENT_ID, id):
            what = "a site's id is 3 to 32 of a-z, 0-9 and -, as its agent's; rename it"
            yield draft.problem("sites", id, "", what)
        elif is_reserved(id):
            yield draft.problem("sites", id, "", f"{id!r} is a target of every agent; rename the site")


def _site(draft: Draft, id: str, site: Site) -> Iterator[Problem]:
    addresses = {"router": site.router, "ups": site.ups}
    for name, device in site.devices.items():
        if device.address != addresses.get(name):
            addresses[f"devices.{name}.address"] = device.address
    for key, address in addresses.items():
        if address and (what := complaint(address)):
            yield draft.problem("sites", id, key, f"{address!r} {what}")
    networks = draft.city.networks
    if networks and all(map(is_network, networks)) and _seen(draft, id):
        router = ipaddress.ip_address(site.router)
        if not any(router in ipaddress.ip_network(network) for network in networks):
            what = f"{site.router!r} is in none of city.networks; correct it, or add its network there"
            yield draft.problem("sites", id, "router", what)
    if (site.latitude is None) != (site.longitude is None):
        there, missing = ("longitude", "latitude") if site.latitude is None else ("latitude", "longitude")
        yield draft.problem("sites", id, there, f"stands alone; add {missing}, or leave both out")


def _seen(draft: Draft, id: str) -> bool:
    router = draft.city.sites[id].router
    return bool(router) and not complaint(router) and draft.topology.seen_from_above(id)


def _shared_routers(draft: Draft) -> Iterator[Problem]:
    """Two routers in the city's network can't share an address; behind address translation they may."""
    owners: dict[str, list[str]] = defaultdict(list)
    for id, site in draft.city.sites.items():
        if _seen(draft, id):
            owners[str(ipaddress.ip_address(site.router))].append(id)
    for address, (first, *others) in owners.items():
        for id in others:
            what = f"{address!r} is the router of {first} too; give each site its own"
            yield draft.problem("sites", id, "router", what)


def _spellings(draft: Draft) -> Iterator[Problem]:
    """A district with two spellings would be two districts in every graph."""
    sites = draft.city.sites
    usual: dict[str, str] = {}
    for district, _ in Counter(site.district for site in sites.values()).most_common():
        usual.setdefault(_folded(district), district)
    for id, site in sites.items():
        if site.district != (other := usual[_folded(site.district)]):
            what = f"{site.district!r} is written {other!r} elsewhere; write it one way"
            yield draft.problem("sites", id, "district", what)


def _folded(district: str) -> str:
    return re.sub(r"[\W_]", "", district).casefold()
