"""The collector's time: Unix time that no step of the wall clock bends.

It runs with the boot clock, from the wall clock's time at the start: so durations and freshness are right.
When the wall clock is set and stays so, the collector follows in one step, with each part that
keeps times. A wall clock that is soon set back changes nothing.
"""

import time
from collections import deque
from collections.abc import Callable

from collector.city.step import Step

STEP_SECONDS = 1.0
"""The clock follows a smaller difference at once."""
LASTING_SECONDS = 20.0
"""A step that lasts so long is intended."""
STEPS_KNOWN = 8


def boot_now() -> float:
    """Seconds since boot, also while suspended (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wall_now() -> float:
    return time.time()


class SteadyClock:
    """`boot` and `wall` read the two clocks, in seconds."""

    def __init__(self, boot: Callable[[], float] = boot_now, wall: Callable[[], float] = wall_now) -> None:
        self._boot = boot
        self._wall = wall
        self._began = boot()
        self._offset = wall() - self._began
        self._former: deque[float] = deque(maxlen=STEPS_KNOWN)
        self._candidate: float | None = None
        self._candidate_since = 0.0

    def now(self) -> float:
        """Unix seconds; it jumps only at a step that `look` returns."""
        return self.at(self._boot())

    def boot(self) -> float:
        return self._boot()

    def at(self, boot: float) -> float:
        """The Unix time of that moment of the boot clock."""
        return boot + self._offset

    def look(self) -> Step | None:
        """Follow the wall clock if it was set and stays so. The caller asks often."""
        boot = self._boot()
        offset = self._wall() - boot
        if abs(offset - self._offset) < STEP_SECONDS:
            self._offset, self._candidate = offset, None
            return None
        if self._candidate is None or abs(offset - self._candidate) > STEP_SECONDS:
            self._candidate, self._candidate_since = offset, boot
        if boot - self._candidate_since < LASTING_SECONDS:
            return None
        step = Step(offset - self._offset, self.at(self._began), self.at(boot))
        self._former.append(self._offset)
        self._offset, self._candidate = offset, None
        return step

    @property
    def corrections(self) -> tuple[float, ...]:
        """The corrections that bring times of a former clock, or of the next one, to the present clock."""
        others = [*self._former, *([] if self._candidate is None else [self._candidate])]
        return tuple(self._offset - other for other in others)
