"""Finds the IP addresses of a configured address: an IP address, a name, or a place such as @gateway."""

import asyncio
import errno
import ipaddress
import socket

from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.net.places import here
from agent.net.shortage import shortage
from wire.url import literal

MAX_LOOKUP_SECONDS = 5.0
LOOKUP_SHARE = 0.9
"""The part of a probe's time for the look-up: a silent name server is then not a timeout of the target."""
DISCARD_PORT = 9
NO_WAY = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)


async def resolve(address: str, allow: Allow, within_seconds: float = MAX_LOOKUP_SECONDS) -> str:
    """The best IP address that `allow` permits. Raises Failed."""
    return (await resolve_all(address, allow, within_seconds))[0]


async def resolve_all(address: str, allow: Allow, within_seconds: float = MAX_LOOKUP_SECONDS) -> list[str]:
    """All IP addresses that `allow` permits, the best first, at least one. Raises Failed.

    The reason is `resolve` where the name has no address at present, `setting` where `allow` permits none.
    """
    if address.startswith("@"):
        return [here(address)]
    known = literal(address)
    found = [known] if known else await _lookup(address, within_seconds)
    refusals = [allow.of_address(each) for each in found]
    if all(refusals):
        raise Failed("setting", refusals[0])
    return [each for each, refusal in zip(found, refusals, strict=True) if not refusal]


def prepare(address: str) -> None:
    """Load the resolver if the address is a name. That takes time, and most sites use IP addresses."""
    if not address.startswith("@") and not literal(address):
        import agent.net.names  # noqa: F401


async def _lookup(name: str, within_seconds: float) -> list[str]:
    from agent.net.names import names, spelled

    within_seconds = min(MAX_LOOKUP_SECONDS, LOOKUP_SHARE * within_seconds)
    found = await names(asyncio.get_running_loop()).addresses(spelled(name), within_seconds)
    return sorted(found, key=lambda address: not has_way(address)) if len(found) > 1 else list(found)


def has_way(address: str) -> bool:
    """Whether this machine has a route and a source address for it (RFC 6724, rule 1). It sends nothing."""
    version = ipaddress.ip_address(address).version
    try:
        with socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.connect(peer_of(address, DISCARD_PORT))
    except OSError as error:
        short = shortage(error)
        if short is not None and short.number not in NO_WAY:
            raise short from None
        return False
    return True


def peer_of(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """The socket address, with the zone of a link-local one, which `socket.connect` loses. Raises Failed."""
    host, _, zone = address.partition("%")
    if not zone:
        return host, port
    try:
        scope = int(zone) if zone.isdecimal() else socket.if_nametoindex(zone)
    except OSError as error:
        detail = f"{address}: this machine has no interface {zone}"
        raise shortage(error) or Failed("setting", detail) from None
    return host, port, 0, scope
