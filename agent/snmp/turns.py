"""One piece of work in a turn of the event loop, so that all of them together hold nobody up."""

import asyncio
from collections import deque
from collections.abc import Callable


class Turns:
    """First come, first served. Between two pieces the loop looks at its sockets and timers."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()

    def take(self, work: Callable[[], object]) -> None:
        self._waiting.append(work)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        try:
            self._waiting[0]()
        finally:
            self._waiting.popleft()
            if self._waiting:
                asyncio.get_running_loop().call_soon(self._next)
