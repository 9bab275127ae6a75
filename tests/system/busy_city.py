"""A city under load whose programs are killed: agents, collector and broker, all real, and their accounts."""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal, get_args

from tests.servers.mosquitto import Mosquitto, mosquitto
from tests.system.books import Account, audit, taken
from tests.system.hour import PROBES
from tests.system.load import MEASUREMENTS, drain
from tests.system.programs import Program, eventually
from tests.system.small_city import SmallCity

Victim = Literal["agent", "collector", "broker"]
VICTIMS: tuple[Victim, ...] = get_args(Victim)

BUSY = [f"busy-{number}" for number in range(8)]
PERIOD_SECONDS = 0.1
DRAIN_SECONDS = 60.0

SITES = "\n".join(
    f'[sites.{site}]\nrole = "hotspot"\nname = "{site}"\ndistrict = "Pontianak Kota"\n'
    f'[links.{site}-up]\nfrom = "{site}"\nto = "office"\n'
    for site in BUSY
)
INVENTORY = f"""
[city]
name = "Busy"
resolvers = ["127.0.0.53"]
internet = ["127.0.0.7"]

[roles.hotspot]
probes = [
{PROBES}
]

[sites.office]
role = "noc"
name = "The office"
district = "Pontianak Kota"
report_interval_seconds = 1

[links.uplink]
from = "office"
to = "internet"

{SITES}
"""


class BusyCity:
    """The office's agent is the real program, the others are of tests.system.load; they die together."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.kills = dict.fromkeys(VICTIMS, 0)
        self._folder = folder
        self._broker = broker
        self._city = SmallCity(folder, broker.port, inventory=INVENTORY)
        (folder / "office").symlink_to(folder / "agent")
        self._start_load()
        self._at_last_kill = self._at_last_start = {"office": 0, "busy": 0}

    def kill(self, victim: Victim, after_reports: int) -> None:
        """As soon as so many more were stored since the last kill; it is started again at once.

        When agents are to die, the office's has got one through too, unless `after_reports` is 0.
        """
        more = {"busy": after_reports * MEASUREMENTS}
        eventually(lambda: self._stored_since(self._at_last_kill, more), 60, why=self.said)
        if victim == "agent":
            more = {"office": min(1, after_reports)}
            eventually(lambda: self._stored_since(self._at_last_start, more), 60, why=self.said)
        self._at_last_kill = self._stored()
        self.kills[victim] += 1
        match victim:
            case "agent":
                self._kill_agents()
                self._city.start_agent()
                self._start_load()
                self._at_last_start = self._stored()
            case "collector":
                self._city.collector.kill()
                self._city.start_collector()
            case "broker":
                self._broker.kill()
                self._broker.start()

    def settle(self) -> Account:
        """The agents die once more; what they left is delivered, and the books are compared."""
        self._kill_agents()
        asyncio.run(drain(self._folder, self._broker.port, ["office", *BUSY], DRAIN_SECONDS))
        assert self._city.collector.stop() == 0, self.said()
        account = audit(self._folder, ["office", *BUSY], self._store_file)
        account.wrong.extend(self._untold())
        return account

    def said(self) -> str:
        return self._city.said() + self._load.said()

    def stop(self) -> None:
        self._load.kill()
        self._city.agent.kill()
        self._city.collector.stop()

    @property
    def _store_file(self) -> Path:
        return self._folder / "pantau.sqlite"

    def _untold(self) -> Iterator[str]:
        """What an agent knew to be on disk is in its ledger; of the report at each kill it may not know."""
        for agent in BUSY:
            known = (self._folder / agent / "taken").stat().st_size
            ledgers = taken(self._folder / agent / "spool.db").values()
            more = sum(ledger.taken for ledger in ledgers) - known
            if not 0 <= more <= (self.kills["agent"] + 1) * MEASUREMENTS:
                yield f"{agent}: by its ledger {more} more than the {known} that were on disk by its word"

    def _start_load(self) -> None:
        command = [sys.executable, "-m", "tests.system.load", str(self._folder), str(self._broker.port)]
        self._load = Program([*command, str(PERIOD_SECONDS), *BUSY], self._folder / "load.log")

    def _kill_agents(self) -> None:
        self._load.kill()
        self._city.agent.kill()

    def _stored_since(self, then: dict[str, int], more: dict[str, int]) -> bool:
        now = self._stored()
        return all(now[whose] >= then[whose] + count for whose, count in more.items())

    def _stored(self) -> dict[str, int]:
        """Measurements, read beside the collector, whether it runs or not."""
        query = "SELECT agent = 'office', SUM(stored_measurements) FROM marks GROUP BY 1"
        stored = {}
        store = f"file:{self._store_file}?mode=ro"
        with (
            suppress(sqlite3.OperationalError),  # not made yet
            closing(sqlite3.connect(store, uri=True)) as database,
        ):
            stored = dict(database.execute(query).fetchall())
        return {"office": stored.get(1, 0), "busy": stored.get(0, 0)}


@contextmanager
def busy_city(folder: Path) -> Iterator[BusyCity]:
    with mosquitto(folder / "broker") as broker:
        city = BusyCity(folder, broker)
        try:
            yield city
        finally:
            city.stop()
