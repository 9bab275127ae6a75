"""Checks of addresses, networks and host names."""

import ipaddress
import re

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?\.?", re.IGNORECASE)


def complaint(address: str) -> str:
    """The fault of the address of a router or another device; "" when it has none."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return "is no IP address; write it like '10.61.4.1', without a prefix length"
    special = refused(address)
    return f"{special}; write the device's own" if special else ""


def refused(address: str) -> str:
    """Why agents refuse this IP address unless their allow list names it; "" for others and for names."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        return "is an IPv4 address in the form of IPv6, which agents refuse"
    if ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return "is loopback, link-local, multicast or unspecified, which agents refuse"
    return ""


def is_host(address: str) -> bool:
    """True for an IP address or a host name."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return _HOST_NAME.fullmatch(address) is not None
    return True


def is_network(network: str) -> bool:
    try:
        ipaddress.ip_network(network)
    except ValueError:
        return False
    return True
