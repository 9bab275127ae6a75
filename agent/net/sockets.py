"""Sockets to one address or to many: who answers first, how long it took, and why it failed."""

import asyncio
import errno
import os
import socket
import struct
import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from agent.net.addresses import peer_of
from agent.net.failed import Failed
from agent.net.race import first_to_succeed
from agent.net.shortage import shortage
from wire.probes import Reason

# struct tcp_info (linux/tcp.h): tcpi_rtt in microseconds, tcpi_total_retrans.
TCPI_RTT_OFFSET = 68
TCPI_TOTAL_RETRANS_OFFSET = 100

# Python's socket module lacks them (linux/in.h, linux/in6.h).
IP_RECVERR = 11
IPV6_RECVERR = 25

NEXT_ADDRESS_SECONDS = 0.25
MAX_ADDRESSES = 6

REASONS: dict[int, Reason] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "refused",
    errno.ETIMEDOUT: "timeout",
    errno.EACCES: "unreachable",  # ICMPv6 "administratively prohibited", or a route that says so
    errno.EPERM: "permission",
    errno.EINVAL: "setting",
}


class TcpConnection(NamedTuple):
    socket: socket.socket
    address: str
    seconds: float


async def connected(addresses: Sequence[str], port: int) -> TcpConnection:
    """Connect to the address that answers first. The caller closes the socket. Raises Failed, OSError.

    As browsers do (RFC 8305), the agent tries the next address after a quarter of a second, or as soon as the
    one before failed.
    """
    opened: list[socket.socket] = []

    async def attempt(address: str) -> TcpConnection:
        connection = connection_socket(address)
        opened.append(connection)
        return TcpConnection(connection, address, await connect(connection, address, port))

    chosen = None
    try:
        attempts = [partial(attempt, address) for address in addresses[:MAX_ADDRESSES]]
        chosen = await first_to_succeed(attempts, NEXT_ADDRESS_SECONDS)
    finally:
        for connection in opened:
            if chosen is None or connection is not chosen.socket:
                connection.close()
    return chosen


def connection_socket(address: str, type: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """Raises OSError where this machine has no more descriptors, or not the address family."""
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, type)
    connection.setblocking(False)
    return connection


async def connect(connection: socket.socket, address: str, port: int) -> float:
    """Seconds until established. The kernel measured them, so a busy event loop adds nothing."""
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


def receive_icmp_errors(udp: socket.socket) -> None:
    """The socket gets every ICMP error. Without this it gets only a closed port (ip(7))."""
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
    words = os.strerror(error.errno) if error.errno else str(error)  # asyncio writes its own strerror
    return Failed(reason, f"{address} port {port}: {words}")
