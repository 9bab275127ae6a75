"""The spool against a model of it: each report is always in one place, and each loss has a drop record."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent.clock import ClockReading
from agent.spool import Spool, SpoolLedger
from agent.spool.key import Key
from tests.agent.spool.bodies import body, contents, losses
from wire.report import Drop

LIMIT_BYTES = 2000
IN_MEMORY = Path("/dev/shm")  # syncing is not what is tested here


class SpoolModel(RuleBasedStateMachine):
    """`place` says where each report is: held, acknowledged, dropped or rejected."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        self.place: dict[Key, str] = {}
        self.measurements: dict[Key, int] = {}
        self.uncommitted: set[Key] = set()
        self.unwritten: set[Key] = set()
        self.died: set[Key] = set()
        self.told: list[Drop] = []
        self.untellable: set[Key] = set()
        self.disk_is_read_only = False
        self.ring_waits = False
        self.starts = 0
        self.seq = 0
        self.now = 100.0
        self.open()

    def open(self) -> None:
        self.starts += 1
        self.seq = 0
        path = Path(self._folder.name) / "spool.db"
        self.spool = Spool(path, stream=f"{self.starts:016x}", boot="boot", mebibytes=LIMIT_BYTES / 2**20)

    def teardown(self) -> None:
        try:
            self.writable()
            for _ in range(3):
                for key in self.spool.held(10_000):
                    self.deliver(key)
                self.append(0)
            self.told += [drop for key in self.spool.held(100) for drop in contents(self.spool, key).drops]
            lost = {key for key, place in self.place.items() if place in ("dropped", "rejected")}
            told = losses(self.told)
            assert lost - told.keys() <= self.untellable
            assert all(told[key][0] == self.measurements[key] for key in (lost & told.keys()) - self.died)
        finally:
            self.spool.close()
            self._folder.cleanup()

    @rule(sizes=st.lists(st.integers(0, 20), min_size=1, max_size=8))
    def measure(self, sizes: list[int]) -> None:
        for measurements in sizes:
            self.append(measurements)

    def append(self, measurements: int) -> None:
        if self.ring_waits and not self.disk_is_read_only:
            self.spool.keep_reading(ClockReading(self.now, "ntp"))  # the first write brings the ring back
            self.disk_was_told()
        self.now += 1
        self.seq += 1
        held = self.of("held")
        key = (self.spool.stream, self.spool.append(body(self.now, measurements)))
        assert key[1] == self.seq
        self.place[key], self.measurements[key] = "held", measurements
        if "spool_unwritable" in self.spool.conditions:
            self.uncommitted.add(key)
        else:
            self.uncommitted.clear()
            self.unwritten.clear()
        kept = set(self.spool.held(10_000))
        dropped = [key for key in held if key not in kept]
        if not self.uncommitted:
            assert dropped == held[: len(dropped)], "the oldest go first"
        for key in dropped:
            self.place[key] = "dropped"

    @rule(part=st.floats(0, 1), low=st.integers(1, 20), width=st.integers(0, 20), start=st.integers(0, 3))
    def acknowledge(self, part: float, low: int, width: int, start: int) -> None:
        stream = f"{max(1, self.starts - start):016x}"
        stored = [key for key in self.of("held") if key[0] == stream and low <= key[1] <= low + width]
        for key in stored:
            self.note_delivered(key)
        self.spool.acknowledge(stream, [(low, low + width)], 1e9 + self.now)
        self.settled(stored, "acknowledged")
        if stream != self.spool.stream or low <= self.seq:
            self.disk_was_told()

    @precondition(lambda self: self.of("held"))
    @rule(data=st.data())
    def reject(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self.of("held")))
        if not self.measurements[key]:  # the collector rejects such a report for its drop records
            self.untellable |= losses(contents(self.spool, key).drops).keys()
        self.spool.drop(key, "rejected")
        self.settled([key], "rejected")

    @rule()
    def collector_is_restored(self) -> None:
        """A disk that can't be written holds its ring again later."""
        self.spool.put_back(0.0)
        self.ring_waits = True
        self.held_again()
        self.disk_was_told()

    def held_again(self) -> None:
        back = set(self.spool.held(10_000)) - set(self.of("held"))
        assert back <= set(self.of("acknowledged"))
        for key in back:
            self.place[key] = "held"

    @rule(killed=st.booleans())
    def reopen(self, killed: bool) -> None:
        if killed:
            for shelf in (self.spool._disk, self.spool._memory):
                if shelf is not None:
                    shelf.close()
        else:
            self.spool.close()
        if killed or self.disk_is_read_only:
            for key in self.uncommitted & set(self.of("held")):
                self.place[key] = "dropped"  # never on disk, and the process is gone
            for key in self.unwritten - self.uncommitted:
                self.place[key] = "held"
            self.died |= self.uncommitted
            self.ring_waits = False  # nor does the disk know of the restored collector
        self.unwritten.clear()
        self.uncommitted.clear()
        self.disk_is_read_only = False
        self.open()
        self.disk_was_told()

    @rule()
    def read_only(self) -> None:
        self.disk_is_read_only = True
        self.spool._disk._db.execute("PRAGMA query_only = 1")  # type: ignore[union-attr]

    @rule()
    def writable(self) -> None:
        self.disk_is_read_only = False
        self.spool._disk._db.execute("PRAGMA query_only = 0")  # type: ignore[union-attr]

    @invariant()
    def each_report_is_in_one_place(self) -> None:
        assert self.spool.held(10_000) == self.of("held")
        assert self.spool.held_reports() == len(self.of("held"))
        for stream in self.spool.streams():
            assert self.spool.lowest(stream) == min(seq for name, seq in self.of("held") if name == stream)

    @invariant()
    def the_ledger_balances(self) -> None:
        for stream, ledger in self.spool.ledger().items():
            assert ledger.taken == ledger.acknowledged + ledger.dropped + ledger.rejected + ledger.held
            if self.unwritten:
                continue  # the disk could not take it yet
            assert ledger == SpoolLedger(
                sum(self.measurements[key] for key in self.place if key[0] == stream),
                *(
                    sum(self.measurements[key] for key in self.of(place) if key[0] == stream)
                    for place in ("acknowledged", "dropped", "rejected", "held")
                ),
            )

    def of(self, place: str) -> list[Key]:
        return sorted(key for key, where in self.place.items() if where == place)

    def note_delivered(self, key: Key) -> None:
        self.told += contents(self.spool, key).drops

    def deliver(self, key: Key) -> None:
        self.note_delivered(key)
        self.spool.acknowledge(key[0], [(key[1], key[1])], 1e9)
        self.settled([key], "acknowledged")

    def settled(self, keys: list[Key], place: str) -> None:
        for key in keys:
            self.place[key] = place
        if self.disk_is_read_only:
            self.unwritten |= set(keys)
        if keys:
            self.disk_was_told()

    def disk_was_told(self) -> None:
        """The disk takes with the next change all that it could not take before."""
        if self.disk_is_read_only:
            return
        self.unwritten.clear()
        if self.ring_waits:
            self.ring_waits = False
            self.held_again()


TestSpoolModel = SpoolModel.TestCase
TestSpoolModel.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
