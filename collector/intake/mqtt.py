"""The collector's edge to the broker: messages in, batches through ingest and store, acks out."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import islice
from typing import Protocol

import aiomqtt
from prometheus_client import Histogram

from collector.city.step import Step
from collector.clock import SteadyClock
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.intake.batch import Batch, Message
from collector.intake.inbox import Inbox
from collector.intake.ingest import Ingest
from runtime.broker.client import Client, Unconnected
from runtime.broker.once import Once
from runtime.broker.settings import Broker
from runtime.broker.tls import credentials, stranger
from runtime.broker.why import Who, why
from wire.messages import CollectorPresence, decode_collector_presence, encode
from wire.report import MALFORMED
from wire.text import printable
from wire.topics import COLLECTOR_PRESENCE, every, topic

log = logging.getLogger(__name__)

MAX_REASON_CHARACTERS = 500

ID = "_collector"
KEEPALIVE_SECONDS = 15
RECONNECT_SECONDS = 1.0
RETRY_SECONDS = 1.0
STEADY_SECONDS = 30.0
OTHERS_TOLD = 8
PUBLISHED_AT_ONCE = 8  # aiomqtt warns above 10


class Judge(Protocol):
    """Adds to each batch what follows from it, and hears when it is stored."""

    def judge(self, batch: Batch) -> None: ...

    def stored(self, batch: Batch) -> None: ...


class Intake:
    """Readers of the state take `settled` first, so that they never see it ahead of the store.

    `connected_since` is Unix time, None while there is no broker: silence means nothing then. `trouble` is
    why nothing can be stored, "" while all can.
    """

    def __init__(
        self,
        broker: Broker,
        ingest: Ingest,
        store: Store,
        judge: Judge | None = None,
        clock: SteadyClock | None = None,
    ) -> None:
        self._clock = clock or SteadyClock()
        self.settled = asyncio.Lock()
        self.connected_since: float | None = None
        self.trouble = ""
        self.inbox = Inbox(self._clock)
        self.failed_commits = 0
        self.commit_seconds = Histogram(
            "pantau_collector_commit_duration_seconds",
            "Time to store one batch durably.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=None,
        )
        self._broker = broker
        self._ingest = ingest
        self._store = store
        self._judge = judge
        self._stopping = asyncio.Event()
        self._assignments: Mapping[str, bytes] = {}
        self._retained: dict[str, bytes | None] = {}
        self._once = Once()
        self._others: set[str] = set()
        # Its own client id: two of one would throw each other out for ever.
        self._who = Who(broker, ID, "collector.toml", client_id=f"{ID}-{secrets.token_hex(6)}")
        self._lasted = False

    def assign(self, assignments: Mapping[str, bytes]) -> None:
        """An encoded Assignment for each agent, kept at the broker; those of other agents are taken away."""
        self._assignments = assignments
        self.inbox.wake()

    def stop(self) -> None:
        """Finish the batch in hand and say so to the agents; `run` returns then."""
        self._stopping.set()
        self.inbox.wake()

    async def run(self) -> None:
        """Until `stop`, through any loss of the broker. Raises StoreError when storing can't go on."""
        if complaint := stranger(self._broker, ID, self._who.config):
            log.warning("%s", complaint)
        while not self._stopping.is_set():
            try:
                await self._session()
            except (Unconnected, OSError) as error:
                self._tell(why(error, self._who))
                with suppress(TimeoutError):
                    async with asyncio.timeout(RECONNECT_SECONDS):  # wait_for of 3.11 may swallow a cancel
                        await self._stopping.wait()

    async def _session(self) -> None:
        self._lasted = False
        async with await self._client() as client:
            await self._begin(client)
            began = time.monotonic()
            # The inbox has the messages, so what is waited for here is only the end of the session.
            lost = asyncio.create_task(client.messages.__anext__())
            lost.add_done_callback(lambda _: self.inbox.wake())
            try:
                while not lost.done() and not self._stopping.is_set():
                    await self._publish_assignments(client)
                    await self._take(client)
                if lost.done():
                    lost.result()  # which raises
            finally:
                lost.cancel()
                self._lasted = time.monotonic() - began > STEADY_SECONDS
                self.connected_since = None
                with suppress(aiomqtt.MqttError):
                    await client.publish(COLLECTOR_PRESENCE, self._presence(False), qos=1, retain=True)

    async def _client(self) -> Client:
        return Client(
            self._who,
            await asyncio.to_thread(credentials, self._broker),
            keepalive=KEEPALIVE_SECONDS,
            will=aiomqtt.Will(COLLECTOR_PRESENCE, self._presence(False), qos=1, retain=True),
            queue_type=self.inbox.queue_type(),
        )

    async def _begin(self, client: Client) -> None:
        granted = await client.subscribe([(every("report"), 1), (every("presence"), 1)])
        if any(getattr(code, "is_failure", False) for code in granted):
            raise Unconnected(f"it lets {ID} read neither reports nor presence: see its ACL")
        await client.publish(COLLECTOR_PRESENCE, self._presence(True), qos=1, retain=True)
        self._retained = dict.fromkeys(self._retained)  # a broker that was killed has lost them
        self.connected_since = self._clock.now()
        if self._once.connected():
            log.info("connected to the broker at %s:%d", self._broker.host, self._broker.port)

    async def _take(self, client: Client) -> None:
        """One batch: taken in, stored, and only then answered."""
        messages = await self.inbox.gather()
        await self._look_out_for_others(client, messages)
        async with self.settled:
            now, messages = self._clock.now(), self.inbox.dated(messages)
            batch = self._ingest.take(messages, now, self._clock.corrections)
            await self._settle(batch)
        await _publish(client, self._ingest.acks(batch, self._store.commit_number, self._clock.now()))

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """As `settled`, for whom a store that fails need not keep waiting. Raises StoreUnavailable."""
        if self.trouble:
            raise StoreUnavailable(self.trouble)
        async with self.settled:
            yield

    async def settle(self, decide: Callable[[Batch], None]) -> None:
        """What comes of something else than messages: time that passed, another inventory."""
        async with self.settled:
            batch = Batch()
            decide(batch)
            await self._settle(batch)

    def stepped(self, step: Step) -> None:
        """The clock was set: with what is settled."""
        if self.connected_since is not None:
            self.connected_since = step.moved(self.connected_since)

    async def _settle(self, batch: Batch) -> None:
        if self._judge is not None:
            self._judge.judge(batch)
        if batch.writes():
            await self._commit(batch)
            if self._judge is not None:
                self._judge.stored(batch)

    async def _commit(self, batch: Batch) -> None:
        """For as long as it takes: state must not run ahead of the store."""
        while True:
            try:
                with self.commit_seconds.time():
                    await asyncio.to_thread(self._store.commit, batch)
                break
            except StoreUnavailable as error:
                self.failed_commits += 1
                if self._stopping.is_set():
                    raise
                if not self.trouble:
                    log.error("%s; nothing is acknowledged until it can be stored", error)
                self.trouble = str(error)
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_SECONDS):
                    await self._stopping.wait()
        if self.trouble:
            log.info("the store can be written again")
        self.trouble = ""

    async def _publish_assignments(self, client: Client) -> None:
        wanted, retained = self._assignments, self._retained
        changed = [(agent, payload) for agent, payload in wanted.items() if retained.get(agent) != payload]
        changed += [(agent, b"") for agent in retained.keys() - wanted.keys()]
        self._retained = dict(wanted)
        await _publish(client, ((topic(agent, "config"), payload) for agent, payload in changed), retain=True)

    def _presence(self, online: bool) -> bytes:
        return encode(CollectorPresence(online=online, epoch=self._store.epoch))

    def _tell(self, reason: str) -> None:
        reason = printable(reason, MAX_REASON_CHARACTERS)
        if self._once.lost(reason, lasted=self._lasted):
            log.warning(
                "broker at %s:%d: %s; it is tried for ever", self._broker.host, self._broker.port, reason
            )

    async def _look_out_for_others(self, client: Client, messages: Iterable[Message]) -> None:
        """Two collectors answer each agent from two stores, and the end of one tells the agents to wait."""
        said_offline = False
        for message in messages:
            if message.topic != COLLECTOR_PRESENCE or message.retained:
                continue
            with suppress(*MALFORMED):
                seen = decode_collector_presence(message.payload)
                said_offline |= not seen.online
                if seen.online and seen.epoch != self._store.epoch:
                    self._tell_other(printable(seen.epoch))
        if said_offline:
            await client.publish(COLLECTOR_PRESENCE, self._presence(True), retain=True)

    def _tell_other(self, epoch: str) -> None:
        if epoch in self._others or len(self._others) >= OTHERS_TOLD:
            return
        self._others.add(epoch)
        log.error(
            "another collector (run %s) uses the broker at %s:%d too: each agent hears two answers, neither"
            " has all; stop one of them, or give each a broker of its own",
            *(epoch, self._broker.host, self._broker.port),
        )


async def _publish(client: Client, messages: Iterable[tuple[str, bytes]], *, retain: bool = False) -> None:
    """At QoS 0: a lost ack is answered again, lost assignments are published at the next connection."""
    pending = iter(messages)
    while some := list(islice(pending, PUBLISHED_AT_ONCE)):
        await asyncio.gather(*(client.publish(name, payload, retain=retain) for name, payload in some))
