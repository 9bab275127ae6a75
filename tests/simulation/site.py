"""A box at a site, with a disk and clocks, and the agent on it: the real outbox and spool."""

from collections.abc import Callable
from pathlib import Path

from agent.clock import MAX_ERROR_SECONDS
from agent.delivery.outbox import ReportOutbox
from agent.spool import Spool
from tests.fakes.broker import Broker, Session
from tests.fakes.disk import Disk, Killed
from tests.fakes.world import World
from tests.simulation.oracle import Oracle
from tests.simulation.verdict import Drained
from wire.messages import Ack, Presence, decode_ack, decode_collector_presence, encode
from wire.reconnect import pause_seconds
from wire.report import Body, Table, Undecodable, decode_report
from wire.topics import COLLECTOR_PRESENCE, Leaf, topic

DRIFT = 50e-6
YEAR_2100 = 4_102_444_800.0
STEADY_SECONDS = 30.0
TICK_SECONDS = 0.001
TARGETS = 4


class Box:
    """`interval` is what the collector knows to be between reports, `period` what is: longer, at peace."""

    def __init__(
        self,
        world: World,
        broker: Broker,
        oracle: Oracle,
        *,
        agent: str,
        name: str,
        interval: float,
        folder: Path,
    ) -> None:
        self.agent, self.name, self.interval = agent, name, interval
        self.disk = Disk(folder, "spool.db", world.chance)
        self.mebibytes = world.chance.choice([256.0, 256.0, world.chance.uniform(2, 20) / 1024])
        if self.mebibytes < 1:
            oracle.forgetful.add(name)
        self.period = self.interval
        self.measuring = True
        self.poison = 0.0
        self.wall_error = 0.0
        self.synchronized = False
        self.boot = ""
        self.running: Process | None = None
        self.world, self.broker, self.oracle = world, broker, oracle
        self._drift = 1 + world.chance.uniform(-DRIFT, DRIFT)
        self._off = True

    def now(self) -> float:
        """The boot clock."""
        return (self.world.now - self._booted) * self._drift

    def kernel_offset(self) -> float | None:
        return self.world.now + self.wall_error - self.now() if self.synchronized else None

    def set_wall_clock(self) -> None:
        """Right, an hour off, of 1970 or of 2100; and now and then the kernel swears that it is right."""
        chance, now = self.world.chance, self.world.now
        wrong = [chance.gauss(0, 0.02), 3600.0, -3600.0, chance.uniform(-5, 5), -now, YEAR_2100 - now]
        self.wall_error = chance.choice(wrong)
        self.synchronized = self.world.happens(0.9 if abs(self.wall_error) < 0.5 else 0.3)

    def start(self) -> None:
        if self.running is None:
            if self._off:
                self._boot()
            self.running = Process(self)
            self.guarded(self.running.start)

    def kill(self) -> None:
        if self.running is not None:
            self._end("agent is killed")

    def cut_power(self) -> None:
        self._end("power is cut" + (", and the disk had lied" if self.disk.lies else ""), power_cut=True)
        self._off = True

    def stop(self) -> None:
        """As systemd does it."""
        if self.running is not None:
            self.guarded(self.running.close)
            self._end("agent stops")

    def heal(self) -> None:
        self.poison = 0.0

    def measure(self) -> None:
        if self.running is not None:
            self.running.measure()

    def topic(self, leaf: Leaf) -> str:
        return topic(self.agent, leaf)

    def drained(self) -> Drained:
        assert self.running is not None
        spool, standing = self.running.spool, self.running.outbox.standing(self.now())
        return Drained(self.agent, self.name, standing.held_reports, spool.ledger(), set(standing.conditions))

    def guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Killed:
            self._end("agent is killed at work")
            self.world.after(self.world.chance.uniform(1, 30), self.start)

    def _end(self, what: str, *, power_cut: bool = False) -> None:
        self.world.tell(self.name, what)
        running, self.running = self.running, None
        self.oracle.process_ended(self.name, disk_lost_all_it_swore=power_cut and self.disk.lies)
        if running is not None:
            running.ended()
        self.disk.end_of_process(power_cut=power_cut)

    def _boot(self) -> None:
        self._off = False
        self._booted = self.world.now - self.world.chance.uniform(15, 17)
        self.boot = self.world.id()
        self.set_wall_clock()


class Process:
    """One run of the agent: what agent/delivery/mqtt.py does, in virtual time."""

    def __init__(self, box: Box) -> None:
        self._box, self._world = box, box.world
        self.alive = True
        self._session: Session | None = None
        self._connected_at = 0.0
        self._attempts = 0
        self._sent: set[float] = set()
        self._dated = False
        self._collector_error: float | None = None
        self._step_at = float("inf")
        self._said: set[str] = set()

    def start(self) -> None:
        box, world = self._box, self._world
        self.stream = world.id()
        spool = Spool(box.disk.file, stream=self.stream, boot=box.boot, mebibytes=box.mebibytes)
        self.spool = spool
        self.outbox = ReportOutbox(spool, boot=box.boot, random=world.chance.random)
        world.tell(box.name, f"starts stream {self.stream[:4]} {sorted(spool.conditions)}")
        self._later(world.chance.uniform(0, box.interval), self._beat)
        self._later(world.chance.uniform(0, 2), self._connect)

    def close(self) -> None:
        self.outbox.close()

    def ended(self) -> None:
        self.alive = False
        if self._session is not None:
            self._box.broker.gone(self._session.client)

    def measure(self) -> None:
        """One report, now and then one that the collector can never take."""
        box, world = self._box, self._world
        now, oracle = box.now(), box.oracle
        width = round(min(box.interval, now) * 1000)
        ages = sorted(world.chance.randrange(width) for _ in range(world.chance.randint(0, TARGETS)))
        taken = [oracle.measured(box.agent, world.now - age / 1000, box.interval) for age in ages]
        values: dict[str, list[float | None]] = {
            "tcp_connect_duration_seconds": [float(one) for one in taken]
        }
        if taken and world.happens(box.poison):
            values["probe_duration_seconds"] = []
        targets = [f"target-{number}" for number in range(len(ages))]
        body = Body(now, tables=[Table("tcp", targets, ages, values)] if taken else [])
        oracle.taking(box.name, taken, (self.stream, self.spool._seq + 1), box.boot, world.now)
        self.outbox.put(body, now)
        on_disk = "spool_unwritable" not in self.spool.conditions
        noted = box.disk.takes_notes and not box.disk.lies
        oracle.took(box.name, on_disk=on_disk, lied=box.disk.lies, noted=noted)
        self._wake()

    def _beat(self) -> None:
        if self._box.measuring:
            self.measure()
        self._later(self._box.period, self._beat)

    def _connect(self) -> None:
        box = self._box
        will = box.topic("presence"), encode(self.outbox.presence(box.now(), online=False))
        topics = [box.topic("ack"), COLLECTOR_PRESENCE]
        session = Session(box.agent, topics, self._received, self._disconnected, will)
        if not box.broker.connect(session):
            self._retry()
            return
        self._session, self._connected_at = session, self._world.now
        self._world.tell(box.name, "is connected")
        self.outbox.connected(box.now())
        self._wake()

    def _disconnected(self) -> None:
        self._session = None
        if self.alive:
            self._world.tell(self._box.name, "is not connected any more")
            if self._world.now - self._connected_at > STEADY_SECONDS:
                self._attempts = 0
            self._box.guarded(self.outbox.disconnected)
            self._retry()

    def _retry(self) -> None:
        self._attempts += 1
        self._later(pause_seconds(self._attempts, self._world.chance.random()), self._connect)

    def _received(self, name: str, payload: bytes, _kept: bool) -> None:
        def hear() -> None:
            now = self._box.now()
            if name == COLLECTOR_PRESENCE:
                self.outbox.collector(decode_collector_presence(payload), now)
            else:
                ack = decode_ack(payload)
                self.outbox.acknowledged(ack, now)
                if self._tells_time(ack, now):
                    self._dated, self._collector_error = True, ack.sent - self._world.now
            self._wake()

        if self.alive:
            self._box.guarded(hear)

    def _tells_time(self, ack: Ack, now: float) -> bool:
        if ack.echo is None or ack.echo not in self._sent:
            return False
        return 0 <= (now - ack.echo) - (ack.sent - ack.received) <= MAX_ERROR_SECONDS

    def _wake(self, seconds: float = 0.0) -> None:
        """Publish what is due, then or before."""
        at = self._world.now + seconds
        if at < self._step_at:
            self._step_at = at
            self._later(seconds, self._step)

    def _step(self) -> None:
        if self._world.now < self._step_at:
            return  # a wake-up that an earlier one has done
        self._step_at = float("inf")
        box = self._box
        now = box.now()
        outgoing = self.outbox.take(now, box.kernel_offset())
        self._sent.add(round(now, 6))
        if self._dated and not box.disk.lies and not box.disk.refusal:
            box.oracle.dated.add(box.boot)
        self._say_conditions(set(self.outbox.standing(now).conditions))
        if self._session is not None:
            if outgoing.presence is not None:
                self._say(outgoing.presence)
            for payload in outgoing.reports:
                self._check_offset(payload)
                box.broker.publish(box.agent, box.topic("report"), payload)
        self._wake(max(TICK_SECONDS, outgoing.due - now))

    def _check_offset(self, payload: bytes) -> None:
        """What the collector's time has dated, it has dated by the time that it told last."""
        try:
            report = decode_report(payload)
        except Undecodable:
            return
        if report.stream != self.stream or report.clock != "collector" or self._collector_error is None:
            return
        box = self._box
        off = (report.offset or 0.0) - (self._world.now - box.now() + self._collector_error)
        if abs(off) > 4 * MAX_ERROR_SECONDS:
            box.oracle.complaints.append(f"{box.name} sends {self.stream[:4]}/{report.seq} {off:+.0f} s off")

    def _say_conditions(self, conditions: set[str]) -> None:
        if conditions != self._said:
            self._world.tell(self._box.name, f"says {', '.join(sorted(conditions)) or 'that all is well'}")
            self._box.oracle.conditions[self._box.name] |= conditions
        self._said = conditions

    def _say(self, presence: Presence) -> None:
        self._box.broker.publish(self._box.agent, self._box.topic("presence"), encode(presence), retain=True)

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        def work_if_alive() -> None:
            if self.alive:
                self._box.guarded(work)

        self._world.after(seconds, work_if_alive)
