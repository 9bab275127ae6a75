"""The one who connects, as an address for people and as the network that limits count. Sans-IO."""

import ipaddress

IPV6_NETWORK_BITS = 64
"""A single host may have all addresses of such a network (RFC 4291), so they count as one."""


PROXY = "proxy"
"""So many behind a proxy can't be told apart: only the limits of all hold for them."""
LOOPBACK = ("127.0.0.1", "::1")


def shown_address(address: str) -> str:
    """An IPv4 address as such, also at a socket of IPv6 (`::ffff:10.0.0.9`)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return str(mapped or known)


def counted_network(address: str, has_proxy: bool = False) -> str:
    """Everybody in it shares a limit. `has_proxy`: one on this machine passes on what comes to port 443."""
    shown = shown_address(address)
    if has_proxy and shown in LOOPBACK:
        return PROXY
    try:
        return str(ipaddress.IPv6Network((shown.partition("%")[0], IPV6_NETWORK_BITS), strict=False))
    except ValueError:
        return shown
