"""The wallboard of large cities, a tenth of whose POPs are cut: CPU for a board, which all walls share."""

from zoneinfo import ZoneInfo

from msgspec import structs

from collector.city.state import State
from collector.inventory.city import City, Link, Site
from collector.web.pages import TEMPLATES
from collector.web.wall.content import wall
from collector.web.wall.geography import geography
from collector.web.words import Speaker
from tests.bench.exposition import best
from tests.bench.incidents import BusyCity
from tests.fakes.city import PONTIANAK

DISTRICTS = 12


def run() -> list[tuple[str, str]]:
    return [(f"wall of {sites} sites", _measured(sites, sites // 100)) for sites in (1000, 5000)]


def _measured(sites: int, pops: int) -> str:
    busy = BusyCity(sites, pops)
    for number in range(pops // 10):
        busy.cut_pop(f"pop-{number}")
    busy.interval()
    city = _city(busy)
    state, places = State(city, {}), geography(city)
    say = Speaker("en", ZoneInfo(city.timezone), busy.now)
    template = TEMPLATES.get_template("wall_board.html")

    def board() -> str:
        seen = wall(city, state, busy.incidents, places, say)
        return template.render(say=say, city=city.name, wall=seen, simulation=False)

    seconds, html = best(board)
    once, _ = best(lambda: geography(city))
    out = f"{len(busy.lost)} out, {len(html) / 1e3:.0f} kB"
    return f"{seconds * 1e3:.1f} ms of CPU, {out}; its map, once for an inventory, {once * 1e3:.1f} ms"


def _city(busy: BusyCity) -> City:
    """Each site on a place of its own, on a grid of about 20 km."""
    sites = {
        id: Site(
            role="noc" if id == "noc" else "hotspot",
            name=f"Hotspot {id}",
            district=f"District {n % DISTRICTS}",
            users=20,
            latitude=n % 71 * 0.002,
            longitude=109.3 + n // 71 * 0.002,
        )
        for n, id in enumerate(busy.uplinks)
    }
    links = {id: Link(from_=id, to=above) for id, its in busy.uplinks.items() for above in its}
    return structs.replace(PONTIANAK, sites=sites, links=links, applications={})
