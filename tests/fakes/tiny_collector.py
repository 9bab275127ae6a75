"""A collector of one page that keeps docs/wire.md: it stores in memory, and misbehaves on request."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from aiomqtt import Client, MqttError, Will

from tests.servers.mosquitto import Mosquitto
from wire.messages import Ack, CollectorPresence, Commit, Presence, Rejected, decode_presence, encode
from wire.ranges import Ranges
from wire.report import Report, decode_report, digest
from wire.topics import COLLECTOR_PRESENCE, every, parse, topic

WAIT_SECONDS = 20.0


class TinyCollector:
    """`reports` are those stored, by stream and seq; `arrivals` counts every coming of each."""

    def __init__(self, epoch: str = "epoch") -> None:
        self.epoch = epoch
        self.commit = 0
        self.runs: dict[str, int] = {}
        self.clock: Callable[[], float] = time.time
        self.reports: dict[tuple[str, int], Report] = {}
        self.arrivals: dict[tuple[str, int], int] = {}
        self.presences: list[Presence] = []
        self.answering = True
        self.hold = ""
        self.refuses: Callable[[Report], bool] = lambda report: False
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def on(self, broker: Mosquitto) -> AsyncIterator["TinyCollector"]:
        """Connected, and again after the broker was away, while the context is open."""
        serving = asyncio.create_task(self._serve(broker))
        try:
            yield self
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving

    async def until(self, seen: Callable[["TinyCollector"], bool]) -> None:
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(lambda: seen(self))

    async def _serve(self, broker: Mosquitto) -> None:
        will = Will(COLLECTOR_PRESENCE, encode(CollectorPresence(False, self.epoch)), 1, True)
        while True:
            with suppress(MqttError):
                async with Client(broker.host, broker.port, identifier="_collector", will=will) as client:
                    await client.subscribe([(every("report"), 1), (every("presence"), 1)])
                    online = CollectorPresence(True, self.epoch)
                    await client.publish(COLLECTOR_PRESENCE, encode(online), 1, retain=True)
                    try:
                        async for message in client.messages:
                            await self._hear(client, message.topic.value, bytes(message.payload or b""))
                    finally:
                        offline = CollectorPresence(False, self.epoch)
                        await client.publish(COLLECTOR_PRESENCE, encode(offline), 1, retain=True)
            await asyncio.sleep(0.05)

    async def _hear(self, client: Client, name: str, payload: bytes) -> None:
        if (parsed := parse(name)) is None:
            return  # our own presence
        agent, leaf = parsed
        received = self.clock()
        if leaf == "presence":
            presence = decode_presence(payload)
            self.presences.append(presence)
            for stream in presence.streams if presence.online else []:
                known = presence.known
                past = (known[0], self.runs.get(known[0], 0)) if known else None
                await self._answer(client, agent, stream, presence.sent, received, past=past)
        else:
            report = decode_report(payload)
            key = report.stream, report.seq
            self.arrivals[key] = self.arrivals.get(key, 0) + 1
            rejected = [Rejected(digest(payload), "refused by the test")] if self.refuses(report) else []
            if not rejected and not self.hold:
                self.reports.setdefault(key, report)
            await self._answer(client, agent, report.stream, report.sent, received, rejected)
        async with self._changed:
            self._changed.notify_all()

    async def _answer(
        self,
        client: Client,
        agent: str,
        stream: str,
        echo: float | None,
        received: float,
        rejected: Sequence[Rejected] = (),
        past: Commit | None = None,
    ) -> None:
        if not self.answering:
            return
        self.commit += 1
        self.runs[self.epoch] = self.commit
        stored = Ranges((seq, seq) for name, seq in self.reports if name == stream)
        ack = Ack(
            epoch=self.epoch,
            commit=self.commit,
            stream=stream,
            stored=stored.excerpt(16, 1),
            rejected=list(rejected),
            hold=self.hold,
            echo=echo,
            received=received,
            sent=self.clock(),
            past=past,
        )
        await client.publish(topic(agent, "ack"), encode(ack), 0)


def seqs(collector: TinyCollector, stream: str) -> list[int]:
    return sorted(seq for name, seq in collector.reports if name == stream)
