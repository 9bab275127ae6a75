"""One town of a few sites, struck by hand: the cause at any time, by the reports of before it."""

from itertools import chain
from random import Random

from msgspec import structs

from collector.causes import CauseMemory, Outage, Places, WeighedCause, cause_of
from collector.city.taken import Taken
from collector.inventory.city import City, Link, Medium, Site
from tests.collector.causes.virtual_site import VirtualSite

START = 1_780_000_000.0


def town(sites: int = 8, feeder: int = 4, medium: Medium = "fiber") -> City:
    """`feeder` of the sites are on the feeder KP-12, and they hang on two POPs by links of that medium."""
    rows = {"noc": Site(role="noc", name="noc")}
    rows |= {pop: Site(role="pop", name=pop, feeder="KP-1") for pop in ("pop-0", "pop-1")}
    links = {pop: Link(from_=pop, to="noc") for pop in ("pop-0", "pop-1")}
    for number in range(sites):
        id = f"site-{number}"
        rows[id] = Site(role="hotspot", name=id, feeder="KP-12" if number < feeder else "KP-9")
        links[f"l-{id}"] = Link(from_=id, to=f"pop-{number % 2}", medium=medium, provider=f"isp-{number % 3}")
    return City(name="drawn", sites=rows, links=links)


class CauseStory:
    """`at` takes in all that came by that time, in seconds from the start, and judges the site's outage."""

    def __init__(self, city: City | None = None) -> None:
        city = city or town()
        self.places = Places(city)
        self.memory = CauseMemory(self.places)
        self.sites = {id: VirtualSite(id, booted=START - 86400) for id in city.sites}
        for link in city.links.values():
            if link.to in self.sites and link.to != "noc":
                self.sites[link.from_].parent = self.sites[link.to]
        self._reports: list[Taken] | None = None

    def cut(self, site: str, since: float, until: float) -> None:
        self.sites[site].cut = (START + since, START + until)

    def dark(self, site: str, since: float, until: float) -> None:
        self.sites[site].mains_off = (START + since, START + until)

    def ups(self, site: str, runtime: float, ont: bool = True, polled: bool = True) -> None:
        one = self.sites[site]
        one.runtime, one.agent_ups, one.router_ups, one.ont_ups, one.polls_ups = (
            runtime,
            True,
            True,
            ont,
            polled,
        )

    def at(self, seconds: float, site: str = "site-0") -> WeighedCause:
        now = START + seconds
        for taken in [taken for taken in self._to_come() if taken.received <= now]:
            self.memory.take(taken)
            self._to_come().remove(taken)
        found = self.known_at(now)
        mine = next(outage for outage in found if outage.root == site)
        return cause_of(mine, found, self.places, self.memory, now)

    def known_at(self, now: float) -> list[Outage]:
        return [outage for id in self.sites if (outage := self._outage(id, now))]

    def open_at(self, now: float) -> list[Outage]:
        return [outage for outage in self.known_at(now) if outage.ended_at is None]

    def _to_come(self) -> list[Taken]:
        if self._reports is None:
            random = Random(1)
            each = (site.reports(START - 200, START + 6000, random, []) for site in self.sites.values())
            self._reports = sorted(chain.from_iterable(each), key=lambda taken: taken.received)
        return self._reports

    def _outage(self, id: str, now: float) -> Outage | None:
        site = self.sites[id]
        span = site.outage(START - 200, START + 6000)
        if span is None or span[0] > now or (site.parent and site.parent.outage(START - 200, START + 6000)):
            return None
        affected = frozenset({id, *self.places.children[id]})
        outage = Outage(kind="site_down", root=id, began_at=span[0], ended_at=span[1], affected=affected)
        return outage if span[1] <= now else structs.replace(outage, ended_at=None)
