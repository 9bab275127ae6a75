"""The agent tests IPv4 and IPv6 of a name apart: a dead AAAA is "IPv6 down", not "down"."""

import asyncio
from collections.abc import Sequence

from agent.net.addresses import has_way
from agent.net.failed import Failed
from agent.net.sockets import connected
from wire.probes import NOT_RUN

FAMILY_SECONDS = 1.0


async def reached(addresses: Sequence[str], port: int) -> dict[str, float]:
    """1 or 0 for each family, named as in wire.metrics; empty unless the name and this machine have both."""
    if len({":" in address for address in addresses}) < 2:
        return {}  # without a look for ways, which takes a socket an address
    ways = [address for address in addresses if has_way(address)]
    families = {
        "http_ipv4_reached": [address for address in ways if ":" not in address],
        "http_ipv6_reached": [address for address in ways if ":" in address],
    }
    if not all(families.values()):
        return {}
    found = await asyncio.gather(*(_is_reached(of_family, port) for of_family in families.values()))
    return {name: float(up) for name, up in zip(families, found, strict=True) if up is not None}


async def _is_reached(addresses: Sequence[str], port: int) -> bool | None:
    """None where this machine itself could not try."""
    try:
        async with asyncio.timeout(FAMILY_SECONDS):
            (await connected(addresses, port)).socket.close()
    except TimeoutError:
        return False
    except Failed as failed:
        return None if failed.reason in NOT_RUN else False
    return True
