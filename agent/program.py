"""The agent: it builds its parts, and they run until a signal stops them."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from agent.assignment import AssignmentFile, Work, accept, supersedes
from agent.clock import boot_now
from agent.config import AgentConfig
from agent.delivery.mqtt import BrokerSession
from agent.delivery.worker import DeliveryWorker
from agent.joining.renewal import Renewal, renew_by_program
from agent.net.addresses import resolve
from agent.probes import measure_rows
from agent.probes.icmp.engine import OpenSocket
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.permission import run_icmp
from agent.probes.icmp.sockets import EchoSocket
from agent.probes.icmp.streams import IcmpProbes, Resolve
from agent.schedule import Measure, Runner
from runtime.broker.validity import certificate_ends
from runtime.settings import BadConfig
from runtime.systemd import service
from runtime.tasks import alongside
from wire.messages import MAX_VERSION
from wire.report import MALFORMED

log = logging.getLogger(__name__)


CERTIFICATE_SECONDS = 3600.0
"""The agent reads its certificate again after this time, since it may be renewed."""


class ProbeNetwork(NamedTuple):
    """The way from the probes to their targets. The demo has a simulated one."""

    open_socket: OpenSocket = EchoSocket
    resolve: Resolve = resolve
    measure: Measure = measure_rows


REAL = ProbeNetwork()


class Agent:
    """The agent measures by the collector's assignment, else by the last one on disk, else by agent.toml.

    `renew` renews the certificate; None: nothing does, and a person is warned of its end.
    """

    def __init__(
        self,
        config: AgentConfig,
        network: ProbeNetwork = REAL,
        renew: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        directory = Path(config.directory)
        self._broker = config.broker
        self._certificate_ends: tuple[float, float | None] = (0.0, None)
        self._allow = config.allow
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadConfig(
                f"directory: {directory}: {error.strerror}; create it for this user or set another"
            ) from None
        self._file = AssignmentFile(directory / "assignment.json")
        self._work = self._file.load(config.allow) or Work(0, config.report_interval_seconds, config.probes)
        self.worker = DeliveryWorker(directory, config.spool, version("pantau"))
        self._renewal = Renewal(config.broker, self.worker.unix_now, renew) if renew else None
        on_refused = self._renewal.refused if self._renewal else lambda: None
        self._session = BrokerSession(config.agent, config.broker, self.worker, self._assigned, on_refused)
        self._flips = Flips()
        self._open_socket = network.open_socket
        self._icmp = IcmpProbes(config.allow, network.resolve)
        self._runner = Runner(
            self._icmp, self._flips, config.allow, self.worker.put, self._vitals, network.measure
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Raises SpoolInUse."""
        async with self.worker, self._session:
            await self._begin(self._work)
            try:
                icmp = run_icmp(self._icmp, self._flips, self._open_socket)
                works = [self._runner.run(), icmp, self._session.ended()]
                if self._renewal:
                    works.append(self._renewal.run())
                async with alongside(*works), service():
                    await stop.wait()
            finally:
                await self._runner.close()

    def _vitals(self) -> dict[str, float]:
        """The delivery's, and the end of the agent's certificate, which is read anew each hour."""
        read_at, ends = self._certificate_ends
        if read_at + CERTIFICATE_SECONDS <= boot_now() or not read_at:
            ends = certificate_ends(self._broker)
            self._certificate_ends = boot_now(), ends
        own = {} if ends is None else {"agent_certificate_expiry_timestamp_seconds": ends}
        return {**self.worker.vitals(), **own}

    async def _assigned(self, payload: bytes) -> None:
        """The agent takes a newer assignment at once. It ignores a broken, older or absurd one."""
        if not payload:
            return
        try:
            work = accept(payload, self._allow)
        except MALFORMED as error:
            log.warning("assignment: %s; the one before stays in force", error)
            return
        if not supersedes(work.version, self._work.version):
            if work.version > MAX_VERSION:
                log.warning("assignment %d: no collector gives such a version; not taken", work.version)
            return
        await asyncio.to_thread(self._file.save, payload)
        await self._begin(work)

    async def _begin(self, work: Work) -> None:
        self._work = work
        if self._renewal:
            self._renewal.authority(work.authority)
        for refused in work.refused:
            log.warning("assignment %d: %s; not measured", work.version, refused)
        self._runner.assign(work)
        await self.worker.assigned(work.version, work.refused, len(work.probes))
        if work.version:
            log.info("assignment %d: %d probes", work.version, len(work.probes))
        elif work.probes:
            log.info("agent.toml: %d probes, till the collector assigns others", len(work.probes))


async def run(config: AgentConfig, config_file: Path) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    renew = partial(renew_by_program, config_file) if config.enrolment else None
    await Agent(config, renew=renew).run(stop)
    return 0
