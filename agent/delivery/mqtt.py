"""The agent's session with its broker: MQTT on one side, the delivery worker on the other.

The session connects again for ever. The worker keeps the reports meanwhile.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiomqtt import Will
from msgspec.structs import replace
from paho.mqtt.reasoncodes import ReasonCode

from agent.clock import boot_now, kernel_synchronized
from agent.delivery.connection_log import ConnectionLog
from agent.delivery.window import WINDOW
from agent.delivery.worker import DeliveryWorker
from runtime.broker.client import Client, Unconnected
from runtime.broker.ports import BrokerPorts
from runtime.broker.settings import Broker
from runtime.broker.tls import credentials, stranger
from runtime.broker.why import Who, why
from runtime.tasks import alongside
from runtime.waiting import wait_at_most
from wire.messages import Presence, decode_ack, decode_collector_presence, encode
from wire.reconnect import CONNECT_SECONDS, pause_seconds
from wire.report import MALFORMED
from wire.topics import COLLECTOR_PRESENCE, topic

log = logging.getLogger(__name__)

KEEPALIVE_SECONDS = 30
PUBLISH_SECONDS = 30.0  # a broker that takes longer is not reached
DRAIN_SECONDS = 2.0
INCOMING_AT_MOST = 256
CONFIG_BYTES_AT_MOST = 2**20


class BrokerSession:
    """An async context. At its end the session sends the remaining reports, says offline and closes.

    `worker` must stay open longer than the session. `on_assignment` gets each payload of the topic `config`.
    `on_refused` learns that the broker does not take the agent's certificate.
    """

    def __init__(
        self,
        agent: str,
        broker: Broker,
        worker: DeliveryWorker,
        on_assignment: Callable[[bytes], Awaitable[None]],
        on_refused: Callable[[], None] = lambda: None,
    ) -> None:
        self._agent = agent
        self._broker = broker
        self._ports = BrokerPorts(broker.port, broker.fallback_port)
        self._port = broker.port
        self._worker = worker
        self._on_assignment = on_assignment
        self._on_refused = on_refused
        self._stopping = asyncio.Event()
        self._drain_until = float("inf")
        self._log = ConnectionLog(broker)

    async def __aenter__(self) -> Self:
        if complaint := stranger(self._broker, self._agent, "agent.toml"):
            log.warning("%s", complaint)
        self._task = asyncio.create_task(self._stay_connected())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drain_until = boot_now() + DRAIN_SECONDS
        self._stopping.set()
        self._worker.woken.set()
        try:
            await asyncio.wait([self._task], timeout=2 * DRAIN_SECONDS)
        finally:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def ended(self) -> None:
        """Return when the session has ended; an error that ended it comes out here."""
        await asyncio.shield(self._task)

    async def _stay_connected(self) -> None:
        attempts = 0
        while not self._stopping.is_set():
            self._port = self._ports.next(boot_now())
            self._log.connecting(self._port)
            try:
                await self._connection()
            except (Unconnected, OSError) as error:
                if not self._stopping.is_set():
                    self._lost(error)
            except Exception as error:  # a broker must not be able to end the measuring
                if not self._stopping.is_set():
                    self._log.broke(error)
            attempts = 0 if self._log.is_steady() else attempts + 1
            await wait_at_most(self._stopping, pause_seconds(attempts, random.random()))

    def _lost(self, error: Unconnected | OSError) -> None:
        self._log.lost(why(error, self._who))
        if not self._log.was_connected:
            self._ports.failed(self._port, boot_now())
        if isinstance(error, Unconnected) and error.certificate_refused:
            self._on_refused()

    @property
    def _who(self) -> Who:
        """As the present attempt connects."""
        return Who(replace(self._broker, port=self._port), self._agent, "agent.toml")

    async def _connection(self) -> None:
        """One connection, until it breaks or the program stops."""
        async with await self._client() as client:
            await self._subscribe(client)
            await self._worker.connected()
            self._log.connected()
            self._ports.worked(self._port)
            try:
                async with alongside(self._listen(client)):
                    await self._send(client)
                await self._publish_presence(client, await self._worker.offline_presence())
            finally:
                await self._worker.disconnected()

    async def _client(self) -> Client:
        will = await self._worker.offline_presence()
        client = Client(
            self._who,
            await asyncio.to_thread(credentials, self._who.broker, kernel_synchronized()),
            will=Will(topic(self._agent, "presence"), encode(will), qos=1, retain=True),
            clean_session=True,
            keepalive=KEEPALIVE_SECONDS,
            timeout=CONNECT_SECONDS,
            max_queued_incoming_messages=INCOMING_AT_MOST,
            max_queued_outgoing_messages=2 * WINDOW,
            max_inflight_messages=2 * WINDOW,
        )
        client.pending_calls_threshold = 2 * WINDOW
        return client

    async def _subscribe(self, client: Client) -> None:
        names = [topic(self._agent, "ack"), topic(self._agent, "config"), COLLECTOR_PRESENCE]
        granted = await client.subscribe([(name, 1) for name in names])
        for name, code in zip(names, granted, strict=True):
            if isinstance(code, ReasonCode) and code.is_failure:
                raise Unconnected(f"it refuses the subscription to {name}: let this agent read it in the ACL")

    async def _listen(self, client: Client) -> None:
        async for message in client.messages:
            if isinstance(message.payload, bytes):
                await self._received(message.topic.value, message.payload, boot_now())
                self._worker.woken.set()

    async def _received(self, name: str, payload: bytes, now: float) -> None:
        try:
            if name == topic(self._agent, "ack"):
                ack = decode_ack(payload)
                await self._worker.acknowledged(ack, now)
                if ack.stored and not ack.hold:
                    self._log.acknowledged(self._worker.probes)
            elif name == COLLECTOR_PRESENCE:
                await self._worker.collector(decode_collector_presence(payload), now)
            elif len(payload) <= CONFIG_BYTES_AT_MOST:
                await self._assign(payload)
            else:
                log.warning("%s: %d bytes, at most %d are taken", name, len(payload), CONFIG_BYTES_AT_MOST)
        except MALFORMED as error:
            log.debug("%s: %s", name, error)

    async def _assign(self, payload: bytes) -> None:
        """An error of the taker must not end the connection: the message is retained and comes again."""
        try:
            await self._on_assignment(payload)
        except Exception:
            log.exception("an assignment of %d bytes broke its taker; please report this", len(payload))

    async def _send(self, client: Client) -> None:
        """Publish what is due. After a stop, return when nothing is held or the time to drain is over."""
        reports = topic(self._agent, "report")
        while True:
            self._worker.woken.clear()
            outgoing = await self._worker.take()
            if outgoing.presence is not None:
                await self._publish_presence(client, outgoing.presence)
            await asyncio.gather(
                *(
                    client.publish(reports, payload, 1, timeout=PUBLISH_SECONDS)
                    for payload in outgoing.reports
                )
            )
            due = outgoing.due
            if self._stopping.is_set():
                due = min(due, self._drain_until)
                if not self._worker.held_reports or boot_now() >= self._drain_until:
                    return
            await wait_at_most(self._worker.woken, due - boot_now())

    async def _publish_presence(self, client: Client, presence: Presence) -> None:
        name = topic(self._agent, "presence")
        await client.publish(name, encode(presence), 1, retain=True, timeout=PUBLISH_SECONDS)
