import socket
import struct
import time

import pytest

from agent.clock import boot_now
from agent.probes.icmp import ancillary
from agent.probes.icmp.ancillary import EXTENDED_ERROR, SO_TIMESTAMPNS, ReceiveClock, error_reason

ICMP, ICMPV6 = 2, 3


@pytest.mark.parametrize(
    ("origin", "type_", "code", "reason"),
    [
        (ICMP, 3, 0, "unreachable"),
        (ICMP, 3, 1, "unreachable"),
        (ICMP, 3, 13, "unreachable"),
        (ICMP, 3, 3, "refused"),
        (ICMP, 3, 4, None),
        (ICMP, 5, 1, None),
        (ICMP, 11, 0, "unreachable"),
        (ICMP, 12, 0, "protocol"),
        (ICMPV6, 1, 1, "unreachable"),
        (ICMPV6, 1, 4, "refused"),
        (ICMPV6, 2, 0, None),
        (ICMPV6, 3, 0, "unreachable"),
    ],
)
def test_an_error_has_a_reason_unless_it_is_no_failure(
    origin: int, type_: int, code: int, reason: str | None
) -> None:
    level, kind = (socket.IPPROTO_IP, 11) if origin == ICMP else (socket.IPPROTO_IPV6, 25)
    error = EXTENDED_ERROR.pack(113, origin, type_, code, 0, 0, 0)
    assert error_reason([(level, kind, error)]) == reason


def stamp(seconds_ago: float) -> list[tuple[int, int, bytes]]:
    seconds, nanoseconds = divmod(time.time_ns() - int(seconds_ago * 1e9), 1_000_000_000)
    return [(socket.SOL_SOCKET, SO_TIMESTAMPNS, struct.pack("@ll", seconds, nanoseconds))]


def test_a_stamp_is_told_on_the_boot_clock() -> None:
    clock = ReceiveClock()
    clock.look()
    assert clock.received(stamp(seconds_ago=3.0)) == pytest.approx(boot_now() - 3.0, abs=0.05)


def test_stamps_of_a_wall_clock_that_was_just_set_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ReceiveClock()
    clock.look()
    read = ancillary._boot_minus_real_ns
    monkeypatch.setattr(ancillary, "_boot_minus_real_ns", lambda: read() - 3_600_000_000_000)
    clock.look()
    assert clock.received(stamp(seconds_ago=3.0)) == pytest.approx(boot_now(), abs=0.05)
    clock.look()
    assert clock.received(stamp(seconds_ago=0.0)) == pytest.approx(boot_now() - 3600, abs=0.05)
