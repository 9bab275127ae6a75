"""The fake city is an inventory like any other: the collector loads it, and a played city runs on it."""

from datetime import datetime
from pathlib import Path

import pytest

from collector.inventory import City, Link, Site, load
from collector.planned import MaintenanceWindow
from tests.collector.inventory.cities import SAMPLE_CITY
from tests.fakes.city import PONTIANAK, city, write
from tests.fakes.played_city import PlayedCity
from tests.fakes.receivers import notifying, webhook
from wire.probes import Tcp

WORK = MaintenanceWindow(
    title="Fibre", starts=datetime(2026, 9, 24, 14), ends=datetime(2026, 9, 24, 16), sites=["pop-1"]
)
SCHOOL = Site(
    role="office", name='Sekolah "1"', probes=[Tcp(target="bank", address="bank.example", port=443)]
)


@pytest.mark.parametrize(
    "built",
    [
        city(),
        city(pops=0),
        city(pops=3, sites_per_pop=2, name="Big", maintenance=[WORK]),
        city(sites={"school": SCHOOL}, links={"school-up": Link(from_="school", to="site-1-1")}),
        notifying(shift=webhook(role=["pop"])),
    ],
    ids=["small", "only the NOC", "work", "one more site", "receivers"],
)
def test_the_collector_loads_a_fake_city_as_it_was_built(built: City, tmp_path: Path) -> None:
    assert load(write(tmp_path / "inventory", built)) == built


def test_the_sample_city_survives_a_way_through_one_file(tmp_path: Path) -> None:
    sample = load(SAMPLE_CITY)
    assert load(write(tmp_path / "inventory", sample)) == sample


def test_every_fake_site_has_a_way_up() -> None:
    built = city(pops=4, sites_per_pop=5)
    assert len(built.sites) == 25
    assert {link.from_ for link in built.links.values()} == built.sites.keys()
    assert len({site.router for site in [*built.sites.values(), *PONTIANAK.sites.values()]}) == 25 + 4


def test_a_played_city_of_any_size_finds_the_pop_that_fails() -> None:
    played = PlayedCity(city(pops=2, sites_per_pop=3))
    played.run(60)
    played.cut.add("pop-1")
    played.run(60)
    (incident,) = played.watch.incidents.open()
    assert incident.root == "pop-1"
    assert set(incident.affected_now) == {"pop-1", "site-1-1", "site-1-2", "site-1-3"}
    played.cut.clear()
    played.run(120)
    assert played.watch.incidents.open() == []
