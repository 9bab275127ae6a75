"""Linux's control messages beside a datagram: its time of arrival, the kind of an error (ip(7), icmp(7))."""

import socket
import struct
import time
from collections.abc import Iterable

from agent.clock import boot_now
from agent.net.sockets import IP_RECVERR, IPV6_RECVERR
from wire.probes import Reason

# Constants of asm-generic/socket.h and linux/errqueue.h that Python's socket module lacks.
SO_TIMESTAMPNS = 35
TIMESPEC = struct.Struct("@ll")
EXTENDED_ERROR = struct.Struct("=IBBBBII")  # errno, origin, type, code, pad, info, data
ORIGIN_ICMP = 2
ORIGIN_ICMPV6 = 3
SPACE_BYTES = 512

STEP_NS = 1_000_000
CLOCK_READING_NS = 20_000

Ancillary = Iterable[tuple[int, int, bytes]]

# Redirects, source quench and packet too big come the same way and are no failures: they are not here.
ERRORS: dict[tuple[int, int], Reason] = {
    (ORIGIN_ICMP, 3): "unreachable",
    (ORIGIN_ICMP, 11): "unreachable",  # time to live exceeded: a loop of routes
    (ORIGIN_ICMP, 12): "protocol",
    (ORIGIN_ICMPV6, 1): "unreachable",
    (ORIGIN_ICMPV6, 3): "unreachable",
    (ORIGIN_ICMPV6, 4): "protocol",
}
# Of destination unreachable: protocol and port are a host's or a firewall's refusal, and 4 asks to fragment.
ERROR_CODES: dict[tuple[int, int, int], Reason | None] = {
    (ORIGIN_ICMP, 3, 2): "refused",
    (ORIGIN_ICMP, 3, 3): "refused",
    (ORIGIN_ICMP, 3, 4): None,
    (ORIGIN_ICMPV6, 1, 4): "refused",
}


def error_reason(ancillary: Ancillary) -> Reason | None:
    """The reason in a message from the error queue; None where it is no failure."""
    for level, kind, data in ancillary:
        if (level, kind) in ((socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)):
            _errno, origin, type_, code, *_rest = EXTENDED_ERROR.unpack_from(data)
            return ERROR_CODES.get((origin, type_, code), ERRORS.get((origin, type_)))
    return None


class ReceiveClock:
    """The kernel's receive stamps, which are wall-clock time, on the boot clock."""

    def __init__(self) -> None:
        self._offset_ns = _boot_minus_real_ns()
        self._stepped = False

    def look(self) -> None:
        """Before each batch: if the wall clock was set since the last one, its stamps mean nothing."""
        before, self._offset_ns = self._offset_ns, _boot_minus_real_ns()
        self._stepped = abs(self._offset_ns - before) > STEP_NS

    def received(self, ancillary: Ancillary) -> float:
        """Boot-clock seconds; the time of reading where there is no usable stamp."""
        if not self._stepped:
            for level, kind, data in ancillary:
                if kind == SO_TIMESTAMPNS and level == socket.SOL_SOCKET:
                    seconds, nanoseconds = TIMESPEC.unpack(data)
                    boot_ns: int = seconds * 1_000_000_000 + nanoseconds + self._offset_ns
                    return boot_ns * 1e-9
        return boot_now()


def _boot_minus_real_ns() -> int:
    """Read again when something ran between the two readings."""
    for _ in range(3):
        before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        real = time.time_ns()
        after = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        if after - before < CLOCK_READING_NS:
            break
    return (before + after) // 2 - real
