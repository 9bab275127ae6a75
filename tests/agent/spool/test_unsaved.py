"""Reports that were in memory alone when the process was killed: the next process counts them as lost."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from agent.spool import Spool, SpoolLedger
from agent.spool.note import HALF_BYTES, Note, Unsaved
from agent.spool.salvage import LostStream
from tests.agent.spool.bodies import body, contents, drops_told, losses
from tests.agent.spool.test_failing_disk import PAGE, balanced, hollow_out, needs_mount, reports
from tests.agent.spool.test_failing_disk import small_disk as small_disk
from wire.report import Previous

A, B, C, D = "a" * 16, "b" * 16, "c" * 16, "d" * 16


def kill(spool: Spool) -> None:
    """Like kill -9: the spool writes nothing to disk any more."""
    for shelf in (spool._disk, spool._memory):
        if shelf is not None:
            shelf.close()


def refuse(spool: Spool) -> None:
    spool._disk._db.execute("PRAGMA query_only = 1")  # type: ignore[union-attr]


def killed_with(path: Path, stream: str, on_disk: int, in_memory: int) -> None:
    spool = Spool(path, stream=stream, boot="boot")
    for _ in range(on_disk):
        spool.append(body())
    refuse(spool)
    for _ in range(in_memory):
        spool.append(body())
    assert "spool_unwritable" in spool.conditions
    kill(spool)


def note(path: Path) -> Path:
    return path.with_name(f"{path.name}.unsaved")


def missed(path: Path, stream: str = D) -> dict[tuple[str, int], tuple[int | None, str]]:
    """The drop records of the next process."""
    with closing(Spool(path, stream=stream, boot="boot")) as spool:
        spool.append(body())
        assert balanced(spool)
        return losses(drops_told(spool))


@pytest.fixture
def full_disk(small_disk: Path) -> tuple[Path, Path]:
    """A spool that an agent made while the disk had room, and the ballast that fills the disk now."""
    reports(small_disk / "spool.db", A, 1)
    return small_disk / "spool.db", small_disk / "ballast"


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (2**16, PAGE, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                pass


@needs_mount
def test_the_losses_of_two_killed_processes_are_both_counted(
    full_disk: tuple[Path, Path],
) -> None:
    path, ballast = full_disk
    first = Spool(path, stream=B, boot="boot")
    first.append(body())
    fill(ballast)
    while first._memory is None:
        first.append(body(2.0, 40))
    last = [first.append(body(3.0)) for _ in range(3)][-1]
    on_disk = first._written
    kill(first)
    second = Spool(path, stream=C, boot="boot")
    fill(ballast)
    while second._memory is None:
        second.append(body(4.0, 40))
    last_of_second, of_second = second.append(body()), second._written
    kill(second)
    ballast.unlink()
    with closing(Spool(path, stream=D, boot="boot")) as spool:
        spool.append(body())
        assert losses(drops_told(spool)) == {
            **{(B, seq): (None, "hole") for seq in range(on_disk + 1, last + 1)},
            **{(C, seq): (None, "hole") for seq in range(of_second + 1, last_of_second + 1)},
        }
        assert contents(spool, (D, 1)).previous == Previous(C, last_of_second)
        assert balanced(spool)
        taken_in_memory = 40 + 3 * (last - on_disk - 1)
        assert spool.ledger()[B].dropped == taken_in_memory
        spool.acknowledge(D, [(1, 1)], 1e9)
    assert missed(path, "e" * 16) == {}


def test_the_ledger_counts_the_loss_and_one_report_carries_it(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    killed_with(path, A, on_disk=2, in_memory=4)
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        assert spool.ledger()[A] == SpoolLedger(taken=18, dropped=12, held=6)
        spool.append(body())
        assert losses(drops_told(spool)) == {(A, seq): (None, "hole") for seq in range(3, 7)}
        assert contents(spool, (B, 1)).previous == Previous(A, 6)
        spool.acknowledge(B, [(1, 1)], 1e9)
    assert missed(path) == {}


def test_a_report_acknowledged_from_memory_is_not_counted_as_lost(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    spool = Spool(path, stream=A, boot="boot")
    spool.append(body())
    refuse(spool)
    for _ in range(3):
        spool.append(body())
    spool.acknowledge(A, [(3, 4)], 1e9)
    kill(spool)
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        assert spool.ledger()[A] == SpoolLedger(taken=12, acknowledged=6, dropped=3, held=3)


def test_a_report_that_reached_the_disk_is_not_counted_as_lost(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    spool = Spool(path, stream=A, boot="boot")
    spool.append(body())
    refuse(spool)
    spool.append(body())
    before = note(path).read_bytes()
    spool._disk._db.execute("PRAGMA query_only = 0")  # type: ignore[union-attr]
    spool.append(body())
    kill(spool)
    note(path).write_bytes(before)  # as if killed before it wrote that nothing is unsaved
    assert missed(path) == {}


def test_a_write_that_is_cut_short_leaves_the_write_before_it(tmp_path: Path) -> None:
    file = Note(tmp_path / "note")
    for highest in range(1, 6):
        before = (tmp_path / "note").read_bytes() if highest > 1 else b""
        file.write(A, [LostStream(B, "boot", highest, taken=highest)])
        after = (tmp_path / "note").read_bytes()
        assert len(after) == 2 * HALF_BYTES
        for cut in range(0, len(before), 7):
            (tmp_path / "note").write_bytes(after[:cut] + before[cut:])
            assert file.read().lost[0].highest in (highest - 1, highest)
        (tmp_path / "note").write_bytes(after)
        assert file.read() == Unsaved(A, (LostStream(B, "boot", highest, taken=highest),))


def test_a_damaged_file_is_counted_where_no_new_file_can_be_made(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    reports(path, A, 3)
    hollow_out(path)
    spool = Spool(path, stream=B, boot="boot")
    obstacle = tmp_path / "spool.db-journal"
    obstacle.mkdir()
    assert spool.read((A, 1)) is None
    assert spool.conditions.keys() == {"spool_damaged", "spool_unwritable"}
    kill(spool)
    obstacle.rmdir()
    assert missed(path) == {(A, seq): (None, "hole") for seq in (1, 2, 3)}


@pytest.mark.parametrize("content", [b"", b"no note", os.urandom(2 * HALF_BYTES), bytes(2 * HALF_BYTES)])
def test_the_agent_replaces_a_file_that_is_no_note(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "spool.db"
    killed_with(path, A, on_disk=1, in_memory=1)
    note(path).write_bytes(content)
    assert missed(path, B) == {}
    killed_with(path, C, on_disk=1, in_memory=1)
    assert missed(path) == {(C, 2): (None, "hole")}


def test_the_agent_starts_where_the_note_is_missing_or_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    killed_with(path, A, on_disk=1, in_memory=1)
    note(path).unlink()
    os.mkfifo(note(path))
    assert missed(path, B) == {}


def test_the_note_of_another_spool_is_not_believed(tmp_path: Path) -> None:
    path, other = tmp_path / "spool.db", tmp_path / "other" / "spool.db"
    killed_with(path, A, on_disk=1, in_memory=1)
    reports(other, B, 1)
    note(path).rename(note(other))
    assert missed(other) == {}


def test_a_full_note_keeps_the_newest_streams(tmp_path: Path) -> None:
    file = Note(tmp_path / "note")
    lost = [LostStream(f"{number:016x}", "b" * 64, 2**53, 2**53, 2**53) for number in range(200)]
    file.write(A, lost)
    kept = file.read().lost
    assert len(kept) > 40
    assert list(kept) == lost[-len(kept) :]
