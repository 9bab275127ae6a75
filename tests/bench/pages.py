"""CPU time to make the pages of a city of 278 and of 5,000 sites, on a calm day and in a storm.

A reader who finds them all fresh is the dearest: nothing is kept from one page to the next but what follows
from the inventory alone.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from collector.changes import Changes
from collector.database.store import Store
from collector.incidents.listed import ListPlace
from collector.inventory import City, Link, Site
from collector.inventory.city import Application, Provider
from collector.inventory.internet import Internet
from collector.web.lists.agent_entry import AgentsSeen
from collector.web.lists.agents import agent_list
from collector.web.lists.applications import application_list
from collector.web.lists.incidents import asked_incidents, fits, incident_list
from collector.web.lists.links import link_list
from collector.web.lists.ways import Ways
from collector.web.pages import render
from collector.web.site import Sight, recent_incidents, site_page
from collector.web.words import Speaker
from tests.collector.web.looking import status_html
from tests.fakes.incidents import incident, over
from tests.fakes.played_city import PlayedCity

ROUNDS = 15
SIZES = (278, 5000)
DISTRICTS = 12
PAST = 100_000
AT_ONCE = 5000


def run() -> Iterator[tuple[str, str]]:
    for size in SIZES:
        city = PlayedCity(_city(size))
        city.run(40, round_seconds=20)
        yield from _pages(city, f"{size:,} sites, calm")
        pops = [site for site in city.city.sites if site.startswith("pop-")]
        city.cut |= set(pops[: len(pops) // 5])
        city.run(100, round_seconds=20)
        down = sum(city.watch.incidents.site_state(site) == "down" for site in city.city.sites)
        yield from _pages(city, f"{size:,} sites, {down:,} down")
    yield from _incidents()


def _city(size: int) -> City:
    pops = max(5, size // 100)
    sites = {"noc": Site(role="noc", name="NOC", router="10.0.0.1", district="District 0")}
    links = {"noc-way": Link(from_="noc", to="internet", provider="isp-0")}
    for number in range(size - 1):
        pop = number < pops
        id = f"pop-{number}" if pop else f"site-{number}"
        sites[id] = Site(
            role="pop" if pop else "hotspot",
            name=f"{'POP' if pop else 'Kantor Lurah'} {number}",
            district=f"District {number % DISTRICTS}",
            router=f"10.{1 + number // 250}.{number % 250}.1",
            users=20,
        )
        above = "noc" if pop else f"pop-{number % pops}"
        links[f"{id}-way"] = Link(from_=id, to=above, provider=f"isp-{number % 3}", contract=f"K-{number}")
    return City(
        name="Kota",
        sites=sites,
        links=links,
        internet=Internet(national=["192.0.2.1"]),
        providers={f"isp-{number}": Provider(name=f"ISP {number}") for number in range(3)},
        applications={
            f"app-{number}": Application(
                name=f"Aplikasi {number}", url=f"https://app-{number}.example/", probed_from=["noc", "pop"]
            )
            for number in range(10)
        },
    )


def _pages(city: PlayedCity, of: str) -> Iterator[tuple[str, str]]:
    state, incidents, ways = city.state, city.watch.incidents, Ways(city.city)
    say = Speaker("en", ZoneInfo(city.city.timezone), city.now)
    today = city.traffic.today(city.now)

    def listed(name: str, content: Callable[[], Any]) -> Callable[[], bytes]:
        about = {"city": "Kota", "version": "0", "lang": "", "heading": name}
        return lambda: render(f"lists/{name}.html", say, **about, seen=content())

    yield of, ""
    yield _row("status page", lambda: status_html(city).encode())
    yield _row("agents", listed("agents", lambda: agent_list(AgentsSeen(state, today, {}, ()), {}, say)))
    yield _row("links", listed("links", lambda: link_list(ways, state, incidents, city.latency, {}, say)))
    for name, site in (("page of the NOC", "noc"), ("of a POP", "pop-0"), ("of a leaf", "site-100")):
        yield _row(name, partial(_site_page, site, city, ways, say))
    yield _row("applications", listed("applications", lambda: application_list(state, incidents, {}, say)))


def _site_page(site: str, city: PlayedCity, ways: Ways, say: Speaker) -> bytes:
    sight = Sight(city.state, city.watch.incidents, ways, city.past, city.latency)
    recent = recent_incidents(site, city.watch.incidents.saved(), [], city.city, say)
    about = {"city": "Kota", "version": "0", "lang": ""}
    return render("site.html", say, **about, site=site_page(site, sight, say), recent=recent)


def _row(name: str, make: Callable[[], bytes]) -> tuple[str, str]:
    seconds, html = _best(make)
    return name, f"{seconds * 1e3:.1f} ms of CPU, {len(html) / 1e3:.0f} kB"


def _incidents() -> Iterator[tuple[str, str]]:
    city = _city(SIZES[0])
    say = Speaker("en", ZoneInfo(city.timezone), 1.79e9)
    with TemporaryDirectory() as folder, closing(Store(f"sqlite:///{Path(folder) / 'store'}")) as store:
        one = over(incident(root="site-77"))
        for first in range(0, PAST, AT_ONCE):
            some = {
                f"i{number}": replace(one, id=f"i{number}", began_at=1.79e9 - 600 * number)
                for number in range(first, first + AT_ONCE)
            }
            store.commit(Changes(incidents=some))

        def page(after: ListPlace | None, **params: str) -> Callable[[], bytes]:
            def make() -> bytes:
                asked = asked_incidents(params, city)._replace(after=after)
                found = store.listed_incidents(
                    asked.wanted, lambda incident: fits(incident, asked, city, say), asked.after, 50
                )
                about = {"city": "Kota", "version": "0", "lang": ""}
                seen = incident_list(found, params, city, say)
                return render("lists/incidents.html", say, **about, seen=seen)

            return make

        middle = ListPlace(False, 1.79e9 - 600 * PAST / 2, "x")
        yield f"{PAST:,} past incidents", ""
        yield _row("first page", page(None))
        yield _row("a page in the middle", page(middle))
        yield _row("of a kind that there is not", page(None, kind="power_cut"))
        yield _row("a text that none has", page(None, q="nowhere"))


def _best(make: Callable[[], bytes]) -> tuple[float, bytes]:
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        html = make()
        spent.append(time.process_time() - started)
    return min(spent), html


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:30} {value}", flush=True)
