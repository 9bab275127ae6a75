"""The site as the inventory has it. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.inventory import City, Site
from collector.web.words import Speaker


class SiteFact(NamedTuple):
    """`label` is a key of the words; `href` is "" where there is nothing to open."""

    label: str
    text: str
    href: str = ""


def site_facts(site: str, city: City, say: Speaker) -> list[SiteFact]:
    return [fact for fact in _facts(city.sites[site], say) if fact.text]


def _facts(place: Site, say: Speaker) -> Iterator[SiteFact]:
    yield SiteFact("role", say(f"role_{place.role}"))
    yield SiteFact("place", ", ".join(filter(None, (place.subdistrict, place.district))))
    yield SiteFact("router", place.router)
    yield SiteFact("feeder", place.feeder)
    yield SiteFact("coordinates", _coordinates(place, say), _geo(place))
    yield SiteFact("contact", place.contact)
    yield SiteFact("users_label", str(place.users) if place.users else "")
    yield SiteFact("note", place.note)


def _geo(place: Site) -> str:
    """The URI of the place (RFC 5870)."""
    known = place.latitude is not None and place.longitude is not None
    return f"geo:{place.latitude},{place.longitude}" if known else ""


def _coordinates(place: Site, say: Speaker) -> str:
    if place.latitude is None or place.longitude is None:
        return ""
    where = f"{place.latitude:.5f}, {place.longitude:.5f}"
    quality = place.coordinate_quality
    return f"{where} ({say(f'coordinates_{quality}')})" if quality else where
