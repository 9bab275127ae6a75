"""Numbers of many paths over time in flat arrays: a few bytes for each, and no object.

A row of an array is one path, its slots are the last times in a ring. Slot `number % slots` holds the time
of that number.
"""

from array import array
from collections.abc import Iterable


class RingArrays:
    """Arrays of one shape, with these type codes (see the module array). `newest` is the newest number."""

    def __init__(self, codes: str, slots: int, newest: int) -> None:
        self.arrays = [array(code) for code in codes]
        self.slots = slots
        self.newest = newest

    def grow(self, rows: int) -> None:
        """Have room for so many rows, the new ones empty."""
        for one in self.arrays:
            missing = rows * self.slots - len(one)
            if missing > 0:
                one.frombytes(bytes(missing * one.itemsize))

    def clear(self, rows: Iterable[int]) -> None:
        """Empty these rows."""
        for one in self.arrays:
            nothing = array(one.typecode, bytes(self.slots * one.itemsize))
            for row in rows:
                one[row * self.slots : (row + 1) * self.slots] = nothing

    def roll(self, newest: int) -> None:
        """Go on to that number. The slots of the oldest ones become empty."""
        for number in range(max(self.newest + 1, newest - self.slots + 1), newest + 1):
            for one in self.arrays:
                one[number % self.slots :: self.slots] = array(
                    one.typecode, bytes(len(one) // self.slots * one.itemsize)
                )
        self.newest = max(self.newest, newest)

    def holds(self, number: int) -> bool:
        return self.newest - self.slots < number <= self.newest

    @property
    def bytes(self) -> int:
        """The memory that the arrays take."""
        return sum(len(one) * one.itemsize for one in self.arrays)
