"""One piece of work in a turn of the event loop, so that many pieces at once delay no other task."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count


class Turns:
    """The lowest number goes first, so that a poll that began comes to its end. Between two pieces the
    loop looks at its sockets and timers.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Callable[[], object]]] = []
        self._order = count()
        self._called = False

    def take(self, number: int, work: Callable[[], object]) -> None:
        heapq.heappush(self._waiting, (number, next(self._order), work))
        self._call()

    def _call(self) -> None:
        if self._waiting and not self._called:
            self._called = True
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        self._called = False
        _, _, work = heapq.heappop(self._waiting)
        try:
            work()
        finally:
            self._call()
