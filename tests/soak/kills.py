"""`python -m tests.soak.kills --kills N`: so many kill -9 of agents, collector and broker each."""

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.netns import lab
from tests.system.books import Account
from tests.system.busy_city import VICTIMS, busy_city

REPORTS_BETWEEN = 40
TELL_EVERY = 30


def soak(kills: int, seed: int) -> Account:
    """In any order, a third of them without a wait: while something comes back from the kill before."""
    chance = Random(seed)
    victims = [victim for victim in VICTIMS for _ in range(kills)]
    chance.shuffle(victims)
    with (
        tempfile.TemporaryDirectory() as folder,
        lab() as built,
        built.host("alone").entered(),
        busy_city(Path(folder)) as city,
    ):
        for number, victim in enumerate(victims, 1):
            city.kill(victim, max(0, chance.randint(-REPORTS_BETWEEN // 2, REPORTS_BETWEEN)))
            if number % TELL_EVERY == 0:
                print(f"{number} of {len(victims)} kills", flush=True)
        return city.settle()


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.soak.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, metavar="N", help="of each kind")
    parser.add_argument("--seed", type=int, default=1, help="the order, and when; what happens differs")
    options = parser.parse_args()
    account = soak(options.kills, options.seed)
    for complaint in account.wrong:
        print(complaint)
    print(
        f"{options.kills} kills each of {', '.join(VICTIMS)}: {account.taken} measurements taken in"
        f" {account.streams} streams, {account.stored} stored, {account.answered_again} came again,"
        f" {len(account.wrong)} complaints"
    )
    return 1 if account.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
