"""Virtual time: a heap of events and one source of chance. One seed is one history."""

import heapq
import math
from collections.abc import Callable
from itertools import count
from random import Random

START = 1_790_000_000.0
"""The true Unix time at which every history begins."""


class Storm(Exception):
    """More events happen than ever should."""


class VirtualTime:
    """`now` is the true time, in Unix seconds."""

    def __init__(self, seed: int, events_at_most: int = 10_000_000) -> None:
        self.now = START
        self.chance = Random(seed)
        self._at_most = events_at_most
        self._numbers = count()
        self._events: list[tuple[float, int, Callable[[], object]]] = []

    @property
    def next_at(self) -> float:
        """The time of the next event."""
        return self._events[0][0] if self._events else math.inf

    def after(self, seconds: float, happens: Callable[[], object]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._numbers), happens))

    def step(self) -> None:
        """The next event happens. Raises Storm."""
        at, number, happens = heapq.heappop(self._events)
        if number > self._at_most:
            raise Storm
        self.now = max(self.now, at)
        happens()

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.next_at <= end:
            self.step()
        self.now = end
