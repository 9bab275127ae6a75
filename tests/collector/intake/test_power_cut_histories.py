"""Random histories of a feeder: batteries, cuts, silent agents, restarts. Each notice has exactly one end."""

from random import Random

import pytest

from tests.collector.intake.test_power_cuts import (
    ELSEWHERE,
    FEEDER_SITES,
    MINUTE,
    feeder_city,
    mains_return,
    run,
)
from tests.fakes.told_city import ToldCity

RUNTIMES_MINUTES = (0.2, 1, 3, 6, 12, 40)
QUIET_MINUTES = 20
"""Longer than a site has to be quiet after it flapped."""


def mains_fail(city: ToldCity, chance: Random) -> None:
    for site in FEEDER_SITES:
        if site not in city.batteries and chance.random() < 0.7:
            city.batteries[site] = (city.now, city.now + MINUTE * chance.choice(RUNTIMES_MINUTES))


def some_have_mains_again(city: ToldCity, chance: Random) -> None:
    for site in FEEDER_SITES:
        if chance.random() < 0.5:
            city.batteries.pop(site, None)
            city.dark.discard(site)


def happen(city: ToldCity, chance: Random) -> None:
    """One thing, and some minutes."""
    drawn = chance.random()
    if drawn < 0.3:
        mains_fail(city, chance)
    elif drawn < 0.5:
        mains_return(city)
    elif drawn < 0.65:
        city.cut.add(chance.choice([*FEEDER_SITES, ELSEWHERE, "pop-1"]))
    elif drawn < 0.8:
        city.cut.clear()
    elif drawn < 0.88:
        city.restart()
    elif drawn < 0.94:
        city.stopped ^= {chance.choice(FEEDER_SITES)}
    else:
        some_have_mains_again(city, chance)
    run(city, chance.choice((0.2, 1, 2, 5)))


def each_notice_has_one_end(city: ToldCity) -> None:
    announced: set[str] = set()
    for document in (letter.document for letter in city.letters):
        if document.kind == "firing":
            assert document.incident not in announced, document
            announced.add(document.incident)
        assert announced.issuperset(document.merged), document
        announced -= set(document.merged)
        if document.kind == "recovered":
            assert document.incident in announced or document.merged, document
            announced.discard(document.incident)
    assert not announced


@pytest.mark.parametrize("seed", range(12))
def test_each_notice_of_a_random_history_has_one_end(seed: int) -> None:
    chance = Random(seed)
    city = ToldCity(feeder_city())
    for _ in range(chance.randint(4, 10)):
        happen(city, chance)
    mains_return(city)
    city.cut.clear()
    city.stopped.clear()
    run(city, QUIET_MINUTES)
    each_notice_has_one_end(city)
    assert not city.watch.incidents.open()
