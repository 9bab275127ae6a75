"""Messages between the socket and the next batch: bounded, and what does not fit is counted.

Each sender has a queue of its own, bounded too, and they take turns: none waits for more than one share of
each of the others, however much one of them says.
"""

import asyncio
from collections import deque
from itertools import islice

import aiomqtt

from collector.clock import SteadyClock
from collector.intake.floods import Floods
from collector.streams.ingestion import Message
from wire.topics import PREFIX

WAITING_AT_MOST = 10_000
WAITING_BYTES_AT_MOST = 64 * 2**20
SENDER_WAITING_AT_MOST = 512
"""An agent has 32 reports under way, and sends each a few times while nobody answers."""
SENDER_BYTES_AT_MOST = 8 * 2**20
BATCH_AT_MOST = 256
SHARE_AT_MOST = 32
SHARE_BYTES_AT_MOST = 2**20
GATHER_SECONDS = 0.05


class SenderQueue:
    """The messages of one sender that wait."""

    __slots__ = ("bytes", "messages")

    def __init__(self) -> None:
        self.messages: deque[Message] = deque()
        self.bytes = 0

    def has_room_for(self, size: int) -> bool:
        return len(self.messages) < SENDER_WAITING_AT_MOST and self.bytes + size <= SENDER_BYTES_AT_MOST

    def put(self, message: Message) -> None:
        self.bytes += len(message.payload)
        self.messages.append(message)

    def share(self, at_most: int) -> list[Message]:
        """At least one, and no more bytes than a share has."""
        taken: list[Message] = []
        size = 0
        while self.messages and len(taken) < at_most:
            size += len(self.messages[0].payload)
            if taken and size > SHARE_BYTES_AT_MOST:
                break
            taken.append(self.messages.popleft())
        self.bytes -= sum(len(message.payload) for message in taken)
        return taken


class Inbox:
    """Messages wait with the boot clock's time: the wall clock may be set meanwhile."""

    def __init__(self, clock: SteadyClock) -> None:
        self.dropped = 0
        self.floods = Floods()
        self._clock = clock
        self._senders: dict[str, SenderQueue] = {}
        """The sender whose turn is next comes first."""
        self._waiting = 0
        self._bytes = 0
        self._woken = asyncio.Event()

    def __len__(self) -> int:
        return self._waiting

    def put(self, message: Message) -> None:
        """Agents send again what is dropped here, since it is never acknowledged."""
        size, name = len(message.payload), _sender(message.topic)
        if not self.floods.within(name, size, message.received):
            return
        sender = self._senders.get(name) or SenderQueue()
        full = self._waiting >= WAITING_AT_MOST or self._bytes + size > WAITING_BYTES_AT_MOST
        if full or not sender.has_room_for(size):
            self.dropped += 1
            return
        self._senders[name] = sender
        sender.put(message)
        self._waiting += 1
        self._bytes += size
        self._woken.set()

    def wake(self) -> None:
        """Let `gather` return, with nothing if need be."""
        self._woken.set()

    async def gather(self) -> list[Message]:
        """The messages that came within a short while of the first one."""
        await self._woken.wait()
        if 0 < self._waiting < BATCH_AT_MOST:
            await asyncio.sleep(GATHER_SECONDS)
        batch = self._turns()
        self._waiting -= len(batch)
        self._bytes -= sum(len(message.payload) for message in batch)
        if not self._waiting:
            self._woken.clear()
        return batch

    def _turns(self) -> list[Message]:
        """A share of each whose turn it is; who has more comes again after all the others."""
        share = min(SHARE_AT_MOST, max(1, BATCH_AT_MOST // max(1, len(self._senders))))
        batch: list[Message] = []
        for name in list(islice(self._senders, BATCH_AT_MOST)):
            sender = self._senders.pop(name)
            batch += sender.share(min(share, BATCH_AT_MOST - len(batch)))
            if sender.messages:
                self._senders[name] = sender
        return batch

    def queue_type(self) -> type[asyncio.Queue[aiomqtt.Message]]:
        """For aiomqtt in place of its own queue, which costs a task a message and drops without a count."""
        inbox = self

        class Diverted(asyncio.Queue[aiomqtt.Message]):
            def put_nowait(self, item: aiomqtt.Message) -> None:
                inbox.put(Message(item.topic.value, item.payload, inbox._clock.boot(), item.retain))

        return Diverted


def _sender(topic: str) -> str:
    """The agent, "" for what is no topic of one."""
    return topic[len(PREFIX) :].partition("/")[0] if topic.startswith(PREFIX) else ""
