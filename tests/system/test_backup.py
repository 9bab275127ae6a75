"""A lost control room comes back from a backup: agents send again what it lacks, and nobody re-joins."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.alone import alone
from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.servers.postgresql import needs_postgresql, new_database, postgresql
from tests.system.books import audit
from tests.system.enrolling_room import EnrollingRoom, enrolling_room
from tests.system.programs import REPOSITORY, collector, eventually, get, samples

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.timeout(300)]

BOXES = ("gradasi", "dinkes")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[EnrollingRoom]:
    with alone(), enrolling_room(tmp_path) as running:
        yield running


def test_nothing_is_lost_and_nothing_comes_twice(room: EnrollingRoom) -> None:
    (room.folder / "passphrase").write_text("kata sandi cadangan\n")
    for box in BOXES:
        assert room.join(room.code(box), box).returncode == 0
    with ExitStack() as running:
        for box in BOXES:
            running.enter_context(room.agent(box))
        eventually(lambda: stored(room) >= 20, seconds=60, why=room.said)
        run(room, "backup", "backup.pantau", "--config", str(room.folder / "collector.toml"))
        before = stored(room)
        eventually(lambda: stored(room) >= before + 20, seconds=60, why=room.said)
        assert room.renew("dinkes").returncode == 0  # the backup does not have this certificate
        room.end_collector()
        lose(room)
        said = run(room, "restore", "backup.pantau")
        assert "Agents send again what the backup lacks" in said
        room.start_collector()
        eventually(lambda: all(room.heard(box) for box in BOXES), seconds=90, why=room.said)
        eventually(lambda: stored(room) >= before + 20, seconds=60, why=room.said)
        assert room.renew("dinkes").returncode == 0
    room.end_collector()
    # The last reports of agents that stopped may have found no collector any more: they start once more.
    room.start_collector()
    with ExitStack() as running:
        for box in BOXES:
            running.enter_context(room.agent(box))
        eventually(lambda: all(room.heard(box) for box in BOXES), seconds=90, why=room.said)
        eventually(lambda: not undelivered(room), seconds=60, why=room.said)
    spools = {box: room.folder / box / "state" for box in BOXES}
    for box, folder in spools.items():
        (room.folder / "spools" / box).parent.mkdir(exist_ok=True)
        (room.folder / "spools" / box).symlink_to(folder)
    account = audit(room.folder / "spools", BOXES, room.folder / "pantau.sqlite")
    assert account.wrong == []
    assert account.taken == account.stored > before


@needs_postgresql
def test_a_store_in_postgresql_comes_back_too(tmp_path: Path) -> None:
    """Its database is lost; a new one is empty."""
    with alone(), postgresql() as server:
        url = new_database(server)
        with enrolling_room(tmp_path, store=url) as room:
            (room.folder / "passphrase").write_text("kata sandi cadangan\n")
            assert room.join(room.code("gradasi"), "gradasi").returncode == 0
            with room.agent("gradasi"):
                eventually(lambda: stored(room) >= 5, seconds=60, why=room.said)
                run(room, "backup", "backup.pantau", "--config", str(room.folder / "collector.toml"))
                before = stored(room)
                eventually(lambda: stored(room) >= before + 10, seconds=60, why=room.said)
                lost = stored(room)
                room.end_collector()
                lose(room)
                empty(url)
                run(room, "restore", "backup.pantau")
                room.start_collector()
                eventually(lambda: room.heard("gradasi"), seconds=90, why=room.said)
                eventually(lambda: stored(room) >= lost, seconds=60, why=room.said)
                assert room.renew("gradasi").returncode == 0


def empty(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def run(room: EnrollingRoom, command: str, *arguments: str) -> str:
    line = collector(command, *arguments, "--passphrase-file", str(room.folder / "passphrase"))
    paths = [str(room.folder / each) if each == "backup.pantau" else each for each in line]
    done = subprocess.run(paths, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lose(room: EnrollingRoom) -> None:
    """All that a broken machine takes along; Mosquitto stays, with its own copies."""
    for file in room.folder.glob("pantau.sqlite*"):
        file.unlink()
    (room.folder / "collector.toml").unlink()
    shutil.rmtree(room.folder / "inventory")
    shutil.rmtree(room.folder / "authority")


def stored(room: EnrollingRoom) -> float:
    found = samples(get(f"{room.page}/metrics") or "").get("pantau_collector_ledger_measurements_total", [])
    return sum(one.value for one in found if one.labels["fate"] == "stored")


def undelivered(room: EnrollingRoom) -> float:
    found = samples(get(f"{room.page}/metrics/city") or "").get("pantau_agent_spooled_reports", [])
    return sum(one.value for one in found)
