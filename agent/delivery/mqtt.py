"""The agent's connection to its broker: MQTT at one side, the outbox in its one thread at the other.

It reconnects for ever. Each thing that goes wrong is said once, and once when it is over; reports are kept
meanwhile.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from aiomqtt import Will
from paho.mqtt.reasoncodes import ReasonCode

from agent.clock import boot_id, boot_now, kernel_offset, kernel_synchronized
from agent.config import SpoolLimits
from agent.delivery.outbox import Outgoing, ReportOutbox, Standing
from agent.delivery.window import WINDOW
from agent.spool import Spool, SpoolLedger
from runtime.broker.client import Client, Unconnected
from runtime.broker.once import Once
from runtime.broker.settings import Broker
from runtime.broker.tls import credentials, stranger
from runtime.broker.why import Who, why
from wire.messages import Presence, decode_ack, decode_collector_presence, encode
from wire.reconnect import CONNECT_SECONDS, pause_seconds
from wire.report import MALFORMED, Body
from wire.text import printable
from wire.topics import COLLECTOR_PRESENCE, topic

log = logging.getLogger(__name__)

MAX_REASON_CHARACTERS = 500

KEEPALIVE_SECONDS = 30
PUBLISH_SECONDS = 30.0  # a broker that takes longer is not reached
STEADY_SECONDS = 30.0
DRAIN_SECONDS = 2.0
INCOMING_AT_MOST = 256
CONFIG_BYTES_AT_MOST = 2**20

T = TypeVar("T")


class BrokerSession:
    """An async context: open while its body runs, and drained, told offline and closed after it.

    `on_assignment` gets the payload of each `config` message.
    """

    def __init__(
        self,
        agent: str,
        broker: Broker,
        *,
        directory: Path,
        limits: SpoolLimits,
        on_assignment: Callable[[bytes], Awaitable[None]],
        version: str = "",
    ) -> None:
        self._agent = agent
        self._broker = broker
        self._who = Who(broker, agent, "agent.toml")
        self._directory = directory
        self._limits = limits
        self._on_assignment = on_assignment
        self._version = version
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._drain_until = float("inf")
        self._reached_at: float | None = None
        self._once = Once()
        self._acknowledged_due = False
        self._probes: int | None = None
        self._standing = Standing(0, SpoolLedger(), {})

    async def __aenter__(self) -> Self:
        """Raises SpoolInUse."""
        if complaint := stranger(self._broker, self._agent, "agent.toml"):
            log.warning("%s", complaint)
        try:
            self._outbox = await self._work(self._open)
        except BaseException:
            self._worker.shutdown()
            raise
        self._task = asyncio.create_task(self._stay_connected())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drain_until = boot_now() + DRAIN_SECONDS
        self._stopping.set()
        self._woken.set()
        try:
            await asyncio.wait([self._task], timeout=2 * DRAIN_SECONDS)
        finally:
            self._task.cancel()
            await asyncio.wait([self._task])
            await self._work(self._outbox.close)
            self._worker.shutdown()

    async def put(self, body: Body) -> None:
        """Kept when this returns: on disk, or as the conditions say in memory."""
        self._note(await self._work(self._put, body))
        self._woken.set()

    async def assigned(self, version: int, refused: Sequence[str] = (), probes: int = 0) -> None:
        """Say in presence which assignment is in force, and what of it is not done.

        Version 0 is the agent's own, of so many probes.
        """
        self._probes = probes if version or probes else None
        await self._work(self._outbox.assigned, version, boot_now(), refused)
        self._woken.set()

    def vitals(self) -> dict[str, float]:
        """The delivery's own values, as in wire.metrics."""
        return {**self._standing.vitals(), "agent_clock_synchronized": kernel_synchronized()}

    def conditions(self) -> dict[str, str]:
        """What a person should know, each with its remedy."""
        return self._standing.conditions

    async def _stay_connected(self) -> None:
        attempts = 0
        while not self._stopping.is_set():
            self._reached_at = None
            try:
                await self._session()
            except (Unconnected, OSError) as error:
                self._lost(why(error, self._who))
            except Exception as error:
                self._lost(str(error), unexpected=True)
            attempts = 0 if self._steady() else attempts + 1
            pause = pause_seconds(attempts, random.random())
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):  # wait_for of 3.11 may swallow a cancel
                    await self._stopping.wait()

    async def _session(self) -> None:
        """One connection, until it breaks or the program stops."""
        async with await self._client() as client:
            await self._subscribe(client)
            await self._work(self._outbox.connected, boot_now())
            self._reached()
            try:
                async with asyncio.TaskGroup() as tasks:
                    listening = tasks.create_task(self._listen(client))
                    await self._send(client)
                    listening.cancel()
                await self._publish_presence(client, await self._work(self._presence, False))
            except ExceptionGroup as group:
                raise group.exceptions[0] from None
            finally:
                await self._work(self._outbox.disconnected)

    async def _client(self) -> Client:
        will = await self._work(self._presence, False)
        client = Client(
            self._who,
            await self._work(credentials, self._broker, kernel_synchronized()),
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
                self._woken.set()

    async def _received(self, name: str, payload: bytes, now: float) -> None:
        try:
            if name == topic(self._agent, "ack"):
                ack = decode_ack(payload)
                await self._work(self._outbox.heard, ack, now)
                if ack.stored and not ack.hold:
                    self._acknowledged()
            elif name == COLLECTOR_PRESENCE:
                await self._work(self._outbox.collector, decode_collector_presence(payload), now)
            elif len(payload) <= CONFIG_BYTES_AT_MOST:
                await self._assign(payload)
            else:
                log.warning("%s: %d bytes, at most %d are taken", name, len(payload), CONFIG_BYTES_AT_MOST)
        except MALFORMED as error:
            log.debug("%s: %s", name, error)

    async def _assign(self, payload: bytes) -> None:
        """What breaks its taker must not break the connection: it is retained, and would do so for ever."""
        try:
            await self._on_assignment(payload)
        except Exception:
            log.exception("an assignment of %d bytes broke its taker; please report this", len(payload))

    async def _send(self, client: Client) -> None:
        """Publish what is due, until the program stops and nothing is held, or draining took too long."""
        reports = topic(self._agent, "report")
        while True:
            self._woken.clear()
            outgoing, standing = await self._work(self._take)
            self._note(standing)
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
                if not standing.held_reports or boot_now() >= self._drain_until:
                    return
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, due - boot_now())):
                    await self._woken.wait()

    async def _publish_presence(self, client: Client, presence: Presence) -> None:
        name = topic(self._agent, "presence")
        await client.publish(name, encode(presence), 1, retain=True, timeout=PUBLISH_SECONDS)

    def _reached(self) -> None:
        self._reached_at = boot_now()
        if self._once.connected():
            log.info("broker %s port %d: connected", self._broker.host, self._broker.port)
            self._acknowledged_due = True

    def _acknowledged(self) -> None:
        if self._acknowledged_due and self._probes is not None:
            self._acknowledged_due = False
            at = self._broker.host, self._broker.port
            log.info("broker %s port %d: connected, acknowledged, %d probes", *at, self._probes)

    def _steady(self) -> bool:
        return self._reached_at is not None and boot_now() - self._reached_at > STEADY_SECONDS

    def _lost(self, reason: str, unexpected: bool = False) -> None:
        reason = printable(reason, MAX_REASON_CHARACTERS)
        if self._stopping.is_set() or not self._once.lost(reason, lasted=self._steady()):
            return
        if unexpected:
            log.exception("the uplink broke; it is begun again for ever, please report this")
            return
        at = self._broker.host, self._broker.port
        log.warning(
            "broker %s port %d: %s; it is tried for ever, and reports are kept meanwhile", *at, reason
        )

    def _note(self, standing: Standing) -> None:
        before, self._standing = self._standing.conditions, standing
        for code in standing.conditions.keys() - before.keys():
            log.warning("%s: %s", code, standing.conditions[code])
        for code in before.keys() - standing.conditions.keys():
            log.info("%s: over", code)

    async def _work(self, work: Callable[..., T], *arguments: object) -> T:
        """In the one thread that the outbox, and so SQLite, lives in."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, *arguments)

    def _open(self) -> ReportOutbox:
        boot = boot_id()
        spool = Spool(
            self._directory / "spool.db",
            stream=secrets.token_hex(8),
            boot=boot,
            days=self._limits.days,
            mebibytes=self._limits.mebibytes,
        )
        return ReportOutbox(spool, boot=boot, random=random.random, version=self._version)

    def _put(self, body: Body) -> Standing:
        now = boot_now()
        self._outbox.put(body, now)
        return self._outbox.standing(now)

    def _take(self) -> tuple[Outgoing, Standing]:
        now = boot_now()
        return self._outbox.take(now, kernel_offset()), self._outbox.standing(now)

    def _presence(self, online: bool) -> Presence:
        return self._outbox.presence(boot_now(), online=online)
