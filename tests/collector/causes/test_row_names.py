"""A row is about a link if its texts name the site, and if its agent can see that link."""

import pytest
from msgspec import structs

from collector.causes import Places
from collector.causes.row_names import TEXTS_KEPT, RowNames, Whose
from collector.inventory.city import City
from tests.collector.causes.stories import town

ABOVE, OWN = Whose("site-0", own=False), Whose("site-0", own=True)


def named_town() -> City:
    city = town()
    names = {"site-0": "Masjid Raya", "site-2": "Warkop", "site-4": "Warkop", "pop-0": "POP Selatan"}
    sites = {id: structs.replace(site, name=names.get(id, site.name)) for id, site in city.sites.items()}
    return structs.replace(city, sites=sites)


@pytest.fixture(scope="module")
def names() -> RowNames:
    return Places(named_town()).rows


@pytest.mark.parametrize(
    "text",
    [
        "site-0",
        " SITE-0 ",
        "l-site-0",
        "Masjid Raya",
        "masjid_raya",
        "wlan3 Masjid-Raya",
        "gpon-onu_1/2/3:4 site-0",
        "pop-0 > site-0",
        "ONT_site-0_zone_3",
        "CPE-site-0",
        "AF-Masjid-Raya",
    ],
)
def test_people_name_a_site_in_many_ways(names: RowNames, text: str) -> None:
    assert names.whose("pop-0", [text]) == ABOVE


@pytest.mark.parametrize(
    "text", ["", "ether1", "site-00", "Masjid Raya Baru", "Warkop", "site-2 site-4", "pop-0x"]
)
def test_a_text_that_names_none_or_several_says_nothing(names: RowNames, text: str) -> None:
    assert names.whose("pop-0", [text]) is None


def test_the_first_text_that_names_a_site_counts(names: RowNames) -> None:
    assert names.whose("pop-0", ["", "customer 7", "site-0", "site-2"]) == ABOVE


def test_a_site_sees_its_own_link_by_its_own_name_or_that_of_the_place_above(names: RowNames) -> None:
    for text in ("site-0", "l-site-0", "pop-0", "uplink POP Selatan"):
        assert names.whose("site-0", [text]) == OWN


def test_a_name_from_an_agent_that_does_not_see_the_link_says_nothing(names: RowNames) -> None:
    assert names.whose("site-1", ["site-0"]) is None
    assert names.whose("pop-1", ["site-0"]) is None
    assert names.whose("site-0", ["noc"]) is None
    assert names.whose("stranger", ["site-0"]) is None


def test_the_control_room_may_read_the_line_terminal_of_a_pop(names: RowNames) -> None:
    assert names.whose("noc", ["site-0"]) == ABOVE


def test_a_row_without_a_name_can_mean_the_only_link_of_its_medium(names: RowNames) -> None:
    assert names.only_way("site-0", "fiber")
    assert not names.only_way("site-0", "radio")
    assert not names.only_way("pop-0", "fiber")


def test_the_texts_that_are_remembered_are_bounded() -> None:
    names = Places(named_town()).rows
    for number in range(TEXTS_KEPT + 10):
        names.whose("pop-0", [f"x{number}"])
    assert len(names._known) <= TEXTS_KEPT
