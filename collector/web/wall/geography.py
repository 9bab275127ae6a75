"""The schematic map of the wallboard: places from coordinates, ways as lines, signs for sites. Pure."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.incidents import State
from collector.inventory import City
from collector.web.wall.districts import SIGNS, sign

SIZE = 1000
"""The longer side of the map, in its own units; a sign is about 20 of them high."""
MARGIN = 60
SPREAD = 17.0
"""Sites with the same coordinates, as those of a centroid, stand so far apart."""
ONE_PLACE_DEGREES = 1e-7
"""A centimetre: what is not further apart is one place."""
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
LABELS = 9
LABEL_HEIGHT = 42
CHARACTER_WIDTH = 19
LABEL_CHARACTERS = 24


class Point(NamedTuple):
    x: float
    y: float


class Geography(NamedTuple):
    """The places of one inventory. `ways` are the pairs of placed sites that a link joins, the lower one
    first. `unplaced` counts the sites without coordinates.
    """

    width: int
    height: int
    points: Mapping[str, Point]
    ways: Sequence[tuple[str, str]]
    unplaced: int


class Mark(NamedTuple):
    """A site in trouble. `label` is "" where there is no room; its text has `anchor` and `label_x`."""

    sign: str
    x: int
    y: int
    label: str
    anchor: str
    label_x: int


class CityMap(NamedTuple):
    """`dots` are the sites that are up, `lines` and `cut` the ways, each as the path of an SVG."""

    width: int
    height: int
    dots: str
    lines: str
    cut: str
    marks: Sequence[Mark]
    unplaced: int


def geography(city: City) -> Geography:
    """An equirectangular projection, true at the middle latitude of the city."""
    placed = {
        id: (site.latitude, site.longitude)
        for id, site in city.sites.items()
        if site.latitude is not None and site.longitude is not None
    }
    width, height, points = _projected(placed)
    ways = [
        (link.from_, link.to) for link in city.links.values() if link.from_ in points and link.to in points
    ]
    return Geography(width, height, points, ways, len(city.sites) - len(points))


def drawn(
    places: Geography, city: City, states: Mapping[str, State], noted: Collection[str], blind: bool
) -> CityMap:
    """The map now. A `blind` collector knows of no site that is up: all are unknown."""
    signs = {
        site: "unknown" if blind else sign(site, states.get(site, "unknown"), noted) for site in places.points
    }
    troubled = sorted(
        (site for site, its in signs.items() if its != "up" and not blind),
        key=lambda site: (SIGNS.index(signs[site]), city.sites[site].priority, site),
    )
    others = places.points.keys() - set(troubled)
    cut = {way for way in places.ways if "down" in (signs[way[0]], signs[way[1]])}
    return CityMap(
        places.width,
        places.height,
        dots=_path((places.points[site], places.points[site]) for site in places.points if site in others),
        lines=_path((places.points[a], places.points[b]) for a, b in places.ways if (a, b) not in cut),
        cut=_path((places.points[a], places.points[b]) for a, b in places.ways if (a, b) in cut),
        marks=list(_marks(troubled, signs, places, city)),
        unplaced=places.unplaced,
    )


def _projected(placed: Mapping[str, tuple[float, float]]) -> tuple[int, int, dict[str, Point]]:
    if not placed:
        return SIZE, SIZE, {}
    latitudes, longitudes = zip(*placed.values(), strict=True)
    south, north, west = min(latitudes), max(latitudes), min(longitudes)
    narrowing = math.cos(math.radians((south + north) / 2))
    high, wide = north - south, (max(longitudes) - west) * narrowing
    widest = max(high, wide)
    scale = (SIZE - 2 * MARGIN) / (widest if widest > ONE_PLACE_DEGREES else 1.0)
    points, taken = dict[str, Point](), dict[tuple[float, float], int]()
    for id, (latitude, longitude) in placed.items():
        nth = taken[latitude, longitude] = taken.get((latitude, longitude), -1) + 1
        aside, turn = SPREAD * math.sqrt(nth), GOLDEN_ANGLE * nth
        x = MARGIN + (longitude - west) * narrowing * scale + aside * math.cos(turn)
        y = MARGIN + (north - latitude) * scale + aside * math.sin(turn)
        points[id] = Point(round(x, 1), round(y, 1))
    return _fitted(points)


def _fitted(points: Mapping[str, Point]) -> tuple[int, int, dict[str, Point]]:
    """Moved so that none, not even one set aside, is nearer to an edge than the margin."""
    left, top = min(one.x for one in points.values()), min(one.y for one in points.values())
    moved = {id: Point(one.x - left + MARGIN, one.y - top + MARGIN) for id, one in points.items()}
    width, height = (max(side) + MARGIN for side in zip(*moved.values(), strict=True))
    return math.ceil(width), math.ceil(height), moved


def _path(lines: Iterator[tuple[Point, Point]]) -> str:
    """A line from a point to itself is a dot, drawn by its round ends."""
    return "".join(f"M{a.x:g} {a.y:g}L{b.x:g} {b.y:g}" for a, b in lines)


def _marks(
    troubled: Sequence[str], signs: Mapping[str, str], places: Geography, city: City
) -> Iterator[Mark]:
    """The gravest get a label first. A label that would lie on another one is left out."""
    taken: list[tuple[float, float, float]] = []
    for site in troubled:
        x, y = places.points[site]
        name = city.sites[site].name
        text = name if len(name) <= LABEL_CHARACTERS else f"{name[: LABEL_CHARACTERS - 1].rstrip()}…"
        length = CHARACTER_WIDTH * len(text)
        to_left = x + length > places.width
        span = (x - length, x, y) if to_left else (x, x + length, y)
        free = len(taken) < LABELS and not any(_overlap(span, other) for other in taken)
        if free:
            taken.append(span)
        anchor, label_x = ("end", x - 22) if to_left else ("start", x + 22)
        yield Mark(signs[site], round(x), round(y), text if free else "", anchor, round(label_x))


def _overlap(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    apart = one[1] < other[0] or other[1] < one[0]
    return not apart and abs(one[2] - other[2]) < LABEL_HEIGHT
