"""Virtual time: a heap of events, one source of chance, and what happened in words."""

import heapq
from collections.abc import Callable
from itertools import count
from random import Random

EVENTS_AT_MOST = 50_000
START = 1_790_000_000.0
"""The true Unix time at which every history begins."""


class Storm(Exception):
    """More happens than ever should."""


class World:
    """`now` is the true time, which the collector's clock shows. One seed is one history."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.now = START
        self.told: list[str] = []
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = count()

    def after(self, seconds: float, happens: Callable[[], object]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._numbers), happens))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, number, happens = heapq.heappop(self._events)
            if number > EVENTS_AT_MOST:
                raise Storm
            happens()
        self.now = end

    def tell(self, who: str, what: str) -> None:
        self.told.append(f"{self.now - START:9.2f}  {who:<10} {what}")

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability

    def id(self) -> str:
        return f"{self.chance.getrandbits(64):016x}"
