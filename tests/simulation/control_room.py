"""The collector in its control room: the real ingest, state and store, driven as intake/pipeline.py does."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from collector.changes import Changes
from collector.city.state import State
from collector.clock import SteadyClock
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.inventory import City, Site
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Ingestion, Message
from collector.streams.marks import Marks
from tests.fakes.broker import Broker, Session
from tests.fakes.disk import Copy, Disk, Killed
from tests.fakes.virtual_time import START
from tests.fakes.world import World
from tests.simulation.oracle import Oracle, Transaction
from wire.messages import CollectorPresence, encode
from wire.topics import COLLECTOR_PRESENCE, every

CLIENT = "_collector"
GATHER_SECONDS = 0.05
RETRY_SECONDS = 1.0
BATCH_AT_MOST = 256
LOOK_SECONDS = 5.0
TARGETS = frozenset(("tcp", f"target-{number}") for number in range(4))


class ControlRoom:
    """`agents` are the inventory's, with their intervals; what is `misspelt` of them is not found in it."""

    def __init__(self, world: World, broker: Broker, oracle: Oracle, folder: Path) -> None:
        self.disk = Disk(folder, "store.sqlite", world.chance)
        self.agents: dict[str, float] = {}
        self.misspelt: set[str] = set()
        self.wall_error = 0.0
        self.running: Collector | None = None
        self.world, self.broker, self.oracle = world, broker, oracle

    def start(self) -> None:
        if self.running is None:
            self.running = Collector(self)
            self.guarded(self.running.start)

    def kill(self) -> None:
        if self.running is not None:
            self._end("collector is killed")

    def cut_power(self) -> None:
        self._end("its power is cut" + (", and the disk had lied" if self.disk.lies else ""), power_cut=True)

    def restore(self, copy: Copy) -> None:
        self._end("its store is restored from an old copy", restored=copy)

    def adopt(self) -> None:
        if self.running is not None:
            self.running.adopt()

    def known(self) -> dict[str, float]:
        return {agent: interval for agent, interval in self.agents.items() if agent not in self.misspelt}

    def marks(self) -> list[Marks]:
        assert self.running is not None
        assert self.running.store is not None
        return self.running.store.marks()

    def last_transaction(self) -> Transaction:
        with closing(sqlite3.connect(self.disk.file)) as database:
            writer, number = database.execute("SELECT writer, commit_number FROM meta").fetchone()
        return str(writer), int(number)

    def guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Killed:
            self._end("collector is killed at work")
            self.world.after(self.world.chance.uniform(1, 30), self.start)

    def _end(self, what: str, *, power_cut: bool = False, restored: Copy | None = None) -> None:
        self.world.tell("collector", what)
        running, self.running = self.running, None
        if running is not None:
            running.ended()
        self.disk.end_of_process(power_cut=power_cut, restored=restored)


class Collector:
    """One run of it."""

    def __init__(self, room: ControlRoom) -> None:
        self._room, self._world = room, world = room, room.world
        self.clock = SteadyClock(lambda: world.now - START, lambda: world.now + room.wall_error)
        self.alive = True
        self._session: Session | None = None
        self._inbox: deque[Message] = deque()
        self._busy = False
        self.store: Store | None = None
        self.state: State
        self._ingest: Ingest

    def start(self) -> None:
        room = self._room
        try:
            self.store = Store(f"sqlite:///{room.disk.file}?timeout=0")
            marks, past = self.store.marks(), self.store.begin()
        except StoreUnavailable:
            room.world.tell("collector", "can't open its store")
            room.running, self.alive = None, False
            self._close()
            room.world.after(room.world.chance.uniform(5, 10), room.start)
            return
        self._world.tell("collector", f"starts with commit {self.store.commit_number}")
        room.oracle.store_has(room.last_transaction())
        self.state = State(city(()), {})
        self._ingest = Ingest(self.store.epoch, self.state, {}, marks, past)
        self.adopt()
        self._connect()
        room.oracle.collector_started(self.clock.now() - self._world.now)
        self._look_at_clock()

    def adopt(self) -> None:
        known = self._room.known()
        self.state.adopt(city(known), dict.fromkeys(known, TARGETS))
        self._ingest.agents = known

    def ended(self) -> None:
        self.alive = False
        if self._session is not None:
            self._room.broker.gone(CLIENT)
        self._close()

    def _close(self) -> None:
        if self.store is not None:
            self.store.close()

    def _connect(self) -> None:
        topics = [every("report"), every("presence")]
        will = COLLECTOR_PRESENCE, self._presence(False)
        session = Session(CLIENT, topics, self._received, self._disconnected, will)
        if self._room.broker.connect(session):
            self._session = session
            self._room.broker.publish(CLIENT, COLLECTOR_PRESENCE, self._presence(True), retain=True)
        else:
            self._later(1.0, self._connect)

    def _disconnected(self) -> None:
        self._session = None
        self._later(1.0, self._connect)

    def _presence(self, online: bool) -> bytes:
        assert self.store is not None
        return encode(CollectorPresence(online, self.store.epoch))

    def _received(self, topic: str, payload: bytes, kept: bool) -> None:
        self._inbox.append(Message(topic, payload, self.clock.boot(), kept))
        self._look()

    def _look(self) -> None:
        if self._inbox and not self._busy:
            self._busy = True
            self._later(GATHER_SECONDS, self._take)

    def _take(self) -> None:
        messages = [self._inbox.popleft() for _ in range(min(len(self._inbox), BATCH_AT_MOST))]
        now = self.clock.now()
        messages = [one._replace(received=self.clock.at(one.received)) for one in messages]
        ingestion = self._ingest.take(messages, now, self.clock.corrections)
        self._tell(ingestion)
        self._room.oracle.took_in(ingestion.taken, now - self._world.now, self._world.now)
        self._settle(ingestion)

    def _look_at_clock(self) -> None:
        """And, as often, at what is not fresh any more."""
        if not self._busy and (step := self.clock.look()):
            self._world.tell("collector", f"follows its clock by {step.by:+.1f} s")
            self._busy, ingestion = True, Ingestion(marks=self._ingest.kept.stepped(step))
            self.state.stepped(step)
            self._settle(ingestion)
        self.state.tick(self.clock.now())
        for agent in self.state.agents.values():
            if self.state.hearing(agent, self.clock.now()) == "fresh":
                self._room.oracle.shown_as_fresh(agent.id, agent.fresh_seconds, self._world.now)
        self._later(LOOK_SECONDS, self._look_at_clock)

    def _settle(self, ingestion: Ingestion) -> None:
        if Changes.of(ingestion):
            self._commit(ingestion)
        else:
            self._answer(ingestion)

    def _tell(self, ingestion: Ingestion) -> None:
        now, tell = self.clock.now(), self._world.tell
        doubled = {agent.id for agent in self.state.agents.values() if agent.doubled(now)}
        for agent in doubled - self._room.oracle.doubled:
            tell("collector", f"finds that {agent} is two")
        self._room.oracle.doubled |= doubled
        if ingestion.taken:
            reports = (f"{one.agent} {one.report.stream[:4]}/{one.report.seq}" for one in ingestion.taken)
            tell("collector", f"takes {', '.join(reports)}")
        for (agent, _), answer in ingestion.answers.items():
            if answer.hold or answer.rejected:
                tell("collector", f"tells {agent}: {answer.hold or [one.reason for one in answer.rejected]}")

    def _commit(self, ingestion: Ingestion) -> None:
        """Until it can be stored; only then it is answered."""
        store, oracle = self.store, self._room.oracle
        assert store is not None
        transaction = store.epoch, store.commit_number + 1
        oracle.committing(transaction, ingestion.taken)
        try:
            store.commit(Changes.of(ingestion))
        except StoreUnavailable:
            self._later(RETRY_SECONDS, lambda: self._commit(ingestion))
            return
        oracle.store_has(transaction)
        self._later(self._world.chance.uniform(0.001, 0.05), lambda: self._answer(ingestion))

    def _answer(self, ingestion: Ingestion) -> None:
        assert self.store is not None
        self._publish(self._ingest.acks(ingestion, self.store.commit_number, self.clock.now()))
        self._busy = False
        self._look()

    def _publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        for topic, payload in messages:
            if self._session is not None:
                self._room.broker.publish(CLIENT, topic, payload)

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        def work_if_alive() -> None:
            if self.alive:
                self._room.guarded(work)

        self._world.after(seconds, work_if_alive)


def city(agents: Iterable[str]) -> City:
    return City(name="Pontianak", sites={agent: Site(role="hotspot", name=agent) for agent in agents})
