"""The places: this machine's default gateway and its name servers.

A shortage of this machine raises Shortage, because an unreadable file does not mean "none".
"""

import ipaddress
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from agent.net.failed import Failed
from agent.net.shortage import shortage

ROUTES = Path("/proc/net/route")
ROUTES_V6 = Path("/proc/net/ipv6_route")
RESOLVERS = Path("/etc/resolv.conf")
RESOLVERS_BEHIND_STUB = Path("/run/systemd/resolve/resolv.conf")
STUBS = (["127.0.0.53"], ["127.0.0.54"])
MAX_BYTES = 2**20
RTF_GATEWAY, RTF_REJECT = 0x2, 0x200


@dataclass(frozen=True, slots=True)
class DefaultRoute:
    """`gateway` is "" on a point-to-point link (ppp, LTE), which has no next hop to ping."""

    interface: str
    gateway: str
    metric: int


def here(place: str) -> str:
    """The address behind `@gateway`, `@resolver`, … Raises Failed."""
    if place == "@gateway":
        return _gateway()
    known = {"@resolver" + (str(number) if number > 1 else ""): number - 1 for number in (1, 2, 3)}
    if place not in known:
        raise Failed("setting", f"{place} is not a place; use @gateway, @resolver, @resolver2 or @resolver3")
    servers = name_servers()
    if known[place] < len(servers):
        return servers[known[place]]
    detail = f"this machine has {len(servers)} name servers in {RESOLVERS}"
    raise Failed("setting" if servers else "resolve", detail)


def _gateway() -> str:
    routes = default_routes()
    if not routes:
        raise Failed("unreachable", "this machine has no default route")
    best = [min(family, key=lambda route: route.metric) for family in routes]
    for route in best:
        if route.gateway:
            return route.gateway
    detail = f"the default route by {best[0].interface} has no gateway: there is nothing to ping"
    raise Failed("setting", detail)


def default_routes() -> list[list[DefaultRoute]]:
    """The default routes of IPv4, then of IPv6, without a family that has none (proc(5))."""
    families = (map(_ipv4, _lines(ROUTES)[1:]), map(_ipv6, _lines(ROUTES_V6)))
    found = [[route for route in family if route is not None] for family in families]
    return [family for family in found if family]


def _ipv4(line: str) -> DefaultRoute | None:
    interface, destination, gateway, flags, _, _, metric, mask = line.split()[:8]
    if int(destination, 16) or int(mask, 16) or int(flags, 16) & RTF_REJECT:
        return None
    hop = socket.inet_ntoa(struct.pack("=I", int(gateway, 16))) if int(flags, 16) & RTF_GATEWAY else ""
    return DefaultRoute(interface, hop, int(metric))


def _ipv6(line: str) -> DefaultRoute | None:
    destination, length, _, _, gateway, metric, _, _, flags, interface = line.split()
    if int(destination, 16) or int(length, 16) or int(flags, 16) & RTF_REJECT:
        return None
    hop = ipaddress.IPv6Address(int(gateway, 16))
    shown = f"{hop}%{interface}" if hop.is_link_local else str(hop)
    return DefaultRoute(interface, shown if int(gateway, 16) else "", int(metric, 16))


def name_servers() -> list[str]:
    """At most three (resolv.conf(5)). Where resolv.conf names systemd's stub, the servers behind it."""
    servers = name_servers_in(RESOLVERS)
    if servers in STUBS:
        servers = name_servers_in(RESOLVERS_BEHIND_STUB) or servers
    return servers[:3]


def name_servers_in(path: Path) -> list[str]:
    """All name servers of one file."""
    words = [line.split() for line in _lines(path)]
    named = [word[1] for word in words if len(word) > 1 and word[0] == "nameserver"]
    return [address for address in named if _is_address(address)]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _lines(path: Path) -> list[str]:
    return text(path).splitlines()


def text(path: Path) -> str:
    """The text of a file of the system, "" where there is none. Raises Shortage."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError as error:
        if ours := shortage(error):
            raise ours from None
        return ""
