"""One piece of work in a turn of the event loop, so that many pieces at once delay no other task."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count


class Turns:
    """The lowest number goes first, so that a poll that began comes to its end. Between two pieces the
    loop looks at its sockets and timers. The first piece of a turn is done at once.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Callable[[], object]]] = []
        self._order = count()
        self._taken = False

    def take(self, number: int, work: Callable[[], object]) -> None:
        if self._taken:
            heapq.heappush(self._waiting, (number, next(self._order), work))
        else:
            self._do(work)

    async def turn(self, number: int) -> None:
        """Return in a turn of its own."""
        come = asyncio.Event()
        self.take(number, come.set)
        await come.wait()

    def _do(self, work: Callable[[], object]) -> None:
        self._taken = True
        asyncio.get_running_loop().call_soon(self._next)
        work()

    def _next(self) -> None:
        self._taken = False
        if self._waiting:
            self._do(heapq.heappop(self._waiting)[-1])
