"""`/metrics/city`: what the collector itself says of sites, applications and incidents."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from msgspec import structs
from prometheus_client.parser import text_string_to_metric_families

from collector.incidents.network import PROVIDER
from collector.inventory import Link
from collector.planned import MaintenanceWindow
from collector.prometheus.exposition import Exposition
from tests.collector.intake.test_power_cuts import FEEDER_SITES, feeder_city
from tests.fakes.incidents import incident
from tests.fakes.played_city import PlayedCity, sample_city
from tests.servers.prometheus import needs_promtool, promtool_complaints


@pytest.fixture
def city() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    return played


def text(city: PlayedCity) -> str:
    return b"".join(Exposition(city.state, city.watch.incidents, "0.1.0").render(city.now)).decode()


def said(city: PlayedCity, name: str, *labels: str) -> Mapping[tuple[str, ...], float]:
    """Its values by these labels, none of them with a time of its own."""
    (samples,) = [one.samples for one in text_string_to_metric_families(text(city)) if one.name == name] or [
        []
    ]
    assert all(sample.timestamp is None for sample in samples)
    return {tuple(sample.labels.get(label, "") for label in labels): sample.value for sample in samples}


def test_each_site_that_is_known_is_up_or_down(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    up = said(city, "pantau_site_up", "site", "district")
    assert len(up) == 102
    assert up["pop-selatan", "Pontianak Selatan"] == 0
    assert up["lurah-akcaya", "Pontianak Selatan"] == 0
    assert up["pop-utara", "Pontianak Utara"] == 1
    assert list(up.values()).count(0) == 20


def test_of_what_is_unknown_nothing_is_said(city: PlayedCity) -> None:
    city.lose_broker()
    city.run(15)
    assert said(city, "pantau_site_up", "site") == {}
    assert said(city, "pantau_application_up", "application") == {}
    assert said(city, "pantau_application_sites", "application", "state")["antrean", "up"] == 0


def test_open_incidents_are_counted_by_site_kind_and_severity(city: PlayedCity) -> None:
    assert said(city, "pantau_incidents_active", "site") == {}
    city.cut.add("pop-selatan")
    city.stopped.add("opd-dinkes")
    city.failing["", "antrean"] = "status"
    city.failing["camat-utara", "gateway"] = "timeout"
    city.run(100)
    assert said(city, "pantau_incidents_active", "site", "kind", "severity") == {
        ("pop-selatan", "site_down", "critical"): 1,
        ("opd-dinkes", "agent_silent", "info"): 1,
        ("", "application_down", "critical"): 1,
        ("camat-utara", "target_down", "warning"): 1,
    }


def test_the_oldest_incident_of_a_site_says_when_it_began(city: PlayedCity) -> None:
    city.run(20)
    cut_at = city.now
    city.cut.add("pop-selatan")
    city.run(100)
    (began,) = said(city, "pantau_incidents_oldest_timestamp_seconds", "site").values()
    assert cut_at <= began <= cut_at + 10


def test_a_power_cut_has_its_feeder_as_it_has_no_site() -> None:
    city = PlayedCity(feeder_city())
    city.run(40)
    for site in FEEDER_SITES[:2]:
        city.batteries[site] = (city.now, city.now + 60)
    city.run(60)
    city.dark |= city.batteries.keys()
    city.run(120)
    place = ("site", "feeder", "kind")
    active = {
        labels: value for labels, value in said(city, "pantau_incidents_active", *place).items() if labels[1]
    }
    assert active == {("", "KP-12", "power_cut"): 1}
    causes = said(city, "pantau_incident_cause_info", *place, "cause")
    assert causes["", "KP-12", "power_cut", "power_area"] == 1


def test_an_incident_about_a_provider_has_it(city: PlayedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = incident("path_lost", f"{PROVIDER}isp-a")
    monkeypatch.setattr(city.watch.incidents, "open", lambda: [lost])
    assert said(city, "pantau_incidents_active", "provider", "kind") == {("isp-a", "path_lost"): 1}
    assert ("isp-a", "path_lost") in said(city, "pantau_incident_cause_info", "provider", "kind")


def test_a_blind_collector_is_an_incident_without_a_site(city: PlayedCity) -> None:
    city.lose_broker()
    city.run(15)
    incidents = said(city, "pantau_incidents_active", "site", "kind", "severity")
    assert incidents == {("", "collector_blind", "critical"): 1}


def test_an_application_is_up_down_everywhere_or_down_from_here(city: PlayedCity) -> None:
    assert said(city, "pantau_application_up", "application")[("antrean",)] == 1

    city.failing["camat-barat", "antrean"] = city.failing["camat-timur", "antrean"] = "timeout"
    city.run(40)
    assert said(city, "pantau_application_up", "application")[("antrean",)] == 1
    sites = said(city, "pantau_application_sites", "application", "state")
    assert sites["antrean", "down"] == 2
    assert sites["antrean", "up"] > 90
    assert sites["antrean", "unknown"] == 0

    city.failing["", "antrean"] = "status"
    city.run(40)
    assert said(city, "pantau_application_up", "application")[("antrean",)] == 0
    assert said(city, "pantau_application_up", "application")[("pajak",)] == 1
    assert said(city, "pantau_incidents_active", "site", "application")["", "antrean"] == 1
    assert said(city, "pantau_application_sites", "application", "state")["antrean", "up"] == 0


def test_from_a_site_that_is_cut_off_an_application_is_unknown(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    sites = said(city, "pantau_application_sites", "application", "state")
    assert sites["antrean", "down"] == 0
    assert sites["antrean", "unknown"] == 19


@needs_promtool
def test_promtool_has_no_complaints(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    assert promtool_complaints(text(city).encode()) == ""


def test_planned_work_is_shown_where_it_is_and_where_it_cuts_sites_off() -> None:
    work = MaintenanceWindow(
        title="New battery",
        starts=datetime(2026, 9, 24, 14, 1),
        ends=datetime(2026, 9, 24, 14, 3),
        sites=["pop-selatan"],
    )
    city = PlayedCity(structs.replace(sample_city(), maintenance=[work]))
    city.run(40)
    assert said(city, "pantau_maintenance_active", "site") == {}
    city.run(30)
    assert said(city, "pantau_maintenance_active", "site", "district") == {
        ("pop-selatan", "Pontianak Selatan"): 1
    }
    city.cut.add("pop-selatan")
    city.run(40)
    active = said(city, "pantau_maintenance_active", "site")
    assert len(active) == 20
    assert active["lurah-akcaya",] == 1
    city.run(120)
    assert said(city, "pantau_maintenance_active", "site") == {}
    assert said(city, "pantau_site_up", "site")["lurah-akcaya",] == 0


def test_a_site_with_a_backup_says_whether_it_runs_on_it() -> None:
    whole = sample_city()
    lte = Link(from_="opd-dinkes", to="internet", medium="lte", backup=True)
    city = PlayedCity(structs.replace(whole, links={**whole.links, "dinkes-lte": lte}))
    city.run(40)
    assert said(city, "pantau_site_on_backup", "site") == {("opd-dinkes",): 0}
    city.cut_mains.add("opd-dinkes")
    city.run(40)
    assert said(city, "pantau_site_on_backup", "site") == {("opd-dinkes",): 1}
    city.cut.add("opd-dinkes")
    city.run(120)
    assert said(city, "pantau_site_on_backup", "site") == {("opd-dinkes",): 0}
    city.lose_broker()
    city.run(15)
    assert said(city, "pantau_site_on_backup", "site") == {}
