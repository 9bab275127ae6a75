"""The lines of `/metrics/city` that change with the inventory alone. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.inventory import City, Link, Site, Topology, watching
from collector.inventory.crossing import crossings
from collector.prometheus.labels import labels

BYTES_PER_MEGABIT = 1e6 / 8


class InventoryLine(NamedTuple):
    family: str
    labels: str
    value: float


class InventoryLines:
    """They are made anew when there is another inventory."""

    def __init__(self) -> None:
        self._city: City | None = None
        self._lines: list[InventoryLine] = []

    def of(self, city: City) -> list[InventoryLine]:
        if city is not self._city:
            self._city, self._lines = city, list(_lines(city))
        return self._lines


def _lines(city: City) -> Iterator[InventoryLine]:
    topology = Topology(city.sites, city.links)
    yield from _pages(city)
    yield from _limits(city, topology)
    yield from _places(city)
    yield from _devices(city)
    yield from _links(city, topology)
    yield from _pings(city, topology)
    yield from _services(city)


def _pages(city: City) -> Iterator[InventoryLine]:
    if city.page_url:
        names = labels(city=city.name, pages=city.page_url.rstrip("/"))
        yield InventoryLine("pantau_city_info", names, 1)


def _limits(city: City, topology: Topology) -> Iterator[InventoryLine]:
    for id, site in city.sites.items():
        for name, limit in watching(city, topology, id).limits.items():
            names = labels(site=id, district=site.district, metric=name)
            yield InventoryLine("pantau_limit", names, limit)


def _places(city: City) -> Iterator[InventoryLine]:
    for id, site in city.sites.items():
        yield from _place(id, site)


def _place(id: str, site: Site) -> Iterator[InventoryLine]:
    if site.latitude is None or site.longitude is None:
        return
    names = labels(site=id, district=site.district, quality=site.coordinate_quality or "")
    yield InventoryLine("pantau_site_latitude_degrees", names, site.latitude)
    yield InventoryLine("pantau_site_longitude_degrees", names, site.longitude)


def _devices(city: City) -> Iterator[InventoryLine]:
    """Those that an agent polls."""
    for id, site in city.sites.items():
        for name, device in site.devices.items():
            if device.snmp:
                names = labels(site=id, district=site.district, device=name, sort=device.snmp)
                yield InventoryLine("pantau_device_info", names, 1)


def _links(city: City, topology: Topology) -> Iterator[InventoryLine]:
    for id, link in city.links.items():
        ends = {"link": id, "from": link.from_, "to": link.to, "use": _use(id, link, topology)}
        contract = {"provider": link.provider, "medium": link.medium, "contract": link.contract}
        yield InventoryLine("pantau_link_info", labels(**ends, **contract), 1)
        yield from _agreed(id, link)


def _use(id: str, link: Link, topology: Topology) -> str:
    if link.backup:
        return "backup"
    ups = topology.uplinks.get(link.from_)
    return "main" if ups and ups[0].id == id else "further"


def _pings(city: City, topology: Topology) -> Iterator[InventoryLine]:
    for id, pings in crossings(city, topology).items():
        for agent, target in pings:
            names = labels(link=id, site=agent, target=target)
            yield InventoryLine("pantau_link_ping_info", names, 1)


def _services(city: City) -> Iterator[InventoryLine]:
    for id, application in city.applications.items():
        names = labels(application=id, name=application.name, owner=application.owner)
        yield InventoryLine("pantau_application_info", names, 1)
    for id, provider in city.providers.items():
        yield InventoryLine("pantau_provider_info", labels(provider=id, name=provider.name), 1)


def _agreed(id: str, link: Link) -> Iterator[InventoryLine]:
    """The capacity and the availability that the provider promises."""
    for direction, mbps in (("down", link.down_mbps), ("up", link.up_mbps)):
        if mbps is not None:
            names = labels(link=id, direction=direction)
            yield InventoryLine("pantau_link_bandwidth_bytes_per_second", names, mbps * BYTES_PER_MEGABIT)
    if link.sla_percent is not None:
        names = labels(link=id, site=link.from_, provider=link.provider)
        yield InventoryLine("pantau_link_sla_ratio", names, link.sla_percent / 100)
