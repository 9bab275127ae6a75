"""The lines of `/metrics/city` that change with the inventory alone. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.inventory import City, Link, Site, Topology, watching
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
            self._city, self._lines = city, [*_limits(city), *_places(city), *_links(city)]
        return self._lines


def _limits(city: City) -> Iterator[InventoryLine]:
    topology = Topology(city.sites, city.links)
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


def _links(city: City) -> Iterator[InventoryLine]:
    for id, link in city.links.items():
        ends = {"link": id, "from": link.from_, "to": link.to}
        contract = {"provider": link.provider, "medium": link.medium, "contract": link.contract}
        yield InventoryLine("pantau_link_info", labels(**ends, **contract), 1)
        yield from _agreed(id, link)


def _agreed(id: str, link: Link) -> Iterator[InventoryLine]:
    """The capacity and the availability that the provider promises."""
    for direction, mbps in (("down", link.down_mbps), ("up", link.up_mbps)):
        if mbps is not None:
            names = labels(link=id, direction=direction)
            yield InventoryLine("pantau_link_bandwidth_bytes_per_second", names, mbps * BYTES_PER_MEGABIT)
    if link.sla_percent is not None:
        names = labels(link=id, site=link.from_, provider=link.provider)
        yield InventoryLine("pantau_link_sla_ratio", names, link.sla_percent / 100)
