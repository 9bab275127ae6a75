"""The store on a real SQLite file, and on a real PostgreSQL where there is one."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from msgspec.structs import replace

from collector.changes import Changes
from collector.database.engine import StoreError, StoreUnavailable, tables
from collector.database.quarantine import MAX_QUARANTINED
from collector.database.store import Store
from collector.streams.ingestion import Quarantined
from collector.streams.marks import Marks, StreamLedger
from tests.servers.postgresql import needs_postgresql, new_database
from wire.ranges import Ranges

ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def marks(stream: int = 1, agent: str = "gradasi", seqs: int = 1) -> Marks:
    return Marks(agent, f"{stream:016x}", decided=Ranges([(1, seqs)]), ledger=StreamLedger(stored=40 * seqs))


def batch(*touched: Marks) -> Changes:
    return Changes(marks={(one.agent, one.stream): one for one in touched})


def stored(store: Store) -> list[Marks]:
    return sorted(store.marks(), key=lambda marks: (marks.agent, marks.stream))


def test_a_run_has_its_own_name_and_transactions_are_counted_over_all_runs(url: str) -> None:
    with closing(Store(url)) as store:
        epoch = store.epoch
        assert len(epoch) == 16
        assert store.begin() == {}
        assert store.commit_number == 0
        store.commit(batch(marks()))
        store.commit(batch(marks()))
    with closing(Store(url)) as again:
        assert again.epoch != epoch
        assert again.commit_number == 2
        assert again.begin() == {epoch: 2}


def test_two_stores_have_different_names(tmp_path: Path) -> None:
    with (
        closing(Store(sqlite_url(tmp_path / "a"))) as one,
        closing(Store(sqlite_url(tmp_path / "b"))) as other,
    ):
        assert one.epoch != other.epoch


def test_marks_come_back_as_they_were(url: str) -> None:
    full = Marks(
        "gradasi",
        "00c0ffee00c0ffee",
        decided=Ranges([(1, 5), (7, 2**53)]),
        dropped=Ranges([(3, 3)]),
        ledger=StreamLedger(1, 2, 3, 4, 5),
        base=2**53,
        last_seen=1790000000.125,
        released=1790000001.5,
        previous="00000000000000aa",
        previous_highest=12,
    )
    with closing(Store(url)) as store:
        store.commit(batch(full, marks(2)))
    with closing(Store(url)) as again:
        assert stored(again) == [marks(2), full]


def test_a_batch_changes_what_it_touched_and_nothing_else(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(batch(marks(1), marks(2)))
        store.commit(batch(marks(2, seqs=9), marks(3)))
        assert stored(store) == [marks(1), marks(2, seqs=9), marks(3)]


def test_what_is_forgotten_is_gone(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(batch(marks(1), marks(2)))
        store.commit(Changes(forgotten=[("gradasi", marks(1).stream), ("gradasi", "never there")]))
        assert stored(store) == [marks(2)]


def test_the_quarantine_keeps_the_newest_of_each_agent(url: str) -> None:
    with closing(Store(url)) as store:
        for number in range(MAX_QUARANTINED + 3):
            poison = Quarantined(
                "gradasi", f"{number:016x}", "neither zlib nor JSON", float(number), b"\x00\xff"
            )
            store.commit(Changes(quarantined=[poison, poison]))
        store.commit(Changes(quarantined=[replace(poison, agent="dinkes")]))
        kept = store.quarantined()
    assert [one.received for one in kept if one.agent == "gradasi"] == [float(n) for n in range(12, 2, -1)]
    assert kept[0].payload == b"\x00\xff"
    assert sum(one.agent == "dinkes" for one in kept) == 1


def test_a_commit_that_fails_leaves_nothing_and_may_be_tried_again(file: Path) -> None:
    with closing(Store(f"{sqlite_url(file)}?timeout=0.05")) as store, closing(sqlite3.connect(file)) as other:
        store.commit(batch(marks(1)))
        other.execute("BEGIN IMMEDIATE")
        again = batch(marks(1, seqs=2), marks(2))
        with pytest.raises(StoreUnavailable, match="database is locked"):
            store.commit(again)
        other.rollback()
        assert (store.commit_number, stored(store)) == (1, [marks(1)])
        store.commit(again)
        assert (store.commit_number, stored(store)) == (2, [marks(1, seqs=2), marks(2)])


def test_a_batch_whose_confirmation_was_lost_is_not_stored_again(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(batch(marks(1)))
        store.commit_number -= 1
        store.commit(batch(marks(1)))
        assert store.commit_number == 1
    with closing(Store(url)) as again:
        assert again.commit_number == 1


def test_a_second_collector_on_one_store_is_found_out(url: str) -> None:
    with closing(Store(url)) as one, closing(Store(url)) as other:
        one.commit(batch(marks(1)))
        with pytest.raises(StoreError, match="another collector has written to it; run only one of them"):
            other.commit(batch(marks(2)))
        assert stored(one) == [marks(1)]


KILLED = """
import sys
from collector.changes import Changes
from collector.streams.marks import Marks
from collector.database.store import Store
store = Store(sys.argv[1])
streams = [Marks("gradasi", f"{stream:016x}") for stream in range(50)]
while True:
    for marks in streams:
        marks.store(store.commit_number + 1, 1)
    store.commit(Changes(marks={("gradasi", marks.stream): marks for marks in streams}))
    print(store.commit_number, flush=True)
"""


def test_a_kill_loses_no_commit_and_leaves_no_half_of_one(url: str) -> None:
    command = [sys.executable, "-c", KILLED, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            confirmed = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        confirmed = max([confirmed, *map(int, writer.stdout.read().split("\n")[:-1])])
    with closing(Store(url)) as store:
        assert store.commit_number >= confirmed >= 20
        assert [list(one.decided) for one in store.marks()] == [[(1, store.commit_number)]] * 50


def test_a_restored_backup_shows_by_the_last_transaction_of_the_run_before(
    file: Path, tmp_path: Path
) -> None:
    with closing(Store(sqlite_url(file))) as store:
        store.begin()
        store.commit(batch(marks(1)))
        backup = tmp_path / "backup.sqlite"
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
            source.backup(target)
        store.commit(batch(marks(1, seqs=2)))
        epoch = store.epoch
    with closing(Store(sqlite_url(backup))) as restored:
        assert (restored.commit_number, stored(restored)) == (1, [marks(1)])
        assert restored.begin() == {epoch: 1}, "an agent knows of transaction 2"


def test_the_migrations_make_the_tables_that_the_program_uses(url: str) -> None:
    Store(url).close()
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables) == []
    engine.dispose()


def test_a_store_that_a_newer_release_made_is_refused(url: str) -> None:
    Store(url).close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(
        StoreError, match=r"schema 9999 is newer than this release.*install that release again"
    ):
        Store(url)


def test_a_start_that_is_killed_while_it_makes_the_tables_leaves_none(file: Path) -> None:
    killed = """
import os, signal, sys
from collector.database import store
store._last = lambda connection: os.kill(os.getpid(), signal.SIGKILL)
store.Store(sys.argv[1])
"""
    subprocess.run([sys.executable, "-c", killed, sqlite_url(file)], check=False)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    with closing(Store(sqlite_url(file))) as store:
        assert store.commit_number == 0


def test_what_is_no_database_is_refused_with_a_remedy(file: Path) -> None:
    file.write_bytes(b"Selamat datang" * 1000)
    with pytest.raises(StoreError, match=r"store\.sqlite: file is not a database; restore a backup, or move"):
        Store(sqlite_url(file))


def test_a_damaged_database_is_refused_with_a_remedy(file: Path) -> None:
    with closing(Store(sqlite_url(file))) as store:
        store.commit(batch(*(marks(stream) for stream in range(1000))))
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xa5" * (file.stat().st_size - 4096))
    with pytest.raises(StoreError, match="malformed; restore a backup, or move the file away"):
        Store(sqlite_url(file)).marks()


def test_a_store_that_can_not_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        StoreUnavailable, match="unable to open database file; see that its folder exists"
    ) as told:
        Store(sqlite_url(tmp_path / "no" / "such" / "folder"))
    assert "\n" not in str(told.value)


@needs_postgresql
def test_a_server_that_ends_the_connection_is_connected_to_again(server: str) -> None:
    url = new_database(server)
    with closing(Store(url)) as store:
        engine = sa.create_engine(server)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%%'"
            )
        engine.dispose()
        with pytest.raises(StoreUnavailable):
            store.commit(batch(marks(1)))
        store.commit(batch(marks(1)))
        assert (store.commit_number, stored(store)) == (1, [marks(1)])


@needs_postgresql
def test_a_server_that_is_not_there_is_told_in_one_line_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match="see that the server runs") as told:
        Store("postgresql+psycopg://pantau:hunter2@127.0.0.1:1/pantau")
    assert "\n" not in str(told.value)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["pantau.sqlite", "mysql://pantau:hunter2@host/pantau", "postgresql:/hunter2"]
)
def test_a_url_that_is_none_is_told_with_examples(url: str) -> None:
    with pytest.raises(StoreError, match=r"write .* like sqlite:////var/lib") as told:
        Store(url)
    assert "hunter2" not in str(told.value)


def test_an_installed_wheel_brings_its_migrations(tmp_path: Path, file: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "tests", "var", "__pycache__"))
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    use = "import sys, collector.database.store as s; print(s.__file__); s.Store(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", use, sqlite_url(file)],
        env={"PYTHONPATH": str(installed)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.startswith(str(installed))
    assert file.exists()
