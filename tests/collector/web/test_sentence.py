"""One sentence says what is wrong now, and never that all is well when that is not known."""

from datetime import datetime

import pytest
from msgspec import structs

from collector.inventory import City, Internet, Link, Provider, Site
from collector.planned import MaintenanceWindow
from collector.web.sentence import Sentence
from tests.collector.web.looking import sentence
from tests.fakes.city import city as fake_city
from tests.fakes.played_city import PlayedCity, sample_city


@pytest.fixture
def city() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    return played


def test_when_every_site_is_up_everything_is_well(city: PlayedCity) -> None:
    assert sentence(city) == Sentence("up", "Everything is well: 102 of 102 sites are up.")
    assert sentence(city, "id").text == "Semua baik: 102 dari 102 lokasi normal."


def test_one_site_is_named_with_the_time_since(city: PlayedCity) -> None:
    city.cut.add("camat-utara")
    city.run(40)
    assert sentence(city) == Sentence("warning", "Kantor Camat Pontianak Utara is down since 14:00.")
    assert sentence(city, "id").text == "Kantor Camat Pontianak Utara putus sejak 14:00."


def test_of_an_outage_only_the_root_is_named(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    text = "POP Pontianak Selatan is down since 14:00 and with it 19 sites."
    assert sentence(city) == Sentence("critical", text)
    assert sentence(city, "id").text == (
        "POP Pontianak Selatan putus sejak 14:00, 19 lokasi di bawahnya ikut putus."
    )


def test_a_site_that_is_down_comes_before_lesser_trouble(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.failing["", "antrean"] = "status"
    city.failing["camat-utara", "gateway"] = "timeout"
    city.stopped |= {"opd-dinkes", "lurah-saigon"}
    city.run(90)
    assert sentence(city).text == (
        "POP Pontianak Selatan is down since 14:00 and with it 19 sites; "
        "Antrean Puskesmas is down everywhere since 14:00; 1 target does not answer; 2 agents are silent."
    )


def test_of_many_outages_the_gravest_are_named_and_the_others_counted(city: PlayedCity) -> None:
    city.cut |= {"camat-barat", "camat-timur", "camat-kota", "pop-selatan"}
    city.run(60)
    text = sentence(city).text
    assert text.startswith("POP Pontianak Selatan is down since 14:00 and with it 19 sites; Kantor Camat")
    assert text.endswith("; 2 more sites are down.")


def test_the_sentence_says_that_no_site_is_down_beside_other_trouble(city: PlayedCity) -> None:
    city.failing["camat-barat", "antrean"] = city.failing["camat-timur", "antrean"] = "timeout"
    city.run(60)
    text = "Antrean Puskesmas is down from 2 sites since 14:00; no site is down."
    assert sentence(city) == Sentence("warning", text)
    city.failing.clear()
    city.stopped.add("opd-dinkes")
    city.run(60)
    assert sentence(city) == Sentence("info", "1 agent is silent; no site is down.")


def test_the_sentence_has_the_date_when_it_is_another_day(city: PlayedCity) -> None:
    city.cut.add("camat-utara")
    city.run(40)
    city.now += 24 * 3600
    assert sentence(city).text == "Kantor Camat Pontianak Utara is down since 24-09 14:00."


def test_an_outage_by_planned_work_is_no_alarm() -> None:
    work = MaintenanceWindow(
        title="New battery",
        starts=datetime(2026, 9, 24, 13),
        ends=datetime(2026, 9, 24, 16),
        sites=["camat-utara"],
    )
    city = PlayedCity(structs.replace(sample_city(), maintenance=[work]))
    city.run(40)
    city.cut.add("camat-utara")
    city.run(40)
    text = "Kantor Camat Pontianak Utara is down since 14:00; planned work: New battery."
    assert sentence(city) == Sentence("info", text)
    assert sentence(city, "id").text.endswith("; pemeliharaan terjadwal: New battery.")
    city.cut.add("camat-timur")
    city.run(100)
    assert sentence(city).level == "warning"
    assert sentence(city).text.startswith("Kantor Camat Pontianak Timur is down since 14:01;")


def test_before_the_first_reports_nothing_is_well() -> None:
    started = PlayedCity(sample_city())
    text = "No outage is known: 0 of 102 sites are up, 102 unknown."
    assert sentence(started) == Sentence("unknown", text)


def test_a_site_that_never_reported_keeps_the_city_from_being_well() -> None:
    sites = {"noc": Site(role="noc", name="NOC"), "van": Site(role="hotspot", name="A van")}
    played = PlayedCity(City(name="Small", sites=sites))
    played.stopped.add("van")
    played.run(40)
    assert sentence(played).text == "No outage is known: 1 of 2 sites are up, 1 unknown."


def test_without_the_broker_pantau_is_blind_at_once(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    city.lose_broker()
    city.run(1)
    assert sentence(city) == Sentence(
        "unknown", "pantau is blind: the broker is not connected; no site’s state is known."
    )
    city.run(10)
    blind = "pantau is blind: the broker is not connected since 14:01; no site’s state is known."
    assert sentence(city).text == blind
    assert sentence(city, "id").text.startswith("pantau buta: broker tidak tersambung sejak 14:01;")


def test_pantau_is_blind_when_no_agent_reports(city: PlayedCity) -> None:
    city.stopped |= city.city.sites.keys()
    city.run(200)
    assert sentence(city).text.startswith("pantau is blind: no agent reports since 14:00;")


def test_a_city_without_sites_is_not_well_but_empty() -> None:
    assert sentence(PlayedCity(City(name="Nowhere"))).text == "The inventory has no sites."


def test_without_ping_the_sentence_names_the_missing_measurements(city: PlayedCity) -> None:
    for target in ("gateway", "internet-1"):
        city.failing["camat-utara", target] = "permission"
    city.run(40)
    told = sentence(city)
    assert told.level == "unknown"
    assert told.text.startswith("No outage is known: 102 of 102 sites are up, but ")
    assert "targets are not measured: ping is not allowed there" in told.text
    assert "gateway" in told.text
    assert "ping tidak diizinkan di sana" in sentence(city, "id").text


def test_before_the_first_measurement_nothing_is_well() -> None:
    city = PlayedCity(sample_city())
    city.unmeasured = True
    city.run(40)
    assert sentence(city).level == "unknown"
    assert "no measurement has come yet" in sentence(city).text


def test_a_lost_path_is_named_and_no_site_is_down() -> None:
    lte = {f"lte-{number}": Site(role="hotspot", name=f"LTE {number}") for number in (1, 2)}
    lines = {f"{site}-up": Link(from_=site, to="internet", provider="isp-b") for site in lte}
    internet = Internet(national=["192.0.2.1"], international=["198.51.100.1"])
    links = {"noc-up": Link(from_="noc", to="internet", provider="isp-a"), **lines}
    city = PlayedCity(
        fake_city(internet=internet, sites=lte, links=links, providers={"isp-b": Provider(name="ISP B")})
    )
    city.run(40)
    city.failing["", "internet2"] = "timeout"
    city.run(60)
    assert sentence(city) == Sentence(
        "critical", "11 sites are without the international path since 14:00; no site is down."
    )
    assert sentence(city, "id").text == (
        "11 lokasi tanpa jalur internasional sejak 14:00; tidak ada lokasi yang putus."
    )
    city.failing = {(site, "internet2"): "timeout" for site in lte}
    city.run(120)
    assert sentence(city).text == "2 sites have no way out by ISP B since 14:01; no site is down."
