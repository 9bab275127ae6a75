"""The boot clock, which nobody sets, and its offset to Unix time by the collector's answers (RFC 5905)."""

import ctypes
import time
from collections import deque
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple

from wire.report import Clock as Source

AGREEMENT_SECONDS = 2.0
MAX_ERROR_SECONDS = 5.0
ROUNDING_SECONDS = 0.001
SET_SECONDS = 60.0
DRIFT_SECONDS = 0.5
"""The most that a boot clock drifts in an hour: 140 ppm."""
SLOT_SECONDS = 600.0
HOUR_SECONDS = 3600.0

# adjtimex(2): struct timex is 208 bytes; modes 0 reads only.
TIMEX_BYTES = 512
TIME_ERROR = 5


class Machine(NamedTuple):
    """The run of the machine under an agent: its boot id, and its start on this kernel's boot clock.

    The empty id is this kernel's own. The demo has many agents in one process, each on a machine of its own.
    """

    boot: str = ""
    started: float = 0.0


THIS = Machine()
MACHINE = ContextVar("machine", default=THIS)


def boot_now() -> float:
    """Seconds since boot, also while suspended (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - MACHINE.get().started


def boot_id() -> str:
    """A new random id at every boot of the kernel."""
    return MACHINE.get().boot or Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def kernel_synchronized() -> bool:
    """Whether NTP or PTP keeps the kernel's clock, by adjtimex(2)."""
    state = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    return 0 <= state < TIME_ERROR


def kernel_offset() -> float | None:
    """Unix time minus boot clock in seconds, by the kernel; None where nothing keeps its clock."""
    return time.time() - boot_now() if kernel_synchronized() else None


class OffsetEstimate(NamedTuple):
    """Unix time minus boot clock, in seconds, wrong by at most `error_seconds`; `at` is the boot clock."""

    offset: float
    error_seconds: float
    at: float


class ClockReading(NamedTuple):
    """The date of a report: its offset and the source. `offset` is None only where it is "estimated"."""

    offset: float | None
    clock: Source


UNDATED = ClockReading(None, "estimated")


def set_since(former: ClockReading, present: ClockReading) -> bool:
    """Whether the collector's clock was set between two readings: no boot clock drifts so far."""
    if former.clock != "collector" or former.offset is None or present.offset is None:
        return False
    return abs(present.offset - former.offset) > SET_SECONDS


def offset_of(echo: float, received: float, sent: float, arrival: float) -> OffsetEstimate | None:
    """The offset by one exchange: `echo` and `arrival` on the boot clock, `received` and `sent` in Unix time.

    None where the exchange says nothing about it: an answer before its question belongs to another boot, and
    the broker may have retained the question for long.
    """
    error = ((arrival - echo) - (sent - received)) / 2
    if not -ROUNDING_SECONDS <= error <= MAX_ERROR_SECONDS or sent < received:
        return None
    return OffsetEstimate(((received - echo) + (sent - arrival)) / 2, max(0.0, error), arrival)


class Clock:
    """The best offset of the last hour: the clock keeps one estimate for each ten minutes."""

    def __init__(self) -> None:
        self._slots: deque[OffsetEstimate] = deque(maxlen=round(HOUR_SECONDS / SLOT_SECONDS))

    def add_sample(self, echo: float, received: float, sent: float, arrival: float) -> bool:
        """Add the times of one acknowledgement; False where they say nothing about the offset."""
        new = offset_of(echo, received, sent, arrival)
        if new is None:
            return False
        best = self.estimate(arrival)
        if best and not _compatible(new, best):
            self._slots.clear()
        if self._slots and self._slots[-1].at // SLOT_SECONDS == arrival // SLOT_SECONDS:
            new = min(self._slots.pop(), new, key=lambda estimate: estimate.error_seconds)
        self._slots.append(new)
        return True

    def estimate(self, now: float) -> OffsetEstimate | None:
        """The best estimate of the last hour, else the last one; None before the first."""
        recent = [estimate for estimate in self._slots if now - estimate.at <= HOUR_SECONDS]
        return min(
            recent or list(self._slots)[-1:], key=lambda estimate: estimate.error_seconds, default=None
        )

    def reading(self, now: float, kernel: float | None) -> ClockReading:
        """`kernel` is the kernel's own offset, None where nothing keeps its clock."""
        best = self.estimate(now)
        if best is None:
            return UNDATED
        if kernel is not None and not self.disagrees(now, kernel):
            return ClockReading(round(kernel, 6), "ntp")
        return ClockReading(round(best.offset, 6), "collector")

    def disagrees(self, now: float, kernel: float) -> bool:
        """Whether the kernel's clock and the collector's are surely more than two seconds apart."""
        best = self.estimate(now)
        return best is not None and _apart(kernel, best.offset) > best.error_seconds


def _compatible(one: OffsetEstimate, other: OffsetEstimate) -> bool:
    """Whether both can be true. If not, the collector's clock was set between them."""
    return abs(one.offset - other.offset) <= one.error_seconds + other.error_seconds + DRIFT_SECONDS


def _apart(one: float, other: float) -> float:
    """How far beyond agreement two offsets are."""
    return abs(one - other) - AGREEMENT_SECONDS
