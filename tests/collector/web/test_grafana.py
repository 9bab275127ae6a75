"""Links from pantau's pages into Grafana."""

import html
import re
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from collector.city.state import State
from collector.inventory import Application, Link, Provider
from collector.web.grafana import GrafanaLinks, GrafanaRange, around
from tests.collector.web.serving import Served, serving
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW

GRAFANA = GrafanaLinks("https://grafana.example/pantau/")
DAY = GrafanaRange(1_795_000_000.25, 1_795_086_400.0)
TIMES = {"from": "1795000000250", "to": "1795086400000"}


def opened(link: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc) == ("https", "grafana.example")
    return parts.path, dict(parse_qsl(parts.query, strict_parsing=True))


def test_a_link_has_the_time_range_and_the_variables() -> None:
    assert opened(GRAFANA.site("dinkes", DAY)) == (
        "/pantau/d/pantau-site",
        {**TIMES, "var-district": "$__all", "var-site": "dinkes"},
    )
    assert opened(GRAFANA.link("dinkes-fiber", DAY))[1] == {
        **TIMES,
        "var-provider": "$__all",
        "var-link": "dinkes-fiber",
    }
    assert opened(GRAFANA.device("dinkes", "ups", DAY))[1]["var-device"] == "ups"


def test_a_name_of_any_letters_comes_back_as_it_was() -> None:
    odd = 'Kota & "Barat"?x=1#é/ '
    assert opened(GRAFANA.district(odd, DAY))[1]["var-district"] == odd


def test_an_open_incident_is_shown_until_now() -> None:
    assert around(10_000.0, None) == GrafanaRange(6_400.0, None)
    assert opened(GRAFANA.city(around(10_000.0, None)))[1]["to"] == "now"
    assert around(10_000.0, 11_000.0).end == 12_800.0


def test_without_grafana_there_is_no_link() -> None:
    none = GrafanaLinks("")
    assert {none.city(DAY), none.site("dinkes", DAY), none.provider("isp-a", DAY)} == {""}


@pytest.mark.parametrize("base", ["", "https://grafana.example"])
def test_the_pages_of_a_link_an_application_and_a_provider_lead_there(base: str) -> None:
    city = msgspec.structs.replace(
        CITY,
        links={"fiber": Link(from_="gradasi", to="noc", provider="isp")},
        applications={"antrean": Application(name="Antrean", url="https://a.example/", probed_from=["noc"])},
        providers={"isp": Provider(name="ISP")},
    )
    with serving(Served(state=State(city, EXPECTED, ASSIGNMENTS), grafana=GrafanaLinks(base))) as served:
        for path in ("/links/fiber", "/applications/antrean", "/providers/isp", "/links"):
            page = served.get(path, Accept="text/html").text
            (*found,) = re.findall(r'href="(https://grafana[^"]*)"', page)
            name = path.removeprefix("/").partition("s/")
            assert len(found) == bool(base and name[2]), path
            for link in found:
                where, given = opened(html.unescape(link))
                assert where == f"/d/pantau-{name[0]}"
                assert given[f"var-{name[0]}"] == name[2]
                assert (given["from"], given["to"]) == (f"{(NOW - 86400) * 1000:.0f}", "now")
