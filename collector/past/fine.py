"""The last 45 minutes of each path in steps of ten seconds: three bytes a step.

The rings run with the collector's clock and know nothing of its steps: `shift` brings a time to theirs.
"""

from collections.abc import Sequence

from collector.city.step import Step
from collector.past.codes import state_code, time_code
from collector.past.rings import RingArrays

STEP_SECONDS = 10
STEPS = 270


class FineRings(RingArrays):
    """Of two measurements in one step the worse one stays, whichever comes first."""

    def __init__(self, now: float) -> None:
        super().__init__("HB", STEPS, 1, int(now // STEP_SECONDS))
        self._shift = 0.0

    def number(self, at: float) -> int:
        """The step of that Unix time."""
        return int((at - self._shift) // STEP_SECONDS)

    def began_at(self, number: int) -> float:
        """Unix seconds at which the step begins."""
        return number * STEP_SECONDS + self._shift

    def stepped(self, step: Step) -> None:
        self._shift += step.by

    def add(self, place: int, up: bool, loss: int, time: int) -> None:
        """Add one measurement at a place in whole units, -1 for undefined."""
        times, states = self.arrays
        state = state_code(up, loss)
        if state > states[place]:
            states[place] = state
        if time >= 0 and (code := time_code(time)) > times[place]:
            times[place] = code

    def span(self, row: int, first: int, end: int) -> tuple[list[int], list[int]]:
        """The codes of times and states from `first` to before `end`; 0 for a step not held."""
        places = [self._place(row, number) for number in range(first, end)]
        times, states = ([0 if at is None else one[at] for at in places] for one in self.arrays)
        return times, states

    def put(self, row: int, first: int, times: Sequence[int], states: Sequence[int]) -> None:
        """Take back codes that were saved before a restart."""
        for number, codes in enumerate(zip(times, states, strict=True), first):
            if (place := self._place(row, number)) is not None:
                for one, code in zip(self.arrays, codes, strict=True):
                    one[place] = max(one[place], code)

    def _place(self, row: int, number: int) -> int | None:
        return number % STEPS * self.rows + row if self.holds(number) else None
