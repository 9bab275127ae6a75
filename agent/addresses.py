"""From an address as configured to an IP address: literals, names, and the places this machine knows best."""

import ipaddress
import socket
import struct
from pathlib import Path

from agent.allow import ALLOWED
from agent.probe import Failed

ROUTES = Path("/proc/net/route")
ROUTES_V6 = Path("/proc/net/ipv6_route")
RESOLVERS = Path("/etc/resolv.conf")
RESOLVERS_BEHIND_STUB = Path("/run/systemd/resolve/resolv.conf")
STUB = "127.0.0.53"
RTF_GATEWAY = 0x2


async def resolve(address: str) -> str:
    """An IP address that may be probed. Raises Failed; reason `resolve` where there is none at present."""
    if address.startswith("@"):
        return _here(address)
    try:
        found = str(ipaddress.ip_address(address))
    except ValueError:
        found = await _lookup(address)
    allowed = ALLOWED.get(None)
    if allowed is not None and (refusal := allowed.of_address(found)):
        raise Failed("setting", refusal)
    return found


def _here(place: str) -> str:
    if place == "@gateway":
        gateway = default_gateway()
        if gateway is None:
            raise Failed("unreachable", "this machine has no default route")
        return gateway
    known = {"@resolver" + (str(number) if number > 1 else ""): number - 1 for number in (1, 2, 3)}
    if place not in known:
        raise Failed("setting", f"{place} is not a place; use @gateway, @resolver, @resolver2 or @resolver3")
    servers = name_servers()
    if known[place] >= len(servers):
        raise Failed("resolve", f"this machine has {len(servers)} name servers in {RESOLVERS}")
    return servers[known[place]]


async def _lookup(name: str) -> str:
    import icmplib  # on first use: most sites are addressed by number

    try:
        return str((await icmplib.async_resolve(name))[0])
    except (icmplib.NameLookupError, UnicodeError):
        raise Failed("resolve", f"{name} has no address") from None


def default_gateway() -> str | None:
    """The IPv4 gateway of the default route, else the IPv6 one, else None (proc(5), /proc/net/route)."""
    for line in _lines(ROUTES)[1:]:
        fields = line.split()
        if fields[1] == "00000000" and int(fields[3], 16) & RTF_GATEWAY:
            return socket.inet_ntoa(struct.pack("=I", int(fields[2], 16)))
    for line in _lines(ROUTES_V6):
        fields = line.split()
        if fields[0] == "0" * 32 and fields[1] == "00" and fields[4].strip("0"):
            hop = ipaddress.IPv6Address(int(fields[4], 16))
            return f"{hop}%{fields[9]}" if hop.is_link_local else str(hop)
    return None


def name_servers() -> list[str]:
    """At most three, as resolv.conf(5) has it; behind systemd's stub, the real ones."""
    servers = _name_servers_in(RESOLVERS)
    if servers == [STUB]:
        servers = _name_servers_in(RESOLVERS_BEHIND_STUB) or servers
    return servers[:3]


def _name_servers_in(path: Path) -> list[str]:
    words = [line.split() for line in _lines(path)]
    return [word[1] for word in words if len(word) > 1 and word[0] == "nameserver"]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
