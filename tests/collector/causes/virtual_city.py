"""Random cities and their outages, with the true cause of each. The reports are as messy as in service."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from msgspec import structs

from collector.causes import CauseMemory, CauseName, Outage, Places, WeighedCause, cause_of
from collector.causes.groups import Group
from collector.city.taken import Taken
from collector.inventory.city import City, Link, Medium, Site
from tests.collector.causes.equipment import by_medium, equip
from tests.collector.causes.messiness import Messiness
from tests.collector.causes.virtual_site import VirtualSite

START = 1_780_000_000.0
BEFORE, AFTER = 150.0, 240.0
FIRST_NOTICE_SECONDS = 45.0


TRUTHS: dict[str, CauseName] = {
    "fibre to a site": "link",
    "radio to a site": "link",
    "trunk to a POP": "link",
    "line terminal": "link",
    "fibre in a power cut": "link",
    "provider": "provider",
    "power of a site": "power_site",
    "power of a POP": "power_site",
    "power of a feeder": "power_area",
    "router hangs": "router",
}


MEDIA: dict[str, Medium] = {"fibre to a site": "fiber", "radio to a site": "radio"}


class Judged(NamedTuple):
    """`first` is the cause at the time of the first notice, `last` that of the recovery."""

    scenario: str
    truth: str
    first: WeighedCause
    last: WeighedCause


class VirtualCity:
    def __init__(self, random: Random, mess: Messiness) -> None:
        self.random, self.mess = random, mess
        self.city = self._drawn()
        self.places = Places(self.city)
        self.sites = {id: self._site(id) for id in self.city.sites}
        for link in self.city.links.values():
            if link.to in self.sites and link.to != "noc":
                self.sites[link.from_].parent = self.sites[link.to]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def _drawn(self) -> City:
        draw, mess = self.random, self.mess
        providers = [f"isp-{number}" for number in range(draw.randint(*mess.providers))]
        feeders = [f"F-{number}" for number in range(draw.randint(*mess.feeders))]
        pops = [f"pop-{number}" for number in range(draw.randint(*mess.pops))]
        sites = {"noc": Site(role="noc", name="noc", district="kota")}
        links = {}
        for number, pop in enumerate(pops):
            sites[pop] = Site(
                role="pop",
                name=pop,
                district=f"d{number % 3}",
                subdistrict=f"k{number}",
                feeder=draw.choice(feeders),
            )
            links[f"l-{pop}"] = Link(from_=pop, to="noc", medium="fiber")
        for number in range(draw.randint(*mess.sites)):
            id, pop = f"site-{number}", draw.choice(pops)
            # feeders lie mostly, not wholly, in the area of one POP
            near = feeders[pops.index(pop) :: len(pops)] or feeders
            feeder = draw.choice(near if self.chance(0.8) else feeders)
            area = sites[pop].subdistrict if self.chance(0.8) else f"k{draw.randrange(8)}"
            sites[id] = Site(
                role="hotspot",
                name=id,
                district=sites[pop].district,
                subdistrict=area,
                feeder=feeder if self.chance(mess.has_feeder) else "",
            )
            medium: Medium = "fiber" if self.chance(0.7) else "radio"
            links[f"l-{id}"] = Link(from_=id, to=pop, medium=medium, provider=draw.choice(providers))
        return City(name="drawn", sites=sites, links=links)

    def _site(self, id: str) -> VirtualSite:
        draw, mess = self.random, self.mess
        ups = self.chance(mess.has_ups)
        return VirtualSite(
            id,
            runtime=draw.uniform(*mess.runtime),
            agent_ups=ups and self.chance(mess.agent_ups),
            router_ups=ups and self.chance(0.9),
            ont_ups=ups and self.chance(mess.ont_ups),
            polls_ups=ups and self.chance(mess.polls_ups),
            polls_router=self.chance(mess.polls_router),
            keeps_spool=self.chance(mess.keeps_spool),
            skew=draw.uniform(-mess.skew, mess.skew),
            estimate=draw.uniform(*mess.estimate),
            booted=START - draw.uniform(3600, 10 * 86400),
        )

    def strike(self, scenario: str) -> str | None:
        """Let it happen. Return the site whose outage is judged; None if this city has no such place."""
        since = START + self.random.uniform(0, 9)
        until = since + self.random.uniform(*self.mess.lasts)
        leaves = [id for id in self.sites if id.startswith("site")]
        pops = [id for id in self.sites if id.startswith("pop")]
        struck = by_medium(self.city, MEDIA[scenario]) if scenario in MEDIA else leaves
        root = self.random.choice(struck or leaves)
        match scenario:
            case "trunk to a POP":
                self._cut(root := self.random.choice(pops), since, until)
            case "line terminal":
                return self._strike_group("access", since, until)
            case "provider":
                return self._strike_group("provider", since, until)
            case "power of a site":
                self.sites[root].mains_off = (since, until)
            case "power of a POP":
                self.sites[root := self.random.choice(pops)].mains_off = (since, until)
            case "power of a feeder":
                return self._strike_feeder(since, until + 900)
            case "fibre in a power cut":
                self._strike_feeder(since - 300, until + 900)
                well = [
                    id for id in leaves if self.sites[id].reachable(since) and self.sites[id].reachable(until)
                ]
                if not well:
                    return None
                self._cut(root := self.random.choice(well), since, until)
            case "router hangs":
                self.sites[root].hangs = (since, until)
            case _:
                self._cut(root, since, until)
        return root

    def _cut(self, site: str, since: float, until: float) -> None:
        self.sites[site].cut = (since, until)
        if self.chance(self.mess.switched_off) and until - since > 200:
            self.sites[site].switched = self.random.uniform(since + 60, until - 70)

    def _strike_group(self, sort: str, since: float, until: float) -> str | None:
        groups = [
            group
            for group in sorted(self.places.members)
            if group.sort == sort and len(self._leaves(group)) >= 3
        ]
        groups = [group for group in groups if sort != "access" or "fiber" in group.name]
        if not groups:
            return None
        members = self._leaves(self.random.choice(groups))
        struck = [site for site in members if not self.chance(self.mess.spared / 2)] or members[:1]
        for site in struck:
            self._cut(site, since + self.random.uniform(0, 3), until + self.random.uniform(0, 20))
        return self.random.choice(struck)

    def _leaves(self, group: Group) -> list[str]:
        return sorted(site for site in self.places.members[group] if site.startswith("site"))

    def _strike_feeder(self, since: float, until: float) -> str | None:
        feeders = [
            group for group in self.places.members if group.sort == "feeder" and len(self._leaves(group)) >= 3
        ]
        if not feeders:
            return None
        feeder = self.random.choice(sorted(feeders))
        struck = [site for site in self._leaves(feeder) if not self.chance(self.mess.spared)]
        for site in struck:
            self.sites[site].mains_off = (
                since + self.random.uniform(0, 1),
                until + self.random.uniform(0, 5),
            )
        lost = [site for site in struck if self.sites[site].outage(since - 5, until + 120)]
        return self.random.choice(lost) if lost else None

    def outages(self) -> list[tuple[float, Outage]]:
        """All outages, each with the time at which it is found."""
        found = []
        for id, site in self.sites.items():
            if site.mains_off == site.cut == site.hangs or id == "noc":
                continue
            if site.parent is not None and site.parent.outage(START - 400, START + 9000):
                continue
            if span := site.outage(START - 400, START + 9000):
                jitter = self.random.uniform(0, self.mess.found_late) * self.chance(0.3)
                affected = frozenset({id, *self.places.children[id]})
                began = span[0] + jitter
                ended = max(began + 1, span[1] + self.random.uniform(0, 5))
                found.append(
                    (
                        began,
                        Outage(kind="site_down", root=id, began_at=began, ended_at=ended, affected=affected),
                    )
                )
        return found

    def unrelated(self, root: str) -> None:
        """Other things happen at the same time."""
        for id in self.sites:
            if id != root and id.startswith("site") and self.chance(self.mess.others / 10):
                since = START + self.random.uniform(-300, 300)
                if self.sites[id].mains_off == self.sites[id].cut:
                    self.sites[id].cut = (since, since + self.random.uniform(60, 600))


def judged(scenario: str, seed: int, mess: Messiness) -> Judged | None:
    """One outage: judged once for the first notice, and once when all that is late has come in."""
    city = VirtualCity(Random(f"{scenario} {seed}"), mess)
    root = city.strike(scenario)
    if root is None:
        return None
    city.unrelated(root)
    equip(city.sites, city.city, mess, scenario, Random(f"{scenario} {seed} devices"))
    found = city.outages()
    mine = next((outage for _, outage in found if outage.root == root), None)
    if mine is None or mine.ended_at is None:
        return None
    notice_at = mine.began_at + FIRST_NOTICE_SECONDS
    memory = CauseMemory(city.places)
    reports = sorted(_reports(city, mine), key=lambda taken: taken.received)
    early = [taken for taken in reports if taken.received <= notice_at]
    for taken in early:
        memory.take(taken)
    others = [so_far_of(outage, notice_at) for at, outage in found if at <= notice_at]
    first = cause_of(so_far_of(mine, notice_at), others, city.places, memory, notice_at)
    for taken in reports[len(early) :]:
        memory.take(taken)
    now = mine.ended_at + AFTER
    last = cause_of(mine, [outage for at, outage in found if at <= now], city.places, memory, now)
    return Judged(scenario, TRUTHS[scenario], first, last)


def so_far_of(outage: Outage, now: float) -> Outage:
    """The outage as it looks at that time."""
    over = outage.ended_at is not None and outage.ended_at <= now
    return outage if over else structs.replace(outage, ended_at=None)


def _reports(city: VirtualCity, mine: Outage) -> Iterator[Taken]:
    """The reports that matter: of the site, its feeder, its children, its POP; a last one of others."""
    feeder = city.places.group(mine.root, "feeder")
    near = {mine.root, *city.places.children[mine.root][:4]}
    near |= {id for id in city.places.members[feeder] if city.sites[id].polls_ups} if feeder else set()
    parent = city.sites[mine.root].parent
    near |= {parent.id} if parent else set()
    began_at = min(mine.began_at, city.sites[mine.root].mains_off[0])
    since, until = began_at - BEFORE, (mine.ended_at or 0.0) + AFTER
    named = city.chance(city.mess.names_ports)
    for id in sorted(city.sites):
        ports = [city.sites[mine.root]] if named and parent is not None and id == parent.id else []
        begin = since if id in near else max(since, mine.began_at - 20)
        end = until if id in near else mine.began_at + FIRST_NOTICE_SECONDS
        yield from city.sites[id].reports(begin, end, city.random, ports)
