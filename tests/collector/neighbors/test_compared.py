"""The declared links against the neighbours that devices see."""

import pytest

from collector.inventory import City, Link, Site
from collector.inventory.city import Device
from collector.neighbors import Difference, Identities, SeenNeighbor, TopologyCheck, compared

CITY = City(
    name="C",
    sites={
        "noc": Site(role="noc", name="Pontive Center"),
        "pop-selatan": Site(role="pop", name="POP Selatan"),
        "pop-barat": Site(role="pop", name="POP Barat"),
        "gradasi": Site(role="hotspot", name="Kampung Digital Gradasi"),
        "dinkes": Site(role="office", name="Dinas Kesehatan"),
        "selatan": Site(role="office", name="Kantor Selatan"),
    },
    links={
        "noc-fiber": Link(from_="noc", to="internet"),
        "selatan-fiber": Link(from_="pop-selatan", to="noc"),
        "barat-fiber": Link(from_="pop-barat", to="noc"),
        "gradasi-radio": Link(from_="gradasi", to="pop-selatan", medium="radio"),
        "dinkes-fiber": Link(from_="dinkes", to="noc"),
    },
)
IDENTITIES = Identities(CITY)


def saw(site: str, name: str, port: str = "ether1", alias: str = "", device: str = "router") -> SeenNeighbor:
    found = sorted(IDENTITIES.sites(name))
    alone = found[0] if len(found) == 1 else ""
    return SeenNeighbor(site, device, port, name, alias=alias, is_site=alone, may_be=[] if alone else found)


def check(*seen: SeenNeighbor) -> TopologyCheck:
    return compared(CITY, IDENTITIES, seen)


@pytest.mark.parametrize(
    ("name", "sites"),
    [
        ("gradasi", {"gradasi"}),
        ("RTR-GRADASI", {"gradasi"}),
        ("gradasi_rb750.kota.example", {"gradasi"}),
        ("Kampung Digital Gradasi", {"gradasi"}),
        ("pop-selatan-ccr", {"pop-selatan"}),
        ("selatan", {"selatan"}),
        ("noc-to-gradasi", {"noc", "gradasi"}),
        ("MikroTik", set()),
        ("gradasibaru", set()),
        ("", set()),
    ],
)
def test_a_name_fits_the_site_whose_words_it_has(name: str, sites: set[str]) -> None:
    assert IDENTITIES.sites(name) == sites


def test_a_declared_neighbour_confirms_its_link_whichever_end_sees_it() -> None:
    found = check(saw("noc", "pop-selatan"), saw("gradasi", "pop-selatan"), saw("noc", "noc-sw"))
    assert found.confirmed == ["gradasi-radio", "selatan-fiber"]
    assert (found.differences, found.inside, found.unmatched) == ([], 1, [])
    assert found.unconfirmed == ["barat-fiber", "dinkes-fiber"]


def test_a_link_that_nothing_confirms_is_counted_and_no_difference() -> None:
    found = check(saw("gradasi", "gradasi-ap"))
    assert found.differences == []
    assert found.unconfirmed == ["gradasi-radio"]
    assert found.unheard == ["barat-fiber", "dinkes-fiber", "selatan-fiber"]


def test_a_link_whose_site_is_seen_elsewhere_is_named_with_that_neighbour() -> None:
    seen = saw("pop-barat", "gradasi-rb", "wlan1")
    found = check(seen, saw("pop-barat", "noc", "sfp1"), saw("noc", "pop-barat"))
    assert found.differences == [Difference("elsewhere", seen, "gradasi-radio")]


def test_two_sites_that_no_link_joins_are_a_difference_once() -> None:
    first, second = saw("dinkes", "pop-barat", "ether5"), saw("pop-barat", "dinkes", "ether9")
    confirming = (saw("dinkes", "noc"), saw("pop-barat", "noc"))
    assert check(*confirming, first, second).differences == [Difference("undeclared", first)]


def test_a_neighbour_beyond_a_declared_one_is_no_difference() -> None:
    """MNDP passes through a switch that does not speak it, so a port sees all that are behind."""
    found = check(saw("noc", "pop-selatan", "sfp1"), saw("noc", "gradasi", "sfp1"))
    assert (found.differences, found.beyond) == ([], 1)


def test_sites_of_one_bridged_network_see_each_other_without_a_difference() -> None:
    """Their POP's switch passes MNDP on and says nothing itself."""
    found = check(saw("dinkes", "pop-barat", "bridge"), saw("dinkes", "pop-selatan", "bridge"))
    assert (found.differences, found.beyond) == ([], 2)


def test_an_alias_that_names_a_link_is_a_difference_if_another_site_is_behind() -> None:
    right = saw("noc", "pop-selatan", "sfp1", alias="selatan-fiber")
    wrong = saw("noc", "pop-barat", "sfp2", alias="dinkes-fiber")
    found = check(right, wrong)
    assert found.differences == [Difference("alias", wrong, "dinkes-fiber", "dinkes")]


@pytest.mark.parametrize(
    "alias", ["ke pop-selatan", "POP Selatan", "selatan-fiber", "trunk 2", "noc", "uplink ISP"]
)
def test_an_alias_that_fits_or_says_nothing_is_no_difference(alias: str) -> None:
    assert check(saw("noc", "pop-selatan", alias=alias)).differences == []


def test_a_name_that_fits_no_site_or_several_is_left_out_and_named() -> None:
    found = check(saw("noc", "MikroTik"), saw("noc", "gradasi-dinkes"))
    assert [(one.name, one.may_be) for one in found.unmatched] == [
        ("MikroTik", []),
        ("gradasi-dinkes", ["dinkes", "gradasi"]),
    ]
    assert found.differences == []


def test_a_device_of_the_inventory_names_its_site_but_no_router_does() -> None:
    devices = {name: Device(address="10.61.1.7") for name in ("menara-7", "router")}
    identities = Identities(City(name="C", sites={"pop-a": Site(role="pop", name="A", devices=devices)}))
    assert identities.sites("Menara-7") == {"pop-a"}
    assert identities.sites("router") == set()
