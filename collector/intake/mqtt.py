"""The collector's edge to the broker: messages go into the pipeline, assignments and acks come out."""

import asyncio
import logging
import secrets
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice

import aiomqtt
from msgspec.structs import replace

from collector.clock import SteadyClock
from collector.intake.inbox import Inbox
from collector.intake.pipeline import Pipeline
from collector.streams.ingestion import Message
from runtime.broker.client import Client, Unconnected
from runtime.broker.once import Once
from runtime.broker.ports import BrokerPorts
from runtime.broker.settings import Broker
from runtime.broker.tls import credentials, stranger
from runtime.broker.validity import shown_ends
from runtime.broker.why import Who, why
from runtime.trouble import OncePerKey
from runtime.waiting import wait_at_most
from wire.messages import CollectorPresence, decode_collector_presence, encode
from wire.report import MALFORMED
from wire.text import printable
from wire.topics import COLLECTOR_PRESENCE, every, topic

log = logging.getLogger(__name__)

MAX_REASON_CHARACTERS = 500

ID = "_collector"
KEEPALIVE_SECONDS = 15
RECONNECT_SECONDS = 1.0
STEADY_SECONDS = 30.0
OTHERS_TOLD = 8
PUBLISHED_AT_ONCE = 8  # aiomqtt warns above 10


class Intake:
    """One session after another with the broker."""

    def __init__(self, broker: Broker, pipeline: Pipeline, clock: SteadyClock | None = None) -> None:
        self._clock = clock or SteadyClock()
        self.inbox = Inbox(self._clock)
        self._broker = broker
        self._pipeline = pipeline
        self._stopping = asyncio.Event()
        self._assignments: Mapping[str, bytes] = {}
        self._retained: dict[str, bytes | None] = {}
        self._once = Once()
        self._others = OncePerKey(OTHERS_TOLD)
        # Its own client id: two of one would throw each other out for ever.
        self._client_id = f"{ID}-{secrets.token_hex(6)}"
        self._ports = BrokerPorts(broker.port, broker.fallback_port)
        self._port = broker.port
        self._connected = False
        self._lasted = False
        self.broker_certificate_ends: float | None = None

    def assign(self, assignments: Mapping[str, bytes]) -> None:
        """An encoded Assignment for each agent, kept at the broker; those of other agents are taken away."""
        self._assignments = assignments
        self.inbox.wake()

    def stop(self) -> None:
        """Finish the batch in hand and tell the agents; `run` returns then."""
        self._pipeline.stop()
        self._stopping.set()
        self.inbox.wake()

    async def run(self) -> None:
        """Until `stop`, through any loss of the broker. Raises StoreError when storing can't go on."""
        if complaint := stranger(self._broker, ID, self._who.config):
            log.warning("%s", complaint)
        while not self._stopping.is_set():
            self._port = self._ports.next(time.monotonic())
            try:
                await self._session()
            except (Unconnected, OSError) as error:
                if not self._connected:
                    self._ports.failed(self._port, time.monotonic())
                self._tell(why(error, self._who))
                await wait_at_most(self._stopping, RECONNECT_SECONDS)

    @property
    def _who(self) -> Who:
        """As the present attempt connects."""
        broker = replace(self._broker, port=self._port)
        return Who(broker, ID, "collector.toml", client_id=self._client_id)

    async def _session(self) -> None:
        self._lasted = self._connected = False
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
                self._pipeline.connected_since = None
                with suppress(aiomqtt.MqttError):
                    await client.publish(COLLECTOR_PRESENCE, self._presence(False), qos=1, retain=True)

    async def _client(self) -> Client:
        return Client(
            self._who,
            await asyncio.to_thread(credentials, self._who.broker),
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
        self._connected = True
        self._ports.worked(self._port)
        self._pipeline.connected_since = self._clock.now()
        self.broker_certificate_ends = shown_ends(client.shown_certificate())
        if self._once.connected():
            log.info("connected to the broker at %s:%d", self._broker.host, self._port)

    async def _take(self, client: Client) -> None:
        """One batch: taken in, stored, and only then answered."""
        messages = await self.inbox.gather()
        await self._look_out_for_others(client, messages)
        await _publish(client, await self._pipeline.take(messages))

    async def _publish_assignments(self, client: Client) -> None:
        wanted, retained = self._assignments, self._retained
        changed = [(agent, payload) for agent, payload in wanted.items() if retained.get(agent) != payload]
        changed += [(agent, b"") for agent in retained.keys() - wanted.keys()]
        self._retained = dict(wanted)
        await _publish(client, ((topic(agent, "config"), payload) for agent, payload in changed), retain=True)

    def _presence(self, online: bool) -> bytes:
        return encode(CollectorPresence(online=online, epoch=self._pipeline.epoch))

    def _tell(self, reason: str) -> None:
        reason = printable(reason, MAX_REASON_CHARACTERS)
        if self._once.lost(reason, lasted=self._lasted):
            log.warning("broker at %s:%d: %s; it is tried for ever", self._broker.host, self._port, reason)

    async def _look_out_for_others(self, client: Client, messages: Iterable[Message]) -> None:
        """Two collectors answer each agent from two stores, and the end of one tells the agents to wait."""
        said_offline = False
        for message in messages:
            if message.topic != COLLECTOR_PRESENCE or message.retained:
                continue
            with suppress(*MALFORMED):
                seen = decode_collector_presence(message.payload)
                said_offline |= not seen.online
                if seen.online and seen.epoch != self._pipeline.epoch:
                    self._tell_other(printable(seen.epoch))
        if said_offline:
            await client.publish(COLLECTOR_PRESENCE, self._presence(True), retain=True)

    def _tell_other(self, epoch: str) -> None:
        if self._others.first(epoch):
            log.error(
                "another collector (run %s) uses the broker at %s:%d too: each agent hears two answers,"
                " neither has all; stop one of them, or give each a broker of its own",
                *(epoch, self._broker.host, self._broker.port),
            )


async def _publish(client: Client, messages: Iterable[tuple[str, bytes]], *, retain: bool = False) -> None:
    """At QoS 0: a lost ack is answered again, lost assignments are published at the next connection."""
    pending = iter(messages)
    while some := list(islice(pending, PUBLISHED_AT_ONCE)):
        await asyncio.gather(*(client.publish(name, payload, retain=retain) for name, payload in some))
