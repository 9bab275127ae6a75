import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.clock import ClockReading
from agent.spool import Spool, SpoolInUse, SpoolLedger
from tests.agent.spool.bodies import body, contents, drops_told, losses
from wire.report import MAX_MEASUREMENTS, Body, Previous, encode_body

A, B, C = "a" * 16, "b" * 16, "c" * 16
DAY = 86400.0


class Spools:
    """Opens the same file again and again, like a program that restarts."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "spool.db"
        self._open: Spool | None = None

    def open(self, stream: str, *, boot: str = "boot", days: float = 7, mebibytes: float = 256) -> Spool:
        self.close()
        self._open = Spool(self.path, stream=stream, boot=boot, days=days, mebibytes=mebibytes)
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None


@pytest.fixture
def spools(tmp_path: Path) -> Iterator[Spools]:
    spools = Spools(tmp_path)
    yield spools
    spools.close()


def test_a_report_is_on_disk_when_append_returns(spools: Spools, tmp_path: Path) -> None:
    spool = spools.open(A)
    assert [spool.append(body(at, 2)) for at in (1.0, 2.0, 3.0)] == [1, 2, 3]
    shutil.copytree(
        spools.path.parent, tmp_path / "after the power cut", ignore=lambda *_: ["after the power cut"]
    )
    with closing(Spool(tmp_path / "after the power cut" / "spool.db", stream=B, boot="boot")) as other:
        assert other.held(10) == [(A, 1), (A, 2), (A, 3)]
        assert contents(other, (A, 3)) == body(3.0, 2)


def test_the_first_report_names_the_stream_before_and_its_highest_seq(spools: Spools) -> None:
    spool = spools.open(A)
    spool.append(body())
    spool.append(body())
    assert contents(spool, (A, 1)).previous is None
    spools.open(B)  # appends nothing, so nobody will ask for it
    spool = spools.open(C)
    spool.append(body())
    spool.append(body())
    assert contents(spool, (C, 1)).previous == Previous(A, 2)
    assert contents(spool, (C, 2)).previous is None


def test_reports_are_held_until_acknowledged_oldest_stream_first(spools: Spools) -> None:
    spool = spools.open(A)
    for _ in range(4):
        spool.append(body())
    spool = spools.open(B)
    spool.append(body())
    spool.acknowledge(A, [(1, 1), (3, 3)], 1e9)
    assert spool.held(10) == [(A, 2), (A, 4), (B, 1)]
    assert spool.held(10, lambda key: key == (A, 2)) == [(A, 4), (B, 1)]
    assert spool.held(1) == [(A, 2)]
    assert (spool.lowest(A), spool.lowest(B), spool.lowest(C)) == (2, 1, None)
    assert spool.streams() == [A, B]
    assert spool.held_reports() == 3


def test_an_offset_stays_with_its_report_until_it_is_given_another(spools: Spools) -> None:
    spool = spools.open(A)
    spool.append(body())
    spool.freeze([((A, 1), ClockReading(1000.0, "collector"))])
    spool = spools.open(B)
    row = spool.read((A, 1))
    assert row is not None
    assert row.reading == ClockReading(1000.0, "collector")
    spool.freeze([((A, 1), ClockReading(2000.0, "ntp"))])
    row = spool.read((A, 1))
    assert row is not None
    assert row.reading == ClockReading(2000.0, "ntp")


def test_each_boot_keeps_its_offset_while_reports_of_it_are_held(spools: Spools) -> None:
    spool = spools.open(A, boot="first")
    spool.append(body())
    spool.keep_reading(ClockReading(500.0, "collector"))
    spool.keep_reading(ClockReading(501.0, "ntp"))
    spool = spools.open(B, boot="second")
    spool.append(body())
    assert spool.reading("first") == ClockReading(501.0, "ntp")
    assert spool.reading("second") is None


def test_a_restored_collector_gets_the_ring_again(spools: Spools) -> None:
    spool = spools.open(A)
    spool.append(body())
    spool.append(body())
    spool.know(("run", 10))
    spool.acknowledge(A, [(1, 2)], 1e9)
    assert spool.held(10) == []
    spool = spools.open(B)
    assert spool.known == ("run", 10)
    spool.put_back(1e9)
    assert spool.held(10) == [(A, 1), (A, 2)]
    assert spool.ledger()[A] == SpoolLedger(taken=6, held=6)


def test_the_known_transaction_never_goes_back_within_one_run(spools: Spools) -> None:
    spool = spools.open(A)
    for commit in (("run", 10), ("run", 9), ("next", 3), ("next", 4)):
        spool.know(commit)
    assert spool.known == ("next", 4)


def test_the_ring_ends_after_a_day_of_the_collector_s_clock(spools: Spools) -> None:
    spool = spools.open(A)
    for seq in range(1, 130):
        spool.append(body(100.0 + seq))
        spool.acknowledge(A, [(seq, seq)], 1e9 if seq < 60 else 1e9 + DAY + 1)
    spool.put_back(1e9 + DAY + 1)
    assert spool.held(1000) == [(A, seq) for seq in range(60, 130)]


def test_the_ring_survives_a_collector_whose_clock_was_ahead_for_a_moment(
    spools: Spools,
) -> None:
    spool = spools.open(A)
    for seq in range(1, 130):
        spool.append(body(100.0 + seq))
        spool.acknowledge(A, [(seq, seq)], 4e9 if seq == 3 else 1e9 + seq)
    spool.put_back(1e9 + 130)
    assert spool.held(1000) == [(A, seq) for seq in range(1, 130)]


def test_a_report_acknowledged_in_1970_stays_in_the_ring(spools: Spools) -> None:
    spool = spools.open(A)
    for seq in range(1, 130):
        spool.append(body(100.0 + seq))
        spool.acknowledge(A, [(seq, seq)], 100.0 + seq if seq < 60 else 1e9)
    spool.put_back(1e9)
    assert len(spool.held(1000)) == 129


def test_too_many_bytes_cost_the_ring_first_and_then_the_oldest_reports(spools: Spools) -> None:
    spool = spools.open(A, mebibytes=0.004)
    for _ in range(8):
        spool.append(body(measurements=4))
    spool.acknowledge(A, [(1, 8)], 1e9)
    while spool.account().dropped == 0:
        spool.append(body(measurements=4))
    assert spool.held(100)[0][1] == 10, "the ring of 8 went before the first drop"
    newest = spool.held(100)[-1]
    assert losses(contents(spool, newest).drops) == {(A, 9): (4, "full")}
    for _ in range(50):
        spool.append(body(measurements=4))
    lowest = spool.held(1)[0][1]
    assert losses(drops_told(spool)) == {(A, seq): (4, "full") for seq in range(9, lowest)}
    assert spool.ledger()[A].dropped == 4 * (lowest - 9) == spool.account().dropped


def test_a_drop_record_that_is_dropped_with_its_report_is_sent_again(spools: Spools) -> None:
    spool = spools.open(A, mebibytes=0.002)
    for _ in range(200):
        spool.append(body(measurements=1))
    kept = spool.held(1000)
    assert losses(drops_told(spool)) == {(A, seq): (1, "full") for seq in range(1, kept[0][1])}


def test_one_report_carries_at_most_500_drops(spools: Spools) -> None:
    spool = spools.open(A)
    for _ in range(1300):
        spool.append(Body(at=1.0))
    spool = spools.open(B, mebibytes=0.001)
    for _ in range(4):
        spool.append(Body(at=1.0))
    told = [contents(spool, key).drops for key in spool.held(2000) if key[0] == B]
    assert all(sum(len(drop.counts) for drop in drops) <= MAX_MEASUREMENTS for drops in told)
    lost = losses([drop for drops in told for drop in drops])
    kept = [seq for stream, seq in spool.held(2000) if stream == A]
    assert len(kept) + len(lost) == 1300


def test_the_file_stays_near_its_limit(spools: Spools) -> None:
    spool = spools.open(A, mebibytes=1)
    full = Body(at=1.0, tables=body(measurements=100).tables)
    for _ in range(2000):
        spool.append(full)
    spools.close()
    assert spools.path.stat().st_size < 2 * 2**20


def test_old_reports_are_dropped_across_boots_whose_clocks_are_known(
    spools: Spools,
) -> None:
    spool = spools.open(A, boot="first", days=2)
    spool.keep_reading(ClockReading(1e9, "collector"))
    spool.append(body(1000.0))
    spool.append(body(2 * DAY))
    spool = spools.open(B, boot="second", days=2)
    spool.keep_reading(ClockReading(1e9 + DAY, "collector"))
    spool.append(body(2 * DAY - 1))  # three days less a second after the first boot
    assert spool.held(10) == [(A, 2), (B, 1)]
    assert losses(drops_told(spool)) == {(A, 1): (3, "full")}


def test_the_account_keeps_the_streams_that_the_spool_has_forgotten(
    spools: Spools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.spool.dropping.STREAMS_KEPT", 2)
    monkeypatch.setattr("agent.spool.dropping.RING_SECONDS", -1)
    for number in range(6):
        spool = spools.open(f"{number:016x}")
        spool.append(body(measurements=4))
        spool.append(body(measurements=1))
        spool.drop((f"{number:016x}", 2), "rejected")
        spool.acknowledge(f"{number:016x}", [(1, 1)], 1e9 + number)
    assert list(spool.ledger()) == [f"{number:016x}" for number in (4, 5)]
    assert spool.account() == SpoolLedger(taken=30, acknowledged=24, rejected=6)


def test_a_boot_whose_clock_was_never_known_is_never_too_old(spools: Spools) -> None:
    spools.open(A, boot="first", days=1).append(body(10.0))
    spool = spools.open(B, boot="second", days=1)
    spool.keep_reading(ClockReading(4e9, "ntp"))
    spool.append(body(100 * DAY))
    assert spool.held(10) == [(A, 1), (B, 1)]


def test_the_previous_stream_is_sent_again_when_its_report_is_dropped(spools: Spools) -> None:
    spools.open(A).append(body())
    spool = spools.open(B, mebibytes=0.001)
    for _ in range(30):
        spool.append(body(measurements=1))
    assert [contents(spool, key).previous for key in spool.held(100)].count(Previous(A, 1)) == 1


def test_a_rejected_report_is_counted_and_its_drop_records_are_sent_again(spools: Spools) -> None:
    spool = spools.open(A)
    for _ in range(3):
        spool.append(body(measurements=2))
    spool.drop((A, 2), "rejected")
    spool.append(body(measurements=2))
    assert losses(contents(spool, (A, 4)).drops) == {(A, 2): (2, "rejected")}
    assert spool.ledger()[A] == SpoolLedger(taken=8, rejected=2, held=6)
    spool.drop((A, 4), "rejected")
    spool.append(body())
    told = losses(contents(spool, (A, 5)).drops)
    assert told == {(A, 2): (2, "rejected"), (A, 4): (2, "rejected")}


def test_a_seq_without_a_row_or_a_reason_is_a_hole(spools: Spools) -> None:
    spool = spools.open(A)
    for _ in range(6):
        spool.append(body())
    spool.acknowledge(A, [(1, 2)], 1e9)
    spool.drop((A, 6), "rejected")
    spools.close()
    with closing(sqlite3.connect(spools.path)) as database, database:
        database.execute("DELETE FROM report WHERE seq IN (1, 4, 5)")
    spool = spools.open(B)
    spool.append(body())
    told = losses(contents(spool, (B, 1)).drops)
    assert told == {
        (A, 1): (None, "hole"),
        (A, 4): (None, "hole"),
        (A, 5): (None, "hole"),
        (A, 6): (3, "rejected"),
    }
    spool = spools.open(C)
    spool.append(body())
    assert contents(spool, (C, 1)).drops == []


def test_two_agents_can_t_share_a_spool(spools: Spools) -> None:
    spools.open(A).append(body())
    with pytest.raises(SpoolInUse, match=r"spool.db: in use; stop the other agent or set another directory"):
        Spool(spools.path, stream=B, boot="boot")


def test_a_folder_that_can_t_be_made_keeps_the_agent_going_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with closing(Spool(tmp_path / "file" / "spool.db", stream=A, boot="boot")) as spool:
        assert spool.append(body()) == 1
        assert "spool_unwritable" in spool.conditions
        assert contents(spool, (A, 1)) == body()
        (tmp_path / "file").unlink()
        assert spool.append(body()) == 2
        assert spool.conditions == {}
        assert spool.held(10) == [(A, 1), (A, 2)]


def test_a_body_is_kept_as_the_bytes_that_are_sent(spools: Spools) -> None:
    spool = spools.open(A)
    spool.append(body(12.5, 7))
    row = spool.read((A, 1))
    assert row is not None
    assert row.body == encode_body(body(12.5, 7))
    assert (row.boot, row.reading) == ("boot", None)
    assert spool.read((A, 2)) is None
