"""The list of the weakest radios, modems, optical ports and ONUs."""

import pytest

from collector.web.lists.asked import BadParameter
from collector.web.lists.weakest import METRICS, SHOWN_OF_EACH, WeakestList, weakest_list
from tests.collector.web.lists.listing import html
from tests.collector.web.looking import speaker, words
from tests.fakes.devices import device, part
from tests.fakes.played_city import PlayedCity, sample_city
from wire.metrics import CATALOGUE

HOTSPOT, POP = "lurah-akcaya", "pop-selatan"


@pytest.fixture(scope="module")
def city() -> PlayedCity:
    """Radios at two sites, and an OLT of which a third is old."""
    played = PlayedCity(sample_city())
    now = played.now
    for site, signal in ((HOTSPOT, -82.0), (POP, -61.0)):
        radio = device("radio", now)
        part(radio, now, "radio", "wlan1", {"ssid": "<b>"}, radio_up=1.0, radio_signal_dbm=signal)
        part(radio, now, "radio", "wlan9", {}, radio_up=1.0)
        played.state.agents[site].probes["snmp"] = {"radio": radio}
    olt = device("olt", now)
    for number in range(90):
        at = now - 100 if number % 3 else now - 9000
        part(
            olt,
            at,
            "onu",
            f"1/{number}",
            {"description": f"RT {number}"},
            onu_receive_power_dbm=-20 - number / 10,
        )
    played.state.agents[POP].probes["snmp"]["olt"] = olt
    return played


def asked(city: PlayedCity, **params: str) -> WeakestList:
    return weakest_list(city.state, city.watch.incidents, params, speaker(city.state, city.now))


def test_each_sort_has_its_weakest_first(city: PlayedCity) -> None:
    radios, onus = asked(city).sorts
    found = [(row.site.href, row.device, row.part.name, row.part.cells[0][0]) for row in radios.rows]
    assert found == [
        (f"/sites/{HOTSPOT}", "radio", "wlan1", ("-82 dBm", "bad")),
        (f"/sites/{POP}", "radio", "wlan1", ("-61 dBm", "")),
    ]
    assert (len(onus.rows), onus.known, onus.href) == (SHOWN_OF_EACH, 60, "/weakest?of=onu")
    assert onus.rows[0].part.name == "1/89"


def test_an_old_value_is_counted_and_not_shown(city: PlayedCity) -> None:
    (onus,) = asked(city, of="onu").sorts
    assert onus.stale == 30
    assert not any(int(row.part.name.removeprefix("1/")) % 3 == 0 for row in onus.rows)


def test_one_sort_is_shown_page_by_page(city: PlayedCity) -> None:
    first = asked(city, of="onu")
    assert (len(first.sorts[0].rows), first.pager.after) == (50, "/weakest?of=onu&page=2")
    assert len(asked(city, of="onu", page="2").sorts[0].rows) == 10


def test_a_text_finds_a_site_a_device_or_a_name(city: PlayedCity) -> None:
    assert [one.sort for one in asked(city, q="akcaya").sorts] == ["radio"]
    assert [row.part.name for row in asked(city, q="rt 77").sorts[0].rows] == ["1/77"]
    assert asked(city, q="nowhere").sorts == []
    with pytest.raises(BadParameter):
        asked(city, of="ups")


def test_the_page_shows_it_in_both_languages(city: PlayedCity) -> None:
    english = html("weakest", asked(city), city)
    assert f'href="/sites/{HOTSPOT}#devices"' in english
    assert "<b> " not in english.replace("<b>-", "")
    assert "▼ -82 dBm" in words(english)
    assert "30 are not shown: no fresh value" in words(english)
    assert "Radio menurut sinyal" in words(html("weakest", asked(city), city, "id"))
    empty = PlayedCity(sample_city())
    assert "No device with a fresh signal is known" in words(html("weakest", asked(empty), empty))


def test_the_values_that_rank_are_in_the_catalogue() -> None:
    assert {CATALOGUE[metric].row_label: metric for metric in METRICS.values()} == METRICS
