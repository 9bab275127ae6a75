"""The districts of the wallboard: a sign for each site, and the names of those in trouble. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from collector.incidents import State
from collector.inventory import City

NAMED_AT_MOST = 8
"""So many names fit on the whole wall; the signs of the others stand for themselves."""
NAMED_IN_A_DISTRICT = 3
BLOCKS_SHOWN = 7
SIGNS: tuple[str, ...] = ("down", "unknown", "noted", "up")
"""Trouble first."""


class NamedSite(NamedTuple):
    sign: str
    name: str


class Block(NamedTuple):
    """A district, or at the end all further ones: then `districts` is their number.

    `signs` has, trouble first, each sign and how many sites show it. `others` in trouble are not `named`.
    """

    name: str
    districts: int
    up: int
    all: int
    signs: Sequence[tuple[str, int]]
    named: Sequence[NamedSite]
    others: int


def blocks(city: City, states: Mapping[str, State], noted: Collection[str], names: int) -> list[Block]:
    """The districts with most trouble come first. At most so many `names` are shown."""
    found: dict[str, list[tuple[str, str]]] = {}
    for site, state in states.items():
        found.setdefault(city.sites[site].district, []).append((sign(site, state, noted), site))
    worst_first = sorted(found.items(), key=lambda item: (*_counts(item[1])[:3], bool(item[0])), reverse=True)
    made, room = [], names
    shown, rest = worst_first[:BLOCKS_SHOWN], worst_first[BLOCKS_SHOWN:]
    for name, sites in shown:
        made.append(_block(name, sites, city, min(room, NAMED_IN_A_DISTRICT)))
        room -= len(made[-1].named)
    if len(rest) == 1:
        made.append(_block(rest[0][0], rest[0][1], city, 0))
    elif rest:
        made.append(_block("", [site for _, sites in rest for site in sites], city, 0, len(rest)))
    return made


def sign(site: str, state: State, noted: Collection[str]) -> str:
    """The state, or "noted" for a site that is up and has an open incident."""
    return "noted" if state == "up" and site in noted else state


def _block(name: str, sites: Sequence[tuple[str, str]], city: City, room: int, districts: int = 1) -> Block:
    counts = _counts(sites)
    troubled = sorted(
        (SIGNS.index(sign), city.sites[site].priority, site) for sign, site in sites if sign != "up"
    )
    named = [NamedSite(SIGNS[at], city.sites[site].name) for at, _, site in troubled[:room]]
    signs = [(sign, n) for sign, n in zip(SIGNS, counts, strict=True) if n]
    return Block(name, districts, counts[3], len(sites), signs, named, len(troubled) - len(named))


def _counts(sites: Iterable[tuple[str, str]]) -> tuple[int, ...]:
    signs = [sign for sign, _ in sites]
    return tuple(signs.count(sign) for sign in SIGNS)
