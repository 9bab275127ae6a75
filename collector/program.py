"""The collector's parts put together, from the store to the web page, until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Collection, Sequence
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.admission.denial_by_hand import DenialByHand
from collector.assignments.compile import Compiler, overtaken, renewed
from collector.backfill.backfill import Backfill
from collector.changes import Changes
from collector.city.state import State
from collector.city.taken import Taken
from collector.clock import SteadyClock
from collector.config import CollectorConfig, Web
from collector.database.engine import StoreError
from collector.database.store import Store
from collector.enrolment.service import EnrolmentService
from collector.incidents import Incident
from collector.intake.access_desk import AccessDesk
from collector.intake.chat_desk import ChatDesk
from collector.intake.desk import Desk
from collector.intake.mqtt import Intake
from collector.intake.pipeline import Pipeline
from collector.intake.planner import Planner
from collector.intake.ticket_desk import TicketDesk
from collector.intake.watch import Watch
from collector.inventory import City, Inventory
from collector.inventory.document import profile_files
from collector.latency import WorkingLatency
from collector.notices.summary import Summaries
from collector.notify import heartbeat
from collector.notify.channels.alertmanager import AlertmanagerSync
from collector.notify.channels.telegram.incidents import IncidentMessages
from collector.notify.channels.telegram.metrics import TelegramMetrics
from collector.notify.channels.telegram.reader import TelegramReaders
from collector.notify.metrics import NoticeMetrics
from collector.notify.sender import Sender
from collector.notify.trial import trial
from collector.notify.until_stored import until_stored
from collector.past import Past
from collector.planned import FORGET_SECONDS
from collector.prometheus.enrolment_metrics import EnrolmentMetrics
from collector.prometheus.latency_metrics import LatencyMetrics
from collector.prometheus.own_metrics import WatchMetrics, registry
from collector.prometheus.past_metrics import PastMetrics
from collector.streams.ingest import Ingest
from collector.web import create_app
from collector.web.access.settings import access_settings
from collector.web.certificate import WebCertificate
from collector.web.grafana import GrafanaLinks
from collector.web.server import WebServer
from collector.web.source import Source
from runtime.broker.validity import ca_ends, certificate_ends
from runtime.errors import UserError
from runtime.systemd import service
from runtime.tasks import run_with
from wire.messages import Assignment, encode
from wire.probes import kind

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25  # a root is held for at most 1.5 s
STALE_SECONDS = 1.0
RELOAD_SECONDS = 2.0
CERTIFICATES_SECONDS = 10.0
FAILING_SECONDS = 900.0
"""A receiver that takes no notice for so long ends the heartbeat."""


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
        outbox, incidents = self.store.outbox, self.store.incidents()
        known_agents = {one.agent for one in marks}
        now = self._clock.now()
        self.watch = Watch(
            self.state,
            {},
            now,
            incidents,
            known_agents,
            outbox.recipients(),
            self.store.windows(now - FORGET_SECONDS),
        )
        self.past = Past(now, self.store.past_cells(), self.store.courses_to_go_on(), incidents)
        self.latency = WorkingLatency(now, self.store.latency_days())
        self.pipeline = Pipeline(self._ingest, self.store, self, self._clock)
        self.intake = Intake(config.broker, self.pipeline, self._clock)
        messages = IncidentMessages(self.store.telegram)
        self.sender = Sender(outbox, lambda: self.city, now=self._clock.now, messages=messages)
        self._summaries = Summaries(outbox.summaries())
        self._heartbeat = config.heartbeat
        self._broker = config.broker
        self._enrolment = (
            EnrolmentService(
                config.authority,
                self.store.authority,
                lambda: self.city.sites,
                self._clock.now,
                config.broker,
                self._bar,
                self._authority_changed,
            )
            if config.authority
            else None
        )
        self._deny = self._enrolment.doorkeeper.deny if self._enrolment else DenialByHand().deny
        self._alertmanagers = AlertmanagerSync(
            self._incidents_in_store,
            lambda: self.city,
            self._clock.now,
            lambda: self.watch.plan,
            self._older_incidents,
        )
        self._backfill = Backfill(config.history, self.state, self.store, self._clock.now)
        self.desk = Desk(self.watch, self.pipeline, self._clock)
        self.planner = Planner(self.watch, self.pipeline, self._clock, lambda: self.city)
        chat_desk = ChatDesk(
            self.watch, self.pipeline, self._clock, lambda: self.city, self.desk, self.planner
        )
        self._telegram = TelegramReaders(chat_desk, self.store.telegram)
        own = (
            self._backfill.metrics,
            NoticeMetrics(self.sender, outbox),
            WatchMetrics(self.watch),
            PastMetrics(self.past),
            LatencyMetrics(self.latency),
            TelegramMetrics(self._telegram),
            EnrolmentMetrics(self._enrolment) if self._enrolment else None,
        )
        invitations, signing = None, None
        if self._enrolment:
            invitations, signing = self._enrolment.desks(self._clock, lambda: self.city)
        self.access = AccessDesk(
            self.store.access(),
            self.pipeline,
            self._clock,
            access_settings(config.web),
            self.store.session_key(),
        )
        source = Source(
            self.state,
            self.watch,
            self.pipeline,
            self._clock,
            version("pantau"),
            self.store,
            self.desk,
            self.planner,
            TicketDesk(self.pipeline, self._clock, lambda: self.city, self.store.actions),
            self.access,
            lambda receiver: trial(self.city, receiver),
            self.past,
            self.latency,
            self._ingest.traffic,
            self.intake.inbox.floods,
            config.simulation,
            GrafanaLinks(config.web.grafana_url),
            lambda: self._alertmanagers.standing,
            invitations,
            signing,
            self._enrolment.desk if self._enrolment else None,
        )
        files = config.web_certificate()
        self.certificate = WebCertificate(*files) if files else None
        self.app = create_app(
            source,
            registry(self.intake.inbox, self._ingest, self.pipeline, self.state, *own),
        )

    @property
    def city(self) -> City:
        return self._inventory.city

    async def run(self) -> None:
        """Until `intake.stop`. Raises StoreError when storing can't go on."""
        await self.pipeline.transact(self._adopt)
        try:
            await run_with(
                self._take_in(),
                *([self._enrolment.run()] if self._enrolment else []),
                self._tick(),
                self._follow_inventory(),
                self._read_certificates(),
                self.sender.run(),
                self._alertmanagers.run(),
                self._telegram.run(),
                self._backfill.run(),
                heartbeat.run(self._heartbeat.url, self._heartbeat.period_seconds, self._ailment),
                stop=self.intake.stop,
            )
        finally:
            self.store.close()

    async def _take_in(self) -> None:
        await self.intake.run()
        await self._keep_the_last()

    def judge(self, taken: Sequence[Taken]) -> Changes:
        self.past.take(taken, self._clock.now())
        self.latency.take(taken, self._clock.now())
        judged = self.watch.judge(taken, self.pipeline.connected_since is not None, self._clock.now())
        summaries = self._summaries.due(self.city, self.watch.incidents, self._clock.now())
        past = self.past.changes(judged.incidents.values(), self._clock.now())
        latency = self.latency.changes(self._clock.now())
        unscraped = self._backfill.judge(taken)
        return judged.then(Changes(letters=summaries, unscraped=unscraped, past=past, latency=latency))

    def stored(self, changes: Changes) -> None:
        if changes.letters:
            self.sender.wake()
        if changes.incidents or changes.windows:
            self._alertmanagers.wake()
        if changes.unscraped:
            self._backfill.wake()

    def _ailment(self) -> str:
        """Why the collector is not well; "" while it takes reports and its receivers take notices."""
        since = min(self.sender.failing_since.items(), key=lambda entry: entry[1], default=None)
        if since is not None and self._clock.now() - since[1] > FAILING_SECONDS:
            return f"receivers.{since[0]} takes no notice"
        return self.pipeline.not_ready

    async def _incidents_in_store(self) -> list[Incident]:
        """None of them is ahead of the store: Alertmanager learns the end of each that it learns of."""
        async with self.pipeline.holding():
            return self.watch.incidents.saved()

    async def _older_incidents(self, ids: Collection[str]) -> list[Incident]:
        return await until_stored(asyncio.sleep, self.store.incidents_of, ids)

    async def _keep_the_last(self) -> None:
        """Store the measurements that no scrape may have shown, and the newest cells."""
        await self.pipeline.transact_last(
            lambda: Changes(
                unscraped=self._backfill.last(self._clock.now()),
                past=self.past.last(),
                latency=self.latency.last(),
            )
        )

    def _adopt(self) -> Changes:
        """Take over the inventory in force."""
        self._version = max(self._version + 1, int(self._clock.now() * 1000))
        authority = self._enrolment.signing_authority if self._enrolment else ""
        work = Compiler(self.city).assignments(self._version, authority)
        assignments = self._sent = renewed(work, self._sent, self._reported())
        expected = {agent: _pairs(assignment) for agent, assignment in assignments.items()}
        self.state.adopt(self.city, expected, assignments)
        self.past.adopt(expected)
        self.latency.adopt(self.city)
        self._ingest.traffic.adopt(ZoneInfo(self.city.timezone), self._clock.now())
        self._ingest.agents = {
            agent: assignment.report_interval_seconds for agent, assignment in assignments.items()
        }
        self._send()
        return self.watch.adopt(assignments)

    def _bar(self, agents: frozenset[str]) -> None:
        self._ingest.barred = agents

    async def _authority_changed(self) -> None:
        """Agents learn of it by their assignments."""
        await self.pipeline.transact(self._adopt)

    def _overtake(self) -> None:
        """Agents take only what is newer than they have, and our clock may have been set back."""
        if newer := overtaken(self._sent, self._reported(), self._version):
            self._sent |= newer
            self.state.renumbered({agent: assignment.version for agent, assignment in newer.items()})
            self._send()

    def _send(self) -> None:
        self.intake.assign({agent: encode(assignment) for agent, assignment in self._sent.items()})

    def _reported(self) -> dict[str, int]:
        """The version of its assignment that each agent reports."""
        return {id: agent.assignment for id, agent in self.state.agents.items()}

    async def _tick(self) -> None:
        stale_due = 0.0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self.pipeline.transact(self._follow_clock)
            self._deny(self.intake.inbox.floods.denied(self._clock.boot()))
            now = self._clock.now()
            if not 0 <= stale_due - now <= STALE_SECONDS:
                stale_due = now + STALE_SECONDS
                async with self.pipeline.holding():
                    self.state.tick(now)
                    self._overtake()

    def _follow_clock(self) -> Changes:
        """All parts that keep times, and the store, follow a step at once."""
        changes = Changes()
        if step := self._clock.look():
            log.warning("this machine's clock was set by %+.1f s; see that NTP keeps it", step.by)
            self.pipeline.stepped(step)
            changes = Changes(marks=self._ingest.kept.stepped(step))
            self._ingest.traffic.stepped(step.by, self._clock.now())
            self.state.stepped(step)
            self.latency.stepped(step)
            changes = changes.then(self.watch.stepped(step, self._clock.now()))
            moved = changes.incidents.values()
            changes = changes.then(Changes(past=self.past.stepped(step, moved, self._clock.now())))
        self.state.listen(self.pipeline.connected_since)
        return changes

    async def _read_certificates(self) -> None:
        """They may be renewed at any time. The broker's is the one that it showed to this session."""
        while True:
            ends = {
                "ca": await asyncio.to_thread(ca_ends, self._broker),
                "collector": await asyncio.to_thread(certificate_ends, self._broker),
                "broker": self.intake.broker_certificate_ends,
            }
            if self._enrolment:
                ends |= await asyncio.to_thread(self._enrolment.ends)
            self.watch.certificates = {name: at for name, at in ends.items() if at is not None}
            if self._enrolment:
                with contextlib.suppress(StoreError):  # the next look asks again
                    self.watch.used_twice = await asyncio.to_thread(self.store.authority.sites_in_doubt)
            await asyncio.sleep(CERTIFICATES_SECONDS)

    async def _follow_inventory(self) -> None:
        """The collector takes a change without a restart. It logs a bad one once and keeps the old one."""
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
                await self.pipeline.transact(self._adopt)
                self._alertmanagers.wake()
                log.info("inventory taken: %d sites", len(self.city.sites))


def _pairs(assignment: Assignment) -> frozenset[tuple[str, str]]:
    return frozenset((kind(probe), probe.target) for probe in assignment.probes)


def _written(path: Path) -> dict[Path, int]:
    """When each file of the inventory was written last."""
    try:
        files = [*sorted(path.iterdir()), *profile_files(path)]
    except OSError:  # one file, or what can't be read: `reload` tells
        files = [path]
    found = {}
    for file in files:
        with contextlib.suppress(OSError):
            found[file] = file.stat().st_mtime_ns
    return found


async def run(collector: Collector, bound: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C, or until storing can't go on, which raises StoreError."""
    server = WebServer(collector.app, bound, collector.certificate)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, collector.intake.stop)
    web = asyncio.create_task(server.serve())
    web.add_done_callback(lambda _: collector.intake.stop())  # half a collector would say that all is well
    try:
        async with service():
            await collector.run()
    finally:
        server.should_exit = True
        await web
