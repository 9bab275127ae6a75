"""The real outbox, spool and all, against a simulated network and collector in virtual time."""

import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.delivery.outbox import ReportOutbox
from agent.spool import Spool
from tests.agent.spool.bodies import body
from wire.messages import Ack, Presence
from wire.ranges import Ranges
from wire.report import Report, decode_report

START = 1_790_000_000.0
OFFSET_ERROR_SECONDS = 5.0
IN_MEMORY = Path("/dev/shm")  # syncing is not what is tested here


@dataclass
class Collector:
    """Stores what comes, and answers with what it has. Its clock is right.

    `past` are the runs before this one, each with the last of its commits that it still has.
    """

    epoch: str = "run 1"
    commit: int = 0
    past: dict[str, int] = field(default_factory=dict)
    committed: dict[tuple[str, int], int] = field(default_factory=dict)
    stored: dict[str, dict[int, Report]] = field(default_factory=dict)

    def take(self, payload: bytes, unix: float) -> Ack:
        report = decode_report(payload)
        self.commit += 1
        if report.seq not in self.stored.setdefault(report.stream, {}):
            self.stored[report.stream][report.seq] = report
            self.committed[report.stream, report.seq] = self.commit
        return self.answer(report.stream, report.sent, unix)

    def answer(
        self, stream: str, echo: float | None, unix: float, known: tuple[str, int] | None = None
    ) -> Ack:
        seqs = Ranges((seq, seq) for seq in self.stored.get(stream, {})).excerpt(16, 1)
        past = (known[0], self.past.get(known[0], 0)) if known and known[0] != self.epoch else None
        return Ack(self.epoch, self.commit, stream, 1, seqs, [], "", echo, unix, unix + 0.05, past)

    def restart(self) -> None:
        self.past[self.epoch] = self.commit
        self.epoch += "'"  # no run has the id of another, also not of a store that is lost

    def restore(self, commit: int) -> None:
        """From a backup of that commit."""
        self.restart()
        self.commit = commit
        self.past = {run: min(last, commit) for run, last in self.past.items()}
        for stream, seq in [key for key, number in self.committed.items() if number > commit]:
            del self.stored[stream][seq], self.committed[stream, seq]


class World:
    """An agent that is restarted, rebooted and cut off, on a network that loses and reorders."""

    def __init__(self, folder: Path, seed: int, loss: float) -> None:
        self.chance = random.Random(seed)
        self.loss = loss
        self.folder = folder
        self.collector = Collector()
        self.unix = START
        self.boots = 0
        self.streams = 0
        self.connected = False
        self.events: list[tuple[float, str, object]] = []
        self.measured: dict[tuple[str, int], float] = {}
        self.heard_in: set[str] = set()
        self.dated_boots: set[str] = set()
        self.next_report = START
        self.outbox: ReportOutbox | None = None
        self.reboot(off_seconds=0)

    def boot_clock(self) -> float:
        return self.unix - self.booted

    def reboot(self, off_seconds: float) -> None:
        self.unix += off_seconds
        self.boots += 1
        self.booted = self.unix - 20
        self.restart()

    def restart(self) -> None:
        if self.outbox is not None:
            self.outbox.close()
        self.streams += 1
        self.stream, self.boot = f"{self.streams:016x}", f"boot {self.boots}"
        spool = Spool(self.folder / "spool.db", stream=self.stream, boot=self.boot)
        self.outbox = ReportOutbox(spool, boot=self.boot, random=self.chance.random)
        self.connected = False
        self.heard_in.clear()
        self.events.clear()

    def cut(self) -> None:
        assert self.outbox is not None
        self.connected = False
        self.events.clear()
        self.outbox.disconnected()

    def connect(self) -> None:
        assert self.outbox is not None
        self.connected = True
        self.outbox.connected(self.boot_clock())

    def run(self, seconds: float, report_every: float = 10) -> None:
        assert self.outbox is not None
        until = self.unix + seconds
        while self.unix < until:
            self.unix += 0.5
            if self.unix >= self.next_report:
                self.next_report = self.unix + report_every
                seq = self.outbox.put(body(self.boot_clock(), 2), self.boot_clock())
                self.measured[self.stream, seq] = self.unix
            if self.connected:
                self.publish(self.outbox)
                self.arrive(self.outbox)

    def publish(self, outbox: ReportOutbox) -> None:
        wrong_kernel = self.chance.choice([None, -self.boot_clock(), 4e9])
        outgoing = outbox.take(self.boot_clock(), wrong_kernel)
        self.dated_boots |= self.heard_in
        if outgoing.presence is not None:
            self.send("presence", outgoing.presence)
        for payload in outgoing.reports:
            self.send("report", payload)

    def send(self, kind: str, message: object) -> None:
        for _ in range(self.chance.choice([1, 1, 1, 2])):
            if self.chance.random() >= self.loss:
                self.events.append((self.unix + self.chance.uniform(0.01, 3), kind, message))

    def arrive(self, outbox: ReportOutbox) -> None:
        arrived = [event for event in self.events if event[0] <= self.unix]
        self.events = [event for event in self.events if event[0] > self.unix]
        for _, kind, message in arrived:
            if kind == "presence":
                assert isinstance(message, Presence)
                for stream in message.streams:
                    answer = self.collector.answer(stream, message.sent, self.unix, message.known)
                    self.send("ack", answer)
            elif kind == "report":
                assert isinstance(message, bytes)
                self.send("ack", self.collector.take(message, self.unix))
            else:
                assert isinstance(message, Ack)
                outbox.acknowledged(message, self.boot_clock())
                self.heard_in.add(self.boot)

    def happens(self, what: str) -> None:
        match what:
            case "restart":
                self.restart()
            case "reboot":
                self.reboot(off_seconds=300)
            case "cut":
                self.cut()
            case "connect":
                self.connect()
            case "collector restarts":
                self.collector.restart()
            case "restore":
                self.collector.restore(self.chance.randint(0, self.collector.commit))
            case "forget":
                self.collector = Collector(epoch=f"epoch {self.unix}")

    def rightly_dated(self, report: Report, measured_at: float) -> bool:
        """Within its bound, or not dated at all in a boot that never heard the collector."""
        said = report.measured_at(0)
        if said is None:
            return report.boot not in self.dated_boots
        return abs(said - measured_at) <= OFFSET_ERROR_SECONDS

    def held(self) -> int:
        assert self.outbox is not None
        return self.outbox.standing(self.boot_clock()).held_reports


@settings(deadline=None, max_examples=5)
@given(
    seed=st.integers(0, 2**32),
    loss=st.floats(0, 0.6),
    happenings=st.lists(
        st.sampled_from(["restart", "reboot", "cut", "connect", "collector restarts", "restore", "forget"]),
        max_size=14,
    ),
)
def test_through_any_trouble_every_report_arrives_with_the_right_date(
    seed: int, loss: float, happenings: list[str]
) -> None:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        world = World(Path(folder), seed, loss)
        world.connect()
        for happening in happenings:
            world.run(60)
            world.happens(happening)
        world.connect()
        world.run(600)
        for _ in range(200):
            if world.held() == 0:
                break
            world.run(60, report_every=1e9)
        assert world.held() == 0
        stored = {(stream, seq) for stream, seqs in world.collector.stored.items() for seq in seqs}
        assert stored == set(world.measured)
        for (stream, seq), unix in world.measured.items():
            assert world.rightly_dated(world.collector.stored[stream][seq], unix)
        assert world.outbox is not None
        world.outbox.close()
