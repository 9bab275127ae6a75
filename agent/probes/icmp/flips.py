"""The queue of targets that went down or up. The echo engine fills it; the schedule reports it at once."""

import asyncio
from collections import deque

from agent.probes.icmp.measured import measured
from agent.probes.icmp.stream import EchoStream
from agent.probes.measurement import Measurement

MAX_FLIPS = 1000


class Flips:
    """`woken` is set with each flip. A full queue drops its oldest flip, and `dropped` counts it."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.dropped = 0
        self._waiting: deque[Measurement] = deque(maxlen=MAX_FLIPS)

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, stream: EchoStream, now: float) -> None:
        """Keep the new state of the stream; `now` is the boot clock."""
        self.dropped += len(self._waiting) == MAX_FLIPS
        self._waiting.append(measured(stream, now, {}))
        self.woken.set()

    def take(self) -> list[Measurement]:
        """All flips since the last take, the oldest first."""
        taken = list(self._waiting)
        self._waiting.clear()
        return taken
