"""TCP: time from SYN to an established connection."""

import asyncio
import errno
import ipaddress
import os
import socket
import struct
import time

from agent.addresses import resolve
from agent.echo.ancillary import IP_RECVERR, IPV6_RECVERR
from agent.probe import Failed
from agent.shortage import shortage
from wire.probes import Reason, Tcp

# struct tcp_info (linux/tcp.h): tcpi_rtt in microseconds, tcpi_total_retrans.
TCPI_RTT_OFFSET = 68
TCPI_TOTAL_RETRANS_OFFSET = 100

REASONS: dict[int, Reason] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "refused",
    errno.ETIMEDOUT: "timeout",
    errno.EACCES: "unreachable",  # ICMPv6 "administratively prohibited", or a route that says so
    errno.EPERM: "permission",
    errno.EINVAL: "setting",
}


async def measure(probe: Tcp) -> dict[str, float]:
    address = await resolve(probe.address)
    with connection_socket(address) as connection:
        return {"tcp_connect_duration_seconds": await connect(connection, address, probe.port)}


def connection_socket(address: str, type: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """Raises OSError where this machine has no more descriptors, or not the address family."""
    version = ipaddress.ip_address(address).version
    connection = socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, type)
    connection.setblocking(False)
    return connection


def peer_of(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """The socket address, with the zone of a link-local one, which `socket.connect` loses. Raises Failed."""
    host, _, zone = address.partition("%")
    if not zone:
        return host, port
    try:
        scope = int(zone) if zone.isdecimal() else socket.if_nametoindex(zone)
    except OSError as error:
        said = f"{address}: this machine has no interface {zone}"
        raise shortage(error) or Failed("setting", said) from None
    return host, port, 0, scope


async def connect(connection: socket.socket, address: str, port: int) -> float:
    """Seconds until established: the kernel's own figure, which a busy event loop can't lengthen."""
    started = time.monotonic()
    try:
        await asyncio.get_running_loop().sock_connect(connection, peer_of(address, port))
    except OSError as error:
        raise failure(error, address, port) from None
    elapsed = time.monotonic() - started
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    (rtt_us,) = struct.unpack_from("=I", info, TCPI_RTT_OFFSET)
    (retransmitted,) = struct.unpack_from("=I", info, TCPI_TOTAL_RETRANS_OFFSET)
    return elapsed if retransmitted or not rtt_us else min(elapsed, rtt_us / 1e6)


def tell_unreachable(udp: socket.socket) -> None:
    """Else only a closed port is told, and any other ICMP error waits for the timeout (ip(7))."""
    if udp.family == socket.AF_INET:
        udp.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    else:
        udp.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)


def failure(error: OSError, address: str, port: int) -> Failed:
    if ours := shortage(error):
        return ours
    if isinstance(error, socket.gaierror):  # of an address, not a name
        return Failed("setting", f"{address}: its zone is no interface of this machine")
    reason = REASONS.get(error.errno or 0, "unreachable")
    words = (
        os.strerror(error.errno) if error.errno else str(error)
    )  # asyncio puts words of its own in strerror
    return Failed(reason, f"{address} port {port}: {words}")
