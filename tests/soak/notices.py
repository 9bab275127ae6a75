"""`python -m tests.soak.notices --kills N`: kill -9 of a collector that tells of two flapping sites."""

import argparse
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.system.programs import eventually
from tests.system.watched_city import SITES, WatchedCity, watched_city

LONGEST_LIFE_SECONDS = 10.0
FLAP_SECONDS = (0.5, 6.0)
REFUSED_RATIO = 0.2
SLOWEST_SECONDS = 0.3


class Account(NamedTuple):
    incidents: int
    notices: int
    repeats: int
    wrong: list[str]


class Flapping:
    """Each site goes down and comes back, until told to stop; then all are up."""

    def __init__(self, city: WatchedCity, chance: Random) -> None:
        self._city, self._chance = city, chance
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._flap)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        for site in SITES:
            self._city.voice.up(site)

    def _flap(self) -> None:
        down: set[str] = set()
        while not self._over.wait(self._chance.uniform(*FLAP_SECONDS) / len(SITES)):
            site = self._chance.choice(SITES)
            (self._city.voice.up if site in down else self._city.voice.down)(site)
            down ^= {site}


class Service:
    """A webhook that is slow to answer and now and then refuses."""

    def __init__(self, chance: Random) -> None:
        self.taken: list[str] = []
        self.asked = threading.Event()
        self._chance = chance

    def answer(self, path: str, document: dict[str, Any]) -> int:
        well = self._chance.random() > REFUSED_RATIO
        if well:
            self.taken.append(document["id"])
        self.asked.set()
        time.sleep(self._chance.uniform(0, SLOWEST_SECONDS))
        return 200 if well else 503


def soak(kills: int, seed: int, folder: Path) -> Account:
    """Half of the kills fall while the webhook is asked, or soon after, the others anywhere."""
    chance, service = Random(seed), Service(Random(seed + 1))
    with watched_city(folder, answer=service.answer) as city:
        city.voice.speak()
        city.until_reports()
        flapping = Flapping(city, Random(seed + 2))
        try:
            eventually(service.asked.is_set, 60, city.collector.said)
            for _ in range(kills):
                service.asked.clear()
                life = chance.uniform(0, LONGEST_LIFE_SECONDS)
                if chance.random() < 0.5:
                    service.asked.wait(LONGEST_LIFE_SECONDS)
                    life = chance.uniform(0, 2 * SLOWEST_SECONDS)
                time.sleep(life)
                city.collector.kill()
                city.start()
        finally:
            flapping.stop()
        city.until_reports()
        eventually(lambda: not city.incidents() and not _waiting(folder), 120, city.collector.said)
        return account(folder, service.taken, kills)


def account(folder: Path, taken: list[str], kills: int) -> Account:
    """What the store says was to be told, against what the webhook took."""
    with closing(sqlite3.connect(folder / "pantau.sqlite")) as store:
        told = store.execute(
            "SELECT id, incident, document ->> 'kind' FROM notices ORDER BY number"
        ).fetchall()
        announced = store.execute(
            "SELECT id FROM incidents WHERE document ->> 'announced_at' IS NOT NULL"
        ).fetchall()
    times, wrong = Counter(taken), []
    wrong += [f"notice {id} was lost" for id, _, _ in told if id not in times]
    wrong += [
        f"notice {id} is of no incident that was saved" for id in times.keys() - {one[0] for one in told}
    ]
    for (incident,) in announced:
        kinds = [kind for _, of, kind in told if of == incident]
        if kinds != ["firing", "recovered"]:
            wrong.append(f"incident {incident} was told as {kinds}")
    first = list(dict.fromkeys(taken))
    if first != [id for id, _, _ in told]:
        wrong.append("notices came in another order than that in which they were written")
    repeats = len(taken) - len(times)
    if repeats > kills:
        wrong.append(f"{repeats} notices came twice over {kills} kills")
    return Account(len(announced), len(told), repeats, wrong)


def _waiting(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "pantau.sqlite")) as store:
        return bool(store.execute("SELECT 1 FROM notices WHERE status = 'waiting'").fetchone())


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.soak.notices", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, metavar="N")
    parser.add_argument(
        "--seed", type=int, default=1, help="when to kill and what flaps; what happens differs"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = soak(options.kills, options.seed, Path(folder))
    for complaint in found.wrong:
        print(complaint)
    print(
        f"{options.kills} kills of the collector: {found.incidents} outages told by {found.notices} notices,"
        f" {found.repeats} of them came twice, {len(found.wrong)} complaints"
    )
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
