"""Disks that are full, read-only or damaged: the spool takes reports as before and counts each loss."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.spool import Spool, SpoolLedger
from tests.agent.spool.bodies import body, contents, drops_told, losses
from wire.report import Previous

A, B = "a" * 16, "b" * 16
PAGE = 4096

needs_mount = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system needs root")


def mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, timeout=10).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)):
        pytest.skip("this machine lets nobody mount")
    yield disk
    subprocess.run(["umount", disk], check=True, timeout=10)


def reports(path: Path, stream: str, count: int, measurements: int = 3) -> None:
    with closing(Spool(path, stream=stream, boot="boot")) as spool:
        for at in range(count):
            spool.append(body(float(at), measurements))


def balanced(spool: Spool) -> bool:
    return all(
        ledger.taken == ledger.acknowledged + ledger.dropped + ledger.rejected + ledger.held
        for ledger in spool.ledger().values()
    )


@needs_mount
def test_reports_wait_in_memory_while_the_disk_is_full(
    small_disk: Path,
) -> None:
    ballast = small_disk / "ballast"
    with closing(Spool(small_disk / "spool.db", stream=A, boot="boot")) as spool:
        spool.append(body(1.0))
        ballast.write_bytes(bytes(2**20 - sum(file.stat().st_size for file in small_disk.iterdir()) - PAGE))
        while "spool_unwritable" not in spool.conditions:
            last = spool.append(body(2.0, 40))
        assert "full" in spool.conditions["spool_unwritable"]
        assert spool.conditions["spool_unwritable"].endswith("; free space on its disk")
        assert spool.held(10_000) == [(A, seq) for seq in range(1, last + 1)], (
            "the one that failed goes out too"
        )
        spool.acknowledge(A, [(1, 1), (last, last)], 1e9)
        assert spool.held(10_000) == [(A, seq) for seq in range(2, last)]
        ballast.unlink()
        assert spool.append(body(3.0)) == last + 1
        assert spool.conditions == {}
        assert balanced(spool)
    with closing(Spool(small_disk / "spool.db", stream=B, boot="boot")) as spool:
        assert spool.held(10_000) == [(A, seq) for seq in range(2, last + 2) if seq != last]
        spool.append(body(4.0))
        assert drops_told(spool) == []


@needs_mount
def test_the_spool_reads_a_disk_that_became_read_only(small_disk: Path) -> None:
    path = small_disk / "spool.db"
    with closing(Spool(path, stream=A, boot="boot")) as spool:
        for _ in range(5):
            spool.append(body())
        # A database that may not write any more, as after a remount: open files keep a real one from it.
        spool._disk._db.execute("PRAGMA query_only = 1")  # type: ignore[union-attr]
        assert spool.append(body()) == 6
        assert "readonly" in spool.conditions["spool_unwritable"]
        assert "let the user that the agent runs as" in spool.conditions["spool_unwritable"]
        assert contents(spool, (A, 3)) == body()
        spool.acknowledge(A, [(1, 3)], 1e9)
        spool.drop((A, 4), "rejected")
        assert spool.held(10) == [(A, 5), (A, 6)]
        assert spool.lowest(A) == 5
        assert spool.held_reports() == 2
        spool._disk._db.execute("PRAGMA query_only = 0")  # type: ignore[union-attr]
        assert spool.append(body()) == 7
        assert spool.conditions == {}
        assert spool.ledger()[A] == SpoolLedger(taken=21, acknowledged=9, rejected=3, held=9)
        assert losses(contents(spool, (A, 7)).drops) == {(A, 4): (3, "rejected")}


@needs_mount
def test_an_agent_that_starts_on_a_read_only_disk_finds_its_backlog_later(
    small_disk: Path,
) -> None:
    path = small_disk / "spool.db"
    reports(path, A, 3)
    assert mount("-o", "remount,ro", str(small_disk))
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        assert spool.append(body()) == 1
        assert "spool_unwritable" in spool.conditions
        assert spool.held(10) == [(B, 1)]
        assert mount("-o", "remount,rw", str(small_disk))
        assert spool.append(body()) == 2
        assert spool.held(10) == [(A, 1), (A, 2), (A, 3), (B, 1), (B, 2)]
        assert contents(spool, (B, 2)).previous == Previous(A, 3)


def test_reports_beyond_the_memory_bound_are_dropped_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.spool.MEMORY_BYTES", 2000)
    (tmp_path / "file").write_text("")
    with closing(Spool(tmp_path / "file" / "spool.db", stream=A, boot="boot")) as spool:
        for _ in range(60):
            spool.append(body(measurements=2))
        first = spool.held(1)[0][1]
        assert first > 1
        assert losses(drops_told(spool)) == {(A, seq): (2, "unwritable") for seq in range(1, first)}
        assert balanced(spool)
        (tmp_path / "file").unlink()
        spool.append(body())
        assert spool.held(100)[0] == (A, first)
        assert spool.ledger()[A] == SpoolLedger(123, 0, 2 * (first - 1), 0, 123 - 2 * (first - 1))


def test_a_file_that_is_no_database_is_set_aside_with_a_condition(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    path.write_bytes(b"not a database " * 1000)
    with closing(Spool(path, stream=A, boot="boot")) as spool:
        assert spool.append(body()) == 1
        assert spool.held(10) == [(A, 1)]
        assert "set aside as" in spool.conditions["spool_damaged"]
        assert (tmp_path / "spool.db.damaged").read_bytes() == b"not a database " * 1000
    reports(path, B, 1)


def test_each_report_of_a_file_with_a_bad_page_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    reports(path, A, 300)
    with path.open("r+b") as file:  # not the first pages: its schema can be read
        file.seek(8 * PAGE)
        file.write(os.urandom(4 * PAGE))
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        for key in spool.held(1000):
            spool.read(key)
        for _ in range(3):
            spool.append(body())
        told = losses(drops_told(spool))
        assert set(told) == {(A, seq) for seq in range(1, 301)}
        assert {reason for _, reason in told.values()} == {"corrupt"}
        assert {count for count, _ in told.values()} <= {3, None}
        assert spool.ledger()[A] == SpoolLedger(taken=900, dropped=900)
        assert spool.account() == SpoolLedger(taken=909, dropped=900, held=9)
        assert contents(spool, (B, 1)).previous == Previous(A, 300)
        assert "spool_damaged" in spool.conditions


def test_a_file_destroyed_under_a_running_agent_costs_the_held_reports(
    tmp_path: Path,
) -> None:
    path = tmp_path / "spool.db"
    with closing(Spool(path, stream=A, boot="boot")) as spool:
        for _ in range(200):
            spool.append(body(measurements=40))
        spool.acknowledge(A, [(1, 100)], 1e9)
        spool._disk._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        path.write_bytes(os.urandom(path.stat().st_size))
        spool._disk._db.execute("PRAGMA shrink_memory")  # type: ignore[union-attr]
        after = [spool.append(body()) for _ in range(3)]
        assert after == [201, 202, 203]
        assert spool.held(1000) == [(A, seq) for seq in after]
        assert losses(drops_told(spool)) == {(A, seq): (None, "corrupt") for seq in range(101, 201)}
        assert balanced(spool)


def test_a_drop_record_that_went_with_the_file_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with closing(Spool(path, stream=A, boot="boot")) as spool:
        for _ in range(5):
            spool.append(body())
        spool.acknowledge(A, [(1, 2)], 1e9)
        spool.drop((A, 3), "rejected")
        spool._disk._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        path.write_bytes(os.urandom(path.stat().st_size))
        spool._disk._db.execute("PRAGMA shrink_memory")  # type: ignore[union-attr]
        spool.append(body())
        assert losses(drops_told(spool)) == {(A, seq): (None, "corrupt") for seq in (3, 4, 5)}


def test_a_damaged_body_costs_that_report_alone(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    reports(path, A, 3)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE report SET body = zeroblob(50) WHERE seq = 2")
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        assert spool.read((A, 2)) is None
        assert "spool_damaged" in spool.conditions
        spool.append(body())
        assert spool.held(10) == [(A, 1), (A, 3), (B, 1)]
        assert losses(contents(spool, (B, 1)).drops) == {(A, 2): (3, "corrupt")}


def hollow_out(path: Path) -> None:
    """The index on stream names is empty, as after a bad page: SQLite reports no error."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("CREATE TABLE hollow (name TEXT UNIQUE)")
        database.execute("PRAGMA writable_schema=ON")
        database.execute(
            """UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master
            WHERE name = 'sqlite_autoindex_hollow_1') WHERE name = 'sqlite_autoindex_stream_1'"""
        )


def test_a_listed_report_that_is_not_found_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    reports(path, A, 3)
    hollow_out(path)
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        assert spool.held(10) == [(A, 1), (A, 2), (A, 3)]
        assert spool.read((A, 1)) is None
        assert "listed and not found" in spool.conditions["spool_damaged"]
        assert spool.held(10) == []
        spool.append(body(9.0))
        assert losses(drops_told(spool)).keys() == {(A, 1), (A, 2), (A, 3)}


def test_rows_that_disappear_are_holes_and_count_as_dropped(
    tmp_path: Path,
) -> None:
    path = tmp_path / "spool.db"
    reports(path, A, 4)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM report WHERE seq IN (2, 3)")
    with closing(Spool(path, stream=B, boot="boot")) as spool:
        assert spool.ledger()[A] == SpoolLedger(taken=12, dropped=6, held=6)
        spool.append(body())
        assert losses(drops_told(spool)) == {(A, 2): (None, "hole"), (A, 3): (None, "hole")}
