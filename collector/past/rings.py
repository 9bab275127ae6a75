"""Numbers of many paths over time in flat arrays: a few bytes for each, and no object.

An array has a part for each of the last times, in a ring: time `number` is in slot `number % slots`. A slot
has a place for each row, and a row is one path. So the present of all paths lies close together in memory.
"""

from array import array
from collections.abc import Iterable


class RingArrays:
    """Arrays of one shape, with these type codes (see the module array). `newest` is the newest number.

    The place of a row in a slot is `slot * rows + row`. So many slots are emptied `together`: those of a
    number that is too old are never beside those of one that is not.
    """

    def __init__(self, codes: str, slots: int, together: int, newest: int) -> None:
        self.arrays = [array(code) for code in codes]
        self.slots = slots
        self.together = together
        self.rows = 0
        self.newest = newest

    def grow(self, rows: int) -> None:
        """Have room for so many rows, the new ones empty."""
        if rows <= self.rows:
            return
        before, self.rows = self.rows, rows
        for place, one in enumerate(self.arrays):
            grown = array(one.typecode, bytes(rows * self.slots * one.itemsize))
            for slot in range(self.slots if before else 0):
                grown[slot * rows : slot * rows + before] = one[slot * before : (slot + 1) * before]
            self.arrays[place] = grown

    def clear(self, rows: Iterable[int]) -> None:
        """Empty these rows."""
        for row in rows:
            for one in self.arrays:
                one[row :: self.rows] = array(one.typecode, bytes(self.slots * one.itemsize))

    def roll(self, newest: int) -> None:
        """Go on to that number. The slots of the oldest ones become empty."""
        if newest <= self.newest:
            return
        last, parts = newest // self.together, self.slots // self.together
        for part in range(max(self.newest // self.together + 1, last - parts + 1), last + 1):
            size = self.together * self.rows
            first = part % parts * size
            for one in self.arrays:
                one[first : first + size] = array(one.typecode, bytes(size * one.itemsize))
        self.newest = newest

    def first_place(self, number: int) -> int:
        """The place of row 0 at that number; -1 if it is too old. Goes on to a number that is newer."""
        if number > self.newest:
            self.roll(number)
        return number % self.slots * self.rows if self.holds(number) else -1

    def holds(self, number: int) -> bool:
        return self.oldest <= number <= self.newest

    @property
    def oldest(self) -> int:
        """The oldest number for which there is room."""
        return (self.newest // self.together + 1) * self.together - self.slots

    @property
    def bytes(self) -> int:
        """The memory that the arrays take."""
        return sum(len(one) * one.itemsize for one in self.arrays)
