"""The allow list: the local list of the kinds, networks and ports that this agent may probe.

No assignment can change it.

The program passes the list to each probe, and no probe runs without one. The agent checks the address at each
resolution, so that a name can't lead elsewhere later. The list does not concern the machine's own gateway and
name servers.
"""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct

from wire.probes import Http, Icmp, Port, Probe, kind

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Allow(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty list allows all, but loopback, link-local and multicast need a network of their own."""

    kinds: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()

    def refusal(self, probe: Probe) -> str:
        """The reason why the agent does not run the probe, or "". A name has no address yet."""
        if self.kinds and kind(probe) not in self.kinds:
            return f"kind {kind(probe)} is not in [allow] kinds"
        port = _port(probe)
        if port is not None and (refusal := self.of_port(port)):
            return refusal
        if not isinstance(probe, Http) and not probe.address.startswith("@"):
            return self.of_address(probe.address)
        return ""

    def of_port(self, port: int) -> str:
        """The reason why the agent does not probe the port, or ""."""
        return f"port {port} is not in [allow] ports" if self.ports and port not in self.ports else ""

    def of_address(self, address: str) -> str:
        """The reason why the agent does not probe the IP address, or "". A name has no address yet: ""."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return ""
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:  # the kernel sends it as IPv4
            return f"{address} is an IPv4 address in the form of IPv6; write {ip.ipv4_mapped}"
        networks = _networks(self.networks)
        special = is_special(ip)
        if any(ip in network and (not special or is_special(network)) for network in networks):
            return ""
        if special:
            return f"{address} is loopback, link-local or multicast, and not in [allow] networks"
        return f"{address} is not in [allow] networks" if networks else ""


class _Unrestricted(Allow, frozen=True):
    def refusal(self, probe: Probe) -> str:
        return ""

    def of_port(self, port: int) -> str:
        return ""

    def of_address(self, address: str) -> str:
        return ""


UNRESTRICTED: Allow = _Unrestricted()
"""A person at the command line may probe every address of every kind. The agent never uses this list."""


def is_special(ip: ipaddress.IPv4Address | ipaddress.IPv6Address | Network) -> bool:
    """Whether the address, or the whole network, is loopback, link-local, multicast or unspecified."""
    return ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified


@lru_cache(maxsize=4)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


def _port(probe: Probe) -> int | None:
    if isinstance(probe, Icmp):
        return None
    if isinstance(probe, Http):
        url = urlsplit(probe.url)
        return url.port or (443 if url.scheme == "https" else 80)
    return probe.port
