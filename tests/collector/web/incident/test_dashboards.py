"""The links of an incident into Grafana: the dashboard of its thing, with its time."""

from zoneinfo import ZoneInfo

from msgspec import structs

from collector.inventory.city import Device, Link, Provider
from collector.web.grafana import GrafanaLinks
from collector.web.incident.dashboards import dashboards
from collector.web.words import Speaker
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, over

SAY = Speaker("en", ZoneInfo("Asia/Pontianak"), NOW)
GRAFANA = GrafanaLinks("https://grafana.example/")
SITE = structs.replace(PONTIANAK.sites["gradasi"], devices={"router": Device(address="10.0.0.1", snmp="x")})
CITY = structs.replace(
    PONTIANAK,
    sites={**PONTIANAK.sites, "gradasi": SITE},
    providers={"isp-a": Provider(name="ISP A")},
    links={"l": Link(from_="gradasi", to="pop-selatan", provider="isp-a")},
)


def boards(**about: object) -> list[str]:
    one = incident(**about)  # type: ignore[arg-type]
    return [found.href.split("/d/")[1].partition("?")[0] for found in dashboards(one, CITY, GRAFANA, SAY)]


def test_each_root_has_its_own_dashboard_and_the_city_comes_last() -> None:
    assert boards() == ["pantau-site", "pantau-link", "pantau-city", "pantau-city"]
    assert boards(kind="application_down", root="sehat")[0] == "pantau-application"
    assert boards(kind="path_lost", root="provider/isp-a")[0] == "pantau-provider"
    assert boards(kind="target_down", root="router", agent="gradasi")[:2] == ["pantau-site", "pantau-device"]
    assert boards(kind="collector_blind", root="collector") == ["pantau-city"]


def test_the_time_range_is_that_of_the_incident() -> None:
    (first, *_), (ended, *_) = (dashboards(one, CITY, GRAFANA, SAY) for one in (incident(), over(incident())))
    assert f"from={NOW - 120 - 3600:.0f}000&to=now" in first.href
    assert f"&to={NOW + 1800:.0f}000" in ended.href
    assert "var-site=gradasi" in first.href


def test_without_an_address_of_grafana_there_is_no_link() -> None:
    assert dashboards(incident(), CITY, GrafanaLinks(), SAY) == []
