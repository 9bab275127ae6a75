"""Links from pantau's pages into Grafana."""

from urllib.parse import parse_qsl, urlsplit

from collector.web.grafana import GrafanaLinks, GrafanaRange, around

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
