"""A limit of a battery, from the inventory to the incident, the site's page and Prometheus."""

from msgspec import structs

from collector.inventory import City, Site
from collector.inventory.city import Device
from collector.prometheus.from_inventory import InventoryLines
from tests.collector.web.looking import site_html, words
from tests.fakes.played_city import PlayedCity

MINUTES_LEFT = "ups_battery_remaining_seconds"
UPS = Device(address="10.0.0.3", snmp="ups")
SITES = {
    "noc": Site(role="noc", name="NOC", router="10.0.0.1"),
    "dinkes": Site(
        role="office", name="Dinkes", router="10.0.0.2", devices={"ups": UPS}, limits={MINUTES_LEFT: 900}
    ),
}


def test_a_battery_below_its_limit_is_an_incident_and_is_marked_on_the_page() -> None:
    city = PlayedCity(City(name="Kota", sites=SITES))
    city.run(70)
    city.batteries["dinkes"] = (city.now, city.now + 1100.0)
    city.run(600)
    kinds = {one.kind: one for one in city.watch.incidents.open() if one.kind == "degraded"}
    excess = kinds["degraded"].excess
    assert excess is not None
    assert (excess.metric, excess.limit) == (MINUTES_LEFT, 900)
    assert excess.value < 900
    page = words(site_html("dinkes", city.state, city.watch.incidents, city.now))
    assert "battery time left 8 min of at least 15 min" in page
    (line,) = [one for one in InventoryLines().of(city.city) if MINUTES_LEFT in one.labels]
    assert (line.family, line.value) == ("pantau_limit", 900)


def test_without_a_limit_of_the_inventory_a_battery_is_no_degradation() -> None:
    free = {id: structs.replace(site, limits={}) for id, site in SITES.items()}
    city = PlayedCity(City(name="Kota", sites=free))
    city.run(70)
    city.batteries["dinkes"] = (city.now, city.now + 700.0)
    city.run(600)
    assert [one for one in city.watch.incidents.open() if one.kind == "degraded"] == []
