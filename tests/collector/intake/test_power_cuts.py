"""A power cut of a feeder: one message, that of the area, while batteries give out one after another."""

from collections.abc import Iterable

import pytest

from collector.incidents import Acknowledged, Incident
from collector.inventory import City, Site
from collector.inventory.city import Device
from collector.notices.document import Document
from tests.fakes.city import city as fake_city
from tests.fakes.told_city import ToldCity, webhook

MINUTE = 60
FEEDER_SITES = ("site-1-1", "site-1-2", "site-1-3", "site-1-4")
FIRST, SECOND, THIRD, _ = FEEDER_SITES
ELSEWHERE = "site-1-5"


def feeder_city() -> City:
    """Four sites of one feeder, each with a UPS that its agent polls."""
    built = fake_city(pops=1, sites_per_pop=6, receivers={"hook": webhook()})
    sites = dict(built.sites)
    for number, id in enumerate(FEEDER_SITES):
        address = f"10.9.0.{number + 1}"
        sites[id] = Site(
            role="hotspot",
            name=sites[id].name,
            district=sites[id].district,
            router=sites[id].router,
            users=100,
            feeder="KP-12",
            ups=address,
            devices={"ups": Device(address=address, snmp="ups")},
        )
    return fake_city(pops=1, sites_per_pop=6, receivers={"hook": webhook()}, sites=sites)


@pytest.fixture
def city() -> ToldCity:
    return ToldCity(feeder_city())


def mains_fail(city: ToldCity, runtimes: Iterable[int]) -> None:
    """Each site of the feeder runs on its battery from now on, for so many minutes."""
    for site, minutes in zip(FEEDER_SITES, runtimes, strict=False):
        city.batteries[site] = (city.now, city.now + minutes * MINUTE)


def run(city: ToldCity, minutes: float) -> None:
    """A battery that is empty takes its site along."""
    for _ in range(round(minutes * 6)):
        city.dark |= {site for site, (_, empty) in city.batteries.items() if empty <= city.now}
        city.run(10)


def mains_return(city: ToldCity) -> None:
    city.batteries.clear()
    city.dark.clear()


def got(city: ToldCity) -> list[Document]:
    return [letter.document for letter in city.letters]


def titles(city: ToldCity) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in got(city)]


def incident(city: ToldCity, root: str) -> Incident:
    return next(one for one in city.watch.incidents.saved() if one.root == root)


def test_one_message_tells_of_the_area_with_those_that_still_run(city: ToldCity) -> None:
    mains_fail(city, (5, 9, 40, 60))
    run(city, 7)
    (firing,) = got(city)
    assert (firing.kind, firing.about, firing.root) == ("firing", "power_cut", "feeder/KP-12")
    assert firing.title == "🔴 POWER CUT: feeder KP-12"
    assert "Affected: 100 users" in firing.text
    assert "3 more sites run on their UPS: Site 1.2, Site 1.3, Site 1.4." in firing.text
    assert "The first battery is empty in about 3 min." in firing.text
    assert "report it to PLN" in firing.text
    assert "Provider" not in firing.text


def test_sites_join_without_a_message_of_their_own_and_the_end_is_one(city: ToldCity) -> None:
    mains_fail(city, (5, 9, 14, 60))
    run(city, 20)
    assert titles(city) == [("firing", "feeder KP-12")]
    assert incident(city, "feeder/KP-12").affected_now == (FIRST, SECOND, THIRD)
    assert incident(city, SECOND).part_of == incident(city, "feeder/KP-12").id
    mains_return(city)
    run(city, 5)
    assert titles(city) == [("firing", "feeder KP-12"), ("recovered", "feeder KP-12")]
    assert "Affected: 300 users at 3 sites" in got(city)[-1].text
    assert not city.watch.incidents.open()


def test_a_fibre_cut_during_the_power_cut_stays_its_own(city: ToldCity) -> None:
    mains_fail(city, (5, 60, 60, 60))
    run(city, 8)
    city.cut.add(THIRD)
    run(city, 4)
    assert titles(city) == [("firing", "feeder KP-12"), ("firing", "Site 1.3")]
    assert not got(city)[-1].weighed.cause.startswith("power")
    city.cut.clear()
    run(city, 3)
    assert titles(city)[2:] == [("recovered", "Site 1.3")]


def test_a_site_of_another_feeder_that_is_cut_stays_its_own(city: ToldCity) -> None:
    mains_fail(city, (5, 9, 40, 60))
    city.cut.add(ELSEWHERE)
    run(city, 8)
    assert sorted(titles(city)) == [("firing", "Site 1.5"), ("firing", "feeder KP-12")]


def test_the_last_site_of_a_power_cut_is_no_news(city: ToldCity) -> None:
    mains_fail(city, (5, 9, 14, 16))
    run(city, 20)
    for site in (FIRST, SECOND, THIRD):
        city.dark.discard(site)
        city.batteries.pop(site)
    run(city, 5)
    assert titles(city) == [("firing", "feeder KP-12")]
    mains_return(city)
    run(city, 3)
    assert titles(city) == [("firing", "feeder KP-12"), ("recovered", "feeder KP-12")]


def test_a_power_cut_outlives_a_restart_of_the_collector(city: ToldCity) -> None:
    mains_fail(city, (5, 9, 40, 60))
    run(city, 12)
    city.restart()
    run(city, 5)
    mains_return(city)
    run(city, 5)
    assert titles(city) == [("firing", "feeder KP-12"), ("recovered", "feeder KP-12")]


def test_a_person_takes_the_power_cut_in_hand(city: ToldCity) -> None:
    mains_fail(city, (5, 9, 40, 60))
    run(city, 8)
    city.do(Acknowledged(incident(city, "feeder/KP-12").id, "Sari"))
    mains_return(city)
    run(city, 5)
    assert "Sari had it in hand" in got(city)[-1].text


def test_a_collector_that_is_blind_calls_no_power_cut_over(city: ToldCity) -> None:
    mains_fail(city, (5, 60, 60, 60))
    run(city, 8)
    city.dark.clear()
    city.batteries.pop(FIRST)
    run(city, 3)
    city.lose_broker()
    run(city, 12)
    city.do(Acknowledged(incident(city, "feeder/KP-12").id, "Sari"))
    run(city, 1)
    assert [one for one in titles(city) if one[1] == "feeder KP-12"] == [("firing", "feeder KP-12")]


def test_a_pop_that_fails_meanwhile_calls_no_power_cut_over(city: ToldCity) -> None:
    mains_fail(city, (5, 60, 60, 60))
    run(city, 8)
    city.dark.clear()
    city.batteries.pop(FIRST)
    run(city, 3)
    city.cut.add("pop-1")
    run(city, 5)
    assert ("recovered", "feeder KP-12") not in titles(city)


def test_a_part_that_a_wider_outage_takes_in_ends_once(city: ToldCity) -> None:
    mains_fail(city, (1,))
    run(city, 4)
    assert titles(city) == [("firing", "Site 1.1")]
    for site in FEEDER_SITES[1:]:
        city.batteries[site] = (city.now, city.now + 60 * MINUTE)
    run(city, 4)
    first = incident(city, FIRST).id
    assert [one.merged for one in got(city)[1:]] == [[first]]
    city.cut.add("pop-1")
    run(city, 5)
    assert incident(city, FIRST).status == "merged"
    mains_return(city)
    city.cut.clear()
    run(city, 5)
    ends = [id for one in got(city) for id in (*one.merged, one.kind == "recovered" and one.incident)]
    assert ends.count(first) == 1


def test_a_power_cut_ends_when_the_last_ups_has_mains_again(city: ToldCity) -> None:
    mains_fail(city, (5, 60, 60, 60))
    run(city, 8)
    city.dark.clear()
    city.batteries.pop(FIRST)
    run(city, 8)
    assert titles(city) == [("firing", "feeder KP-12")]
    city.batteries.clear()
    run(city, 1)
    assert titles(city) == [("firing", "feeder KP-12"), ("recovered", "feeder KP-12")]


def test_a_power_cut_and_its_parts_remember_how_it_grew(city: ToldCity) -> None:
    mains_fail(city, (5, 9, 14, 60))
    run(city, 20)
    whole, part = incident(city, "feeder/KP-12"), incident(city, SECOND)
    grown = [(one.before, one.after, one.sites) for one in whole.moments if one.what == "grew"]
    assert grown == [("1", "2", (SECOND,)), ("2", "3", (THIRD,))]
    assert [one.after for one in part.moments if one.what == "joined"] == [whole.id]
    assert [one.at for one in whole.moments] == sorted(one.at for one in whole.moments)
