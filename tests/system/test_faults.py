"""What breaks under the real programs: they go on, say it once, lose nothing, and recover by themselves."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from agent.spool.note import Note
from collector.database.store import Store
from tests.netns import needs_namespaces
from tests.servers.failing_disk import Error, failing, needs_strace
from tests.servers.mosquitto import Mosquitto, mosquitto, needs_mosquitto
from tests.system.books import audit, taken
from tests.system.load import drain
from tests.system.programs import agent, eventually, get, one, running
from tests.system.small_city import SmallCity
from wire.reconnect import BACK_SECONDS

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.usefixtures("alone")]

INVENTORY = """
[city]
name = "Small"
internet = ["127.0.0.7"]

[sites]
office = { role = "noc", name = "The office", district = "Pontianak Kota", report_interval_seconds = 1 }
neighbour = { role = "hotspot", name = "The neighbour", district = "Pontianak Kota" }

[links]
uplink = { from = "office", to = "internet" }
radio = { from = "neighbour", to = "internet" }
"""
DRAIN_SECONDS = 60.0
STORM_MEASUREMENTS = 10_000
UNABLE = "nothing is acknowledged until it can be stored"


class Town(SmallCity):
    """Its agent is of the site `office`."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        super().__init__(folder, broker.port, inventory=INVENTORY)
        self.broker = broker
        self.spool = folder / "agent" / "spool.db"
        self.store = folder / "pantau.sqlite"
        (folder / "office").symlink_to(folder / "agent")

    def count(self, name: str, **labels: str) -> float:
        """Of the collector's own metrics; 0 while there is none."""
        sample = one(self.own_metrics(), f"pantau_collector_{name}_total", **labels)
        return sample.value if sample else 0.0

    def stored(self, site: str = "office") -> float:
        """Measurements."""
        return self.count("ledger_measurements", site=site, fate="stored")

    def site(self) -> str:
        return get(f"{self.page}/sites/office") or ""

    def until_more_is_stored(
        self, site: str = "office", more: float = 1.0, seconds: float = BACK_SECONDS + 30
    ) -> None:
        wanted = self.stored(site) + more
        eventually(lambda: self.stored(site) >= wanted, seconds, why=self.said)

    def until_agent_says(self, what: str) -> None:
        eventually(lambda: what in self.agent.said(), 40, why=self.said)

    def until_collector_says(self, what: str) -> None:
        eventually(lambda: what in self.collector.said(), 40, why=self.said)

    def assert_all_is_stored(self, *agents: str) -> None:
        """Once each; the programs are at rest then."""
        assert self.agent.stop() == 0, self.said()
        asyncio.run(drain(self.folder, self.broker.port, ["office"], DRAIN_SECONDS))
        assert self.collector.stop() == 0, self.said()
        account = audit(self.folder, agents or ["office"], self.store)
        assert account.wrong == []
        assert account.taken == account.stored > 0
        assert "Traceback" not in self.said()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with mosquitto(tmp_path / "broker") as broker:
        town = Town(tmp_path, broker)
        try:
            town.until_more_is_stored()
            yield town
        finally:
            town.agent.kill()
            town.collector.kill()


def test_a_broker_that_is_not_there_at_the_start_and_dies_later(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    broker = Mosquitto(tmp_path / "broker")
    town = Town(tmp_path, broker)
    try:
        town.until_agent_says("it is tried for ever, and reports are kept meanwhile")
        town.until_collector_says("it is tried for ever")
        broker.start()
        town.until_more_is_stored()
        broker.kill()
        broker.start()
        town.until_more_is_stored()
        for program in (town.agent, town.collector):
            assert program.said().count("WARNING") <= 2, "each loss is said once"
        town.assert_all_is_stored()
    finally:
        town.agent.kill()
        town.collector.kill()
        broker.stop()


@needs_strace
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS"])
def test_while_an_agent_s_disk_fails_it_reports_from_memory_and_says_so(town: Town, error: Error) -> None:
    with failing(town.agent.process.pid, town.spool, error):
        town.until_agent_says("spool_unwritable")
        town.until_more_is_stored()
        eventually(lambda: "new reports are in memory alone" in town.site(), why=town.said)
    town.until_agent_says("spool_unwritable: over")
    town.until_more_is_stored()
    assert town.agent.said().count("spool_unwritable") == 2
    town.assert_all_is_stored()


@needs_strace
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS"])
def test_a_collector_whose_disk_fails_says_so_and_acknowledges_nothing(town: Town, error: Error) -> None:
    with failing(town.collector.process.pid, town.store, error):
        town.until_collector_says(UNABLE)
        stored = town.stored()
        assert get(f"{town.page}/readyz") is None, "503"
        assert get(f"{town.page}/") is None, "503, and at once"
        eventually(lambda: town.count("failed_commits") > 2, why=town.said)
        assert town.stored() == stored
    town.until_collector_says("the store can be written again")
    town.until_more_is_stored()
    assert get(f"{town.page}/readyz") == "ready\n"
    assert town.collector.said().count(UNABLE) == 1
    town.assert_all_is_stored()


def test_a_collector_restored_from_a_copy_gets_the_later_reports_again(town: Town) -> None:
    copy = town.folder / "yesterday.sqlite"
    with closing(sqlite3.connect(town.store)) as store, closing(sqlite3.connect(copy)) as target:
        store.backup(target)
    for _ in range(3):
        town.until_more_is_stored()
    town.collector.kill()
    for file in town.folder.glob("pantau.sqlite*"):
        file.unlink()
    copy.rename(town.store)
    town.start_collector()
    town.until_more_is_stored()
    town.assert_all_is_stored()


def test_an_agent_missing_from_the_inventory_keeps_its_reports_till_it_is_back(
    town: Town,
) -> None:
    inventory = town.folder / "inventory" / "city.toml"
    inventory.write_text(INVENTORY.replace("office", "ofice"))
    town.until_agent_says("office is not in the collector's inventory")
    assert town.count("refused_messages", reason="unknown_agent") > 0
    inventory.write_text(INVENTORY)
    town.until_agent_says("held: over")
    town.until_more_is_stored()
    assert town.agent.said().count("not in the collector's inventory") == 1
    town.assert_all_is_stored()


def test_a_storm_of_reports_is_all_stored_and_holds_up_nobody_else(town: Town) -> None:
    command = [sys.executable, "-m", "tests.system.load", str(town.folder), str(town.broker.port), "0"]
    last = "pantau_agent_last_report_timestamp_seconds"
    with running([*command, "neighbour"], town.folder / "storm.log"):
        for _ in range(10):
            town.until_more_is_stored("neighbour", STORM_MEASUREMENTS / 10)
            office = one(town.metrics(), last, site="office")
            assert office is not None
            assert time.time() - office.value < 10
    asyncio.run(drain(town.folder, town.broker.port, ["neighbour"], DRAIN_SECONDS))
    town.assert_all_is_stored("office", "neighbour")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB, where the agent of the town keeps its files."""
    folder = tmp_path / "agent"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, timeout=10).returncode:
        pytest.skip("mounting a file system needs root")
    yield folder
    subprocess.run(["umount", folder], check=True, timeout=10)


def fill(file: Path) -> None:
    with file.open("ab", buffering=0) as ballast, suppress(OSError):
        while ballast.write(bytes(4096)):
            pass


def test_reports_in_memory_beside_a_full_disk_count_as_lost_after_a_kill(
    small_disk: Path, town: Town
) -> None:
    ballast = small_disk / "ballast"
    town.broker.kill()
    fill(ballast)
    town.until_agent_says("spool_unwritable")
    in_memory = Note(small_disk / "spool.db.unsaved").read
    first = in_memory().lost[0].highest
    eventually(lambda: in_memory().lost[0].highest >= first + 3, 40, why=town.said)
    town.agent.kill()
    (died,) = in_memory().lost
    ballast.unlink()
    town.broker.start()
    town.start_agent()
    town.until_more_is_stored()
    town.agent.stop()
    asyncio.run(drain(town.folder, town.broker.port, ["office"], DRAIN_SECONDS))
    assert town.collector.stop() == 0, town.said()
    ledger = taken(town.spool)[died.name]
    assert ledger.dropped == died.taken > 0
    assert ledger.taken == ledger.acknowledged + ledger.dropped
    with closing(Store(f"sqlite:///{town.store}")) as store:
        (marks,) = (marks for marks in store.marks() if marks.stream == died.name)
    assert marks.ledger.stored == ledger.acknowledged
    assert list(marks.decided) == [(1, died.highest)]
    assert marks.ledger.unknown_reports >= 4


def test_two_agents_with_one_id_are_told_of_and_lose_nothing(town: Town) -> None:
    second = town.folder / "second"
    second.mkdir()
    config = town.folder / "second.toml"
    config.write_text(
        town.agent_config.read_text().replace(str(town.folder / "agent"), str(second / "office"))
    )
    with running(agent("run", "--config", str(config)), town.folder / "second.log"):
        eventually(lambda: "give each its own id" in town.collector.said(), 120, why=town.said)
        eventually(lambda: "give each its own id" in town.site(), why=town.said)
    asyncio.run(drain(second, town.broker.port, ["office"], DRAIN_SECONDS))
    assert town.collector.said().count("give each its own id") == 1
    town.until_more_is_stored(seconds=90)
    town.agent.stop()
    asyncio.run(drain(town.folder, town.broker.port, ["office"], DRAIN_SECONDS))
    assert town.collector.stop() == 0
    whole = [audit(town.folder, ["office"], town.store), audit(second, ["office"], town.store)]
    assert sum(account.taken for account in whole) == whole[0].stored > 0
