"""The last 45 minutes of each path in steps of ten seconds: three bytes a step.

The rings run with the collector's clock and know nothing of its steps: `shift` brings a time to theirs.
"""

from array import array
from collections.abc import Sequence
from math import log2

from collector.city.step import Step
from collector.past.codes import LEAST_LOSS as NO_LOSS
from collector.past.codes import STEPS_A_DOUBLING, state_code, time_code
from collector.past.rings import RingArrays
from collector.past.whole import WholeTable, greater

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

    def add_whole(self, place: int, table: WholeTable) -> None:
        """Add a table of measurements that succeeded, from that place on."""
        times, states = self.arrays
        here = slice(place, place + len(table.times))
        if any(table.losses):
            codes = [state_code(True, loss) if loss else NO_LOSS for loss in table.losses]
        else:
            codes = [NO_LOSS] * len(table.losses)
        before = states[here]
        states[here] = array("B", greater(before, codes) if any(before) else codes)
        codes = [1 + int(log2(1 + units) * STEPS_A_DOUBLING) for units in table.times]
        before = times[here]
        times[here] = array("H", greater(before, codes) if any(before) else codes)

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
