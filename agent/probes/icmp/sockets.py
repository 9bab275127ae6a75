"""The shared ICMP socket of one address family: echoes out, replies and routers' errors in.

Linux: a ping socket (SOCK_DGRAM), where net.ipv4.ping_group_range allows it, else a raw one.
"""

import errno
import os
import socket
import struct
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from agent.clock import boot_now
from agent.net.sockets import IP_RECVERR, IPV6_RECVERR
from agent.probes.icmp import packet
from agent.probes.icmp.ancillary import (
    SO_TIMESTAMPNS,
    SPACE_BYTES,
    ReceiveClock,
    error_reason,
)
from agent.probes.icmp.packet import Echo
from wire.probes import Reason

REMEDY = 'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"'
RECEIVE_BUFFER_BYTES = 1 << 20
DATAGRAM_BYTES = 2048
DATAGRAMS_AT_ONCE = 1024
SEND_ATTEMPTS = 4

# Constants of asm-generic/socket.h, linux/sock_diag.h, linux/icmp.h and linux/icmpv6.h that Python lacks.
SO_MEMINFO = 55
MEMINFO = struct.Struct("=9I")
MEMINFO_DROPS = 8
SOL_RAW = 255
ICMP_FILTER = 1
ICMPV6_FILTER = 1

SENDING_REASONS: dict[int | None, Reason] = {
    errno.ENETUNREACH: "unreachable",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable",
    errno.EADDRNOTAVAIL: "setting",  # no address of this machine for that way
    errno.EAFNOSUPPORT: "setting",
    errno.EPERM: "permission",  # this machine's firewall
    errno.EACCES: "setting",  # a broadcast address
    errno.EINVAL: "setting",  # a link-local address without its interface
}

Peer = tuple[Any, ...]
"""A socket address as the kernel gives it: (host, 0), or (host, 0, 0, scope) for IPv6."""


class IcmpNotPermitted(Exception):
    """Neither a ping socket nor a raw one may be opened. The message holds the command that allows it."""

    def __init__(self) -> None:
        super().__init__(f"ICMP is not permitted for group {os.getgid()}; to allow it: {REMEDY}")
        self.remedy = REMEDY


class NotSent(Exception):
    """The echo did not leave; without a reason this machine was merely out of buffers."""

    def __init__(self, reason: Reason | None) -> None:
        super().__init__(reason)
        self.reason = reason


class Reply(NamedTuple):
    """`received` is boot-clock seconds."""

    peer: Peer
    echo: Echo
    received: float


class Failure(NamedTuple):
    """A router's word that an echo to `peer` will not arrive."""

    peer: Peer
    echo: Echo
    reason: Reason


class EchoPort(Protocol):
    """The engine's way to the targets: EchoSocket says more of each method."""

    @property
    def drained(self) -> bool: ...

    @property
    def dropped(self) -> int: ...

    def fileno(self) -> int: ...

    def close(self) -> None: ...

    def send(self, peer: Peer, sequence: int, token: bytes) -> float: ...

    def replies(self) -> Iterator[Reply]: ...

    def failures(self) -> Iterator[Failure]: ...


class EchoSocket:
    """Raises IcmpNotPermitted, or OSError where the machine lacks the address family."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self.family = family
        self.drained = True
        self._socket, self.raw = _open(family)
        # A ping socket's identifier is the kernel's to choose; on a raw one it tells our echoes from others'.
        self._identifier = int.from_bytes(os.urandom(2)) if self.raw else 0
        self._clock = ReceiveClock()
        self._buffer = bytearray(DATAGRAM_BYTES)
        self._failures: deque[Failure] = deque(maxlen=DATAGRAMS_AT_ONCE)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    @property
    def dropped(self) -> int:
        """Datagrams the kernel dropped because we read too slowly, since the socket was opened.

        SO_MEMINFO tells it at once; SO_RXQ_OVFL only with the next datagram that is not dropped.
        """
        meminfo = self._socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO.size)
        return int(MEMINFO.unpack(meminfo)[MEMINFO_DROPS])

    def send(self, peer: Peer, sequence: int, token: bytes) -> float:
        """The time when the echo left, on the boot clock. Raises NotSent.

        An error of another target, pending on the socket, fails this sending; it lies in the error queue.
        An error that leaves nothing there is this sending's own.
        """
        request = packet.encode(Echo(packet.REQUEST_TYPE[self.family], self._identifier, sequence, token))
        for attempt in range(SEND_ATTEMPTS):
            try:
                at = boot_now()
                self._socket.sendto(request, peer)
                return at
            except OSError as error:
                pending = self._drain_errors()
                if attempt and not pending:
                    raise NotSent(SENDING_REASONS.get(error.errno)) from None
        raise NotSent(None)

    def replies(self) -> Iterator[Reply]:
        """The datagrams that came in. `drained` is False afterwards if a flood left more to read."""
        self._clock.look()
        self.drained = False
        for _ in range(DATAGRAMS_AT_ONCE):
            try:
                size, ancillary, _flags, peer = self._socket.recvmsg_into([self._buffer], SPACE_BYTES)
            except BlockingIOError:
                self.drained = True
                return
            except OSError:  # the kernel raises a pending error once; its message is in the error queue
                continue
            echo = packet.decode(self._message(size))
            if echo is not None and self._is_ours(echo) and echo.type == packet.REPLY_TYPE[self.family]:
                yield Reply(peer, echo, self._clock.received(ancillary))

    def failures(self) -> Iterator[Failure]:
        """The errors of routers about our echoes. An unread one keeps the socket ready."""
        self._drain_errors()
        while self._failures:
            yield self._failures.popleft()

    def _drain_errors(self) -> int:
        for count in range(DATAGRAMS_AT_ONCE):
            try:
                data, ancillary, _flags, peer = self._socket.recvmsg(
                    DATAGRAM_BYTES, SPACE_BYTES, socket.MSG_ERRQUEUE
                )
            except OSError:
                return count
            echo, reason = packet.decode(data), error_reason(ancillary)
            if reason is not None and echo is not None and self._is_ours(echo):
                self._failures.append(Failure(peer, echo, reason))
        return DATAGRAMS_AT_ONCE

    def _message(self, size: int) -> memoryview:
        """Without the IP header, which raw IPv4 sockets deliver."""
        header = (self._buffer[0] & 0x0F) * 4 if self.raw and self.family == socket.AF_INET else 0
        return memoryview(self._buffer)[header:size]

    def _is_ours(self, echo: Echo) -> bool:
        return not self.raw or echo.identifier == self._identifier


def _open(family: socket.AddressFamily) -> tuple[socket.socket, bool]:
    protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
    try:
        opened, raw = socket.socket(family, socket.SOCK_DGRAM, protocol), False
    except OSError:
        try:
            opened, raw = socket.socket(family, socket.SOCK_RAW, protocol), True
        except PermissionError:
            raise IcmpNotPermitted from None
    opened.setblocking(False)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    if family == socket.AF_INET:
        opened.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    else:
        opened.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    if raw:
        _pass_only_replies(opened, family)
    return opened, raw


def _pass_only_replies(raw: socket.socket, family: socket.AddressFamily) -> None:
    """The kernel does not deliver the types whose bits are set."""
    word, bit = divmod(packet.REPLY_TYPE[family], 32)
    kept_out = [0xFFFFFFFF] * 8
    kept_out[word] ^= 1 << bit
    if family == socket.AF_INET:
        raw.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("=I", kept_out[0]))
    else:
        raw.setsockopt(socket.IPPROTO_ICMPV6, ICMPV6_FILTER, struct.pack("=8I", *kept_out))
