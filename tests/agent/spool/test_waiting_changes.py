"""Changes that wait for a read-only disk leave the same spool as changes that reach the disk at once."""

import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from agent.spool import Spool, SpoolLedger
from agent.spool.key import Key
from tests.agent.spool.bodies import body, drops_told, losses
from wire.report import DropReason

A, B = "a" * 16, "b" * 16
IN_MEMORY = Path("/dev/shm")  # syncing is not what is tested here


def refuse_writes(spool: Spool, *, refused: bool) -> None:
    spool._disk._db.execute(f"PRAGMA query_only = {int(refused)}")  # type: ignore[union-attr]


def earlier_reports(path: Path, count: int) -> None:
    with closing(Spool(path, stream=A, boot="boot")) as spool:
        for _ in range(count):
            spool.append(body())


def test_a_rejection_stands_when_an_acknowledgement_follows_it(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    earlier_reports(path, 3)
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        refuse_writes(spool, refused=True)
        spool.acknowledge(A, [(1, 1)], 1e9)
        spool.drop((A, 2), "rejected")
        spool.acknowledge(A, [(1, 3)], 1e9)
        refuse_writes(spool, refused=False)
        spool.append(body())
        assert spool.ledger()[A] == SpoolLedger(taken=9, acknowledged=6, rejected=3)
        assert losses(drops_told(spool)) == {(A, 2): (3, "rejected")}


def test_an_acknowledgement_stands_when_a_drop_follows_it(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    earlier_reports(path, 3)
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        refuse_writes(spool, refused=True)
        spool.drop((A, 3), "corrupt")
        spool.acknowledge(A, [(1, 2)], 1e9)
        spool.drop((A, 2), "corrupt")
        spool.put_back(1e9)
        assert spool.held(10) == [(A, 1), (A, 2)], "the restored collector gets both"
        refuse_writes(spool, refused=False)
        spool.append(body())
        assert spool.ledger()[A] == SpoolLedger(taken=9, dropped=3, held=6)
        assert losses(drops_told(spool)) == {(A, 3): (3, "corrupt")}


class TwoDisks(RuleBasedStateMachine):
    """Two spools get the same reports and decisions. The disk of one of them is read-only at times."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        self.starts = 0
        self.open()

    def open(self) -> None:
        """Both have reports on disk, and one disk is read-only from then on: the decisions come first."""
        self.starts += 1
        folder, stream = Path(self._folder.name), f"{self.starts:016x}"
        self.at_once = Spool(folder / "at once" / "spool.db", stream=stream, boot="boot")
        self.later = Spool(folder / "later" / "spool.db", stream=stream, boot="boot")
        self.measure([1, 2, 3, 4])
        self.disk_is_read_only(True)

    @property
    def spools(self) -> tuple[Spool, Spool]:
        return self.at_once, self.later

    def held(self) -> list[Key]:
        """The reports that both hold. A read-only disk holds the reports of its ring again later."""
        in_both = set(self.at_once.held(10_000)) & set(self.later.held(10_000))
        return sorted(in_both)

    @rule(sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4))
    def measure(self, sizes: list[int]) -> None:
        for measurements in sizes:
            for spool in self.spools:
                spool.append(body(measurements=measurements))

    @rule(low=st.integers(1, 6), width=st.integers(0, 3), start=st.integers(0, 1))
    def acknowledge(self, low: int, width: int, start: int) -> None:
        for spool in self.spools:
            spool.acknowledge(f"{max(1, self.starts - start):016x}", [(low, low + width)], 1e9)

    @precondition(lambda self: self.held())
    @rule(data=st.data(), reason=st.sampled_from(["rejected", "corrupt"]))
    def drop(self, data: st.DataObject, reason: DropReason) -> None:
        key = data.draw(st.sampled_from(self.held()))
        for spool in self.spools:
            spool.drop(key, reason)

    @rule()
    def collector_is_restored(self) -> None:
        for spool in self.spools:
            spool.put_back(1e9)

    @rule(refused=st.booleans())
    def disk_is_read_only(self, refused: bool) -> None:
        refuse_writes(self.later, refused=refused)

    @rule()
    def reopen(self) -> None:
        """Not while the disk is read-only: test_model.py has that."""
        self.disk_is_read_only(False)
        for spool in self.spools:
            spool.close()
        self.open()

    def teardown(self) -> None:
        try:
            self.disk_is_read_only(False)
            self.measure([1])
            assert self.at_once.held(10_000) == self.later.held(10_000)
            assert self.at_once.ledger() == self.later.ledger()
            self.collector_is_restored()  # so that each report that carries a drop record can be read
            assert losses(drops_told(self.at_once)) == losses(drops_told(self.later))
        finally:
            for spool in self.spools:
                spool.close()
            self._folder.cleanup()


TestTwoDisks = TwoDisks.TestCase
TestTwoDisks.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
