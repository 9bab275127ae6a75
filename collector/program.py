"""The collector's parts put together, from the store to the web page, until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import uvicorn

from collector.assignments.compile import Compiler, overtaken, renewed
from collector.backfill.backfill import Backfill
from collector.city.state import State
from collector.clock import SteadyClock
from collector.config import CollectorConfig, Web
from collector.database.store import Store
from collector.incidents import Incident
from collector.intake.batch import Batch
from collector.intake.ingest import Ingest
from collector.intake.mqtt import Intake
from collector.intake.watch import Watch
from collector.inventory import City, Inventory, without_effect
from collector.notify.channels.alertmanager import AlertmanagerSync
from collector.notify.metrics import NoticeMetrics
from collector.notify.sender import Sender
from collector.notify.trial import trial
from collector.prometheus.own_metrics import WatchMetrics, registry
from collector.web import create_app
from collector.web.incidents import router
from collector.web.limits import WebConnection
from runtime.errors import UserError
from runtime.systemd import service
from wire.messages import Assignment, encode
from wire.probes import kind

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25  # a root is held for at most 1.5 s
STALE_SECONDS = 1.0
RELOAD_SECONDS = 2.0


class CannotListen(UserError):
    """The web's address or port can't be had."""


def listener(web: Web) -> socket.socket:
    """The web's socket, bound before anything else starts. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((web.host, web.port))
    except OSError as error:
        bound.close()
        raise CannotListen(
            f"web.port: {web.port}: {error.strerror} on {web.host}; stop what listens there or choose another"
        ) from None
    return bound


class Collector:
    """Everything but the edges of the process. Raises BadInventory and StoreError."""

    def __init__(self, config: CollectorConfig) -> None:
        self._inventory_path = Path(config.inventory)
        self._inventory = Inventory(self._inventory_path)
        self._written = _written(self._inventory_path)
        self._clock = SteadyClock()
        self._version = 0
        self._sent: dict[str, Assignment] = {}
        self.store = Store(config.store)
        self.state = State(self.city, {}, scraped=not config.history.every_report)
        marks = self.store.marks()
        self._ingest = Ingest(self.store.epoch, self.state, {}, marks, self.store.begin())
        outbox = self.store.outbox
        known_agents = {one.agent for one in marks}
        self.watch = Watch(self.state, {}, self._clock.now(), outbox.incidents(), known_agents, outbox.told())
        self.intake = Intake(config.broker, self._ingest, self.store, self, self._clock)
        self.sender = Sender(outbox, lambda: self.city, now=self._clock.now)
        self._reposter = AlertmanagerSync(self._stored_incidents, lambda: self.city, self._clock.now)
        own = NoticeMetrics(self.sender, outbox), WatchMetrics(self.watch)
        self._backfill = Backfill(config.history, self.state, self.store, self._clock.now)
        self.app = create_app(
            state=self.state,
            incidents=self.watch.incidents,
            api=router(
                self.watch,
                settled=self.intake.shown,
                store=lambda: self.intake.settle(lambda _: None),
                test=lambda receiver: trial(self.city, receiver),
                token=config.web.token,
            ),
            registry=registry(self._ingest, self.intake, self.state, self._backfill.metrics, *own),
            settled=self.intake.shown,
            not_ready=self.not_ready,
            now=self._clock.now,
            version=version("pantau"),
        )

    @property
    def city(self) -> City:
        return self._inventory.city

    def not_ready(self) -> str:
        if self.intake.trouble:
            return self.intake.trouble
        return "" if self.intake.connected_since is not None else "the broker is not connected"

    async def run(self) -> None:
        """Until `intake.stop`. Raises StoreError when storing can't go on."""
        self._tell_without_effect()
        await self.intake.settle(self._adopt)
        work = (
            self._tick(),
            self._follow_inventory(),
            self.sender.run(),
            self._reposter.run(),
            self._backfill.run(),
        )
        beside = [asyncio.create_task(each) for each in work]
        for task in beside:  # half a collector would say that all is well
            task.add_done_callback(self._stop_if_failed)
        try:
            await self.intake.run()
            await self._keep_unseen()
        finally:
            for task in beside:
                task.cancel()
            ended = await asyncio.gather(*beside, return_exceptions=True)
            self.store.close()
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    def _stop_if_failed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.intake.stop()

    def judge(self, batch: Batch) -> None:
        self.watch.judge(batch, self.intake.connected_since is not None, self._clock.now())
        self._backfill.judge(batch)

    def stored(self, batch: Batch) -> None:
        if batch.letters:
            self.sender.wake()
        if batch.incidents:
            self._reposter.wake()
        self._backfill.stored(batch)

    async def _stored_incidents(self) -> list[Incident]:
        """None of them is ahead of the store: who is told of one can be told of its end."""
        async with self.intake.settled:
            return self.watch.incidents.saved()

    async def _keep_unseen(self) -> None:
        async with self.intake.settled:
            batch = Batch()
            self._backfill.last(batch, self._clock.now())
            if batch.writes():
                await asyncio.to_thread(self.store.commit, batch)

    def _adopt(self, batch: Batch) -> None:
        self._version = max(self._version + 1, int(self._clock.now() * 1000))
        work = Compiler(self.city).assignments(self._version)
        assignments = self._sent = renewed(work, self._sent, self._said())
        expected = {agent: _pairs(assignment) for agent, assignment in assignments.items()}
        self.state.adopt(self.city, expected, assignments)
        self._ingest.agents = {
            agent: assignment.report_interval_seconds for agent, assignment in assignments.items()
        }
        self.watch.adopt(batch, assignments)
        self._send()

    def _overtake(self) -> None:
        """Agents take only what is newer than they have, and our clock may have been set back."""
        if newer := overtaken(self._sent, self._said(), self._version):
            self._sent |= newer
            self._send()

    def _send(self) -> None:
        self.intake.assign({agent: encode(assignment) for agent, assignment in self._sent.items()})

    def _said(self) -> dict[str, int]:
        """The version that each agent says it has."""
        return {id: agent.assignment for id, agent in self.state.agents.items()}

    async def _tick(self) -> None:
        stale_due = 0.0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self.intake.settle(self._follow_clock)
            now = self._clock.now()
            if not 0 <= stale_due - now <= STALE_SECONDS:
                stale_due = now + STALE_SECONDS
                async with self.intake.settled:
                    self.state.tick(now)
                    self._overtake()

    def _follow_clock(self, batch: Batch) -> None:
        """A step is for all who keep times at once, and for the store."""
        if step := self._clock.look():
            log.warning("this machine's clock was set by %+.1f s; see that NTP keeps it", step.by)
            self.intake.stepped(step)
            self._ingest.stepped(batch, step)
            self.state.stepped(step)
            self.watch.stepped(batch, step, self._clock.now())
        self.state.listen(self.intake.connected_since)

    def _tell_without_effect(self) -> None:
        for line in without_effect(self.city):
            log.warning("%s", line)

    async def _follow_inventory(self) -> None:
        """A change is taken without a restart; a bad one is told once, and the old stays in force."""
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            written = _written(self._inventory_path)
            if written == self._written:
                continue
            self._written = written
            changed = await asyncio.to_thread(self._inventory.reload)
            for problem in self._inventory.problems:
                log.error("inventory not taken, the one before stays in force: %s", problem)
            if changed:
                await self.intake.settle(self._adopt)
                log.info("inventory taken: %d sites", len(self.city.sites))
                self._tell_without_effect()


def _pairs(assignment: Assignment) -> frozenset[tuple[str, str]]:
    return frozenset((kind(probe), probe.target) for probe in assignment.probes)


def _written(path: Path) -> dict[Path, int]:
    """When each file of the inventory was written last."""
    try:
        files = sorted(path.iterdir())
    except OSError:  # one file, or what can't be read: `reload` tells
        files = [path]
    found = {}
    for file in files:
        with contextlib.suppress(OSError):
            found[file] = file.stat().st_mtime_ns
    return found


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: the web is only one part to stop."""
        yield


async def run(collector: Collector, bound: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C, or until storing can't go on, which raises StoreError."""
    server = _Server(
        uvicorn.Config(
            collector.app,
            http=WebConnection,
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, collector.intake.stop)
    web = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        async with service():
            await collector.run()
    finally:
        server.should_exit = True
        await web
