"""The thread that owns the spool and the outbox. A report reaches the disk here, with or without a broker."""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from agent.clock import MACHINE, boot_id, boot_now, kernel_offset, kernel_synchronized
from agent.config import SpoolLimits
from agent.delivery.outbox import Outgoing, ReportOutbox, Standing
from agent.spool import Spool, SpoolLedger
from wire.messages import Ack, CollectorPresence, Presence
from wire.report import Body

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class DeliveryWorker:
    """An async context: the spool is open while its body runs.

    SQLite and the outbox live in one thread; every method waits for its turn there. The worker sets `woken`
    when there may be something to publish. `probes` is how many are in force, None for none.
    """

    def __init__(self, directory: Path, limits: SpoolLimits, version: str = "") -> None:
        self._directory = directory
        self._limits = limits
        self._version = version
        self._thread = ThreadPoolExecutor(1, "outbox", initializer=MACHINE.set, initargs=(MACHINE.get(),))
        self._standing = Standing(0, SpoolLedger(), {})
        self.woken = asyncio.Event()
        self.probes: int | None = None

    async def __aenter__(self) -> Self:
        """Raises SpoolInUse."""
        try:
            self._outbox = await self._run(self._open)
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._run(self._outbox.close)
        self._thread.shutdown()

    async def put(self, body: Body) -> None:
        """The report is on disk when this returns, or in memory where a condition says so."""
        self._note(await self._run(self._put, body))
        self.woken.set()

    async def assigned(self, version: int, refused: Sequence[str] = (), probes: int = 0) -> None:
        """Put the assignment in force, and the reasons for its refused probes, into the next presence.

        Version 0 is the work of agent.toml, with so many probes.
        """
        self.probes = probes if version or probes else None
        await self._run(self._outbox.assigned, version, boot_now(), refused)
        self.woken.set()

    def vitals(self) -> dict[str, float]:
        """The delivery's own values, named as in wire.metrics."""
        return {**self._standing.vitals(), "agent_clock_synchronized": kernel_synchronized()}

    def conditions(self) -> dict[str, str]:
        """Each condition that a person should know, by its code, with its remedy."""
        return self._standing.conditions

    @property
    def held_reports(self) -> int:
        """The reports that wait for an acknowledgement, as of the last put or take."""
        return self._standing.held_reports

    def unix_now(self) -> float | None:
        """By the collector, else by a kernel that NTP keeps; None while neither says the time."""
        offset = kernel_offset() if self._standing.offset is None else self._standing.offset
        return None if offset is None else boot_now() + offset

    async def connected(self) -> None:
        await self._run(self._outbox.connected, boot_now())

    async def disconnected(self) -> None:
        await self._run(self._outbox.disconnected)

    async def acknowledged(self, ack: Ack, now: float) -> None:
        """An acknowledgement arrived at `now`, on the boot clock."""
        await self._run(self._outbox.acknowledged, ack, now)

    async def collector(self, presence: CollectorPresence, now: float) -> None:
        await self._run(self._outbox.collector, presence, now)

    async def take(self) -> Outgoing:
        """The outbox gives the reports and the presence that are due for publishing."""
        outgoing, standing = await self._run(self._take)
        self._note(standing)
        return outgoing

    async def offline_presence(self) -> Presence:
        """The presence for the will and for a clean stop."""
        return await self._run(self._offline_presence)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _note(self, standing: Standing) -> None:
        """Log each condition once when it begins and once when it ends."""
        before, self._standing = self._standing.conditions, standing
        for code in standing.conditions.keys() - before.keys():
            log.warning("%s: %s", code, standing.conditions[code])
        for code in before.keys() - standing.conditions.keys():
            log.info("%s: over", code)

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

    def _offline_presence(self) -> Presence:
        return self._outbox.presence(boot_now(), online=False)
