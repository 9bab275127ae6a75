"""Messages between the socket and the next batch: bounded, and what does not fit is counted."""

import asyncio
from collections import deque
from collections.abc import Iterable

import aiomqtt

from collector.batch import Message
from collector.clock import SteadyClock

WAITING_AT_MOST = 10_000
WAITING_BYTES_AT_MOST = 64 * 2**20
BATCH_AT_MOST = 256
GATHER_SECONDS = 0.05


class Inbox:
    """Messages wait with the boot clock's time and are dated when they are taken: a step may come between."""

    def __init__(self, clock: SteadyClock) -> None:
        self.dropped = 0
        self._clock = clock
        self._waiting: deque[Message] = deque()
        self._bytes = 0
        self._woken = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: Message) -> None:
        """Agents send again what is dropped here, since it is never acknowledged."""
        size = len(message.payload)
        if len(self._waiting) >= WAITING_AT_MOST or self._bytes + size > WAITING_BYTES_AT_MOST:
            self.dropped += 1
            return
        self._bytes += size
        self._waiting.append(message)
        self._woken.set()

    def wake(self) -> None:
        """Let `gather` return, with nothing if need be."""
        self._woken.set()

    def dated(self, messages: Iterable[Message]) -> list[Message]:
        """As `gather` gave them, each with the Unix time when it came in."""
        return [message._replace(received=self._clock.at(message.received)) for message in messages]

    async def gather(self) -> list[Message]:
        """What came by a short while after the first of it."""
        await self._woken.wait()
        if 0 < len(self._waiting) < BATCH_AT_MOST:
            await asyncio.sleep(GATHER_SECONDS)
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH_AT_MOST))]
        self._bytes -= sum(len(message.payload) for message in batch)
        if not self._waiting:
            self._woken.clear()
        return batch

    def queue_type(self) -> type[asyncio.Queue[aiomqtt.Message]]:
        """For aiomqtt in place of its own queue, which costs a task a message and drops without a count."""
        inbox = self

        class Diverted(asyncio.Queue[aiomqtt.Message]):
            def put_nowait(self, item: aiomqtt.Message) -> None:
                inbox.put(Message(item.topic.value, item.payload, inbox._clock.boot(), item.retain))

        return Diverted
