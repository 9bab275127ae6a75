"""The content of the wallboard: sentence, numbers, incidents, districts, map, age of the data. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.city.state import State as Measured
from collector.incidents import Incident, Incidents, State
from collector.inventory import City
from collector.notices.title import name_of
from collector.web.sentence import Sentence, sentence
from collector.web.status import affected_words, gravest_first, kind_words
from collector.web.unmeasured import unmeasured
from collector.web.wall.districts import NAMED_AT_MOST, Block, blocks
from collector.web.wall.geography import CityMap, Geography, drawn
from collector.web.words import Speaker

OLD_SECONDS = 120
"""Data of this age shows no present: the wall turns grey and says so."""
LENGTHS = (("short", 110), ("long", 170), ("longer", 260))
"""A sentence of so many characters fits in that size."""
AGE_STEP_SECONDS = 10
"""The steps of the age classes in wall.css."""
INCIDENTS_SHOWN = 6
SIZES = (("large", 150), ("medium", 450), ("small", 1600))
"""The tiles of so many sites fit; of more, the wall has the counts of each district."""
NOTED = ("degraded", "flapping", "on_backup", "path_lost", "target_down", "agent_silent", "application_down")
"""Kinds whose sites have a sign of their own, although they are up."""


class Figure(NamedTuple):
    """One of the four numbers. `state` names its colour and symbol; "" where the number is no trouble."""

    number: str
    words: str
    state: str


class WallLine(NamedTuple):
    """An open incident. `who` is the person who has it in hand, or that nobody has."""

    severity: str
    name: str
    what: str
    since: str
    affected: str
    who: str
    waiting: bool


class Wall(NamedTuple):
    """`age` is a text, `age_class` the class of wall.css with the time until the data is old. `length` is the
    class of a sentence of this length, `old` the words about old data.
    """

    sentence: Sentence
    length: str
    blind: bool
    figures: Sequence[Figure]
    lines: Sequence[WallLine]
    left_out: int
    blocks: Sequence[Block]
    size: str
    map: CityMap
    age: str
    age_class: str
    old: str


def wall(city: City, measured: Measured, incidents: Incidents, places: Geography, say: Speaker) -> Wall:
    """`places` are the city's, made once for each inventory."""
    opened = sorted(incidents.open(), key=gravest_first)
    states = incidents.site_states()
    noted = {
        site for incident in opened if incident.kind in NOTED for site in incident.affected_now
    } & states.keys()
    unseen = unmeasured(measured, say.now)
    age = data_age_seconds(measured, say.now)
    said = sentence(city, states, opened, incidents.blind, unseen, say)
    return Wall(
        sentence=said,
        length=next((length for length, most in LENGTHS if len(said.text) <= most), "longest"),
        blind=incidents.blind,
        figures=list(_figures(city, states, opened, incidents.blind, say)),
        lines=[_line(incident, city, say) for incident in opened[:INCIDENTS_SHOWN]],
        left_out=max(0, len(opened) - INCIDENTS_SHOWN),
        blocks=blocks(city, states, noted, 0 if incidents.blind else NAMED_AT_MOST),
        size=_size(len(states)),
        map=drawn(places, city, states, noted, incidents.blind),
        age=say("wall_no_data") if age is None else say("wall_age", age=say.duration(age)),
        age_class=age_class(age),
        old=say("wall_old", at=say.clock(say.now - (age or 0), seconds=True)),
    )


def data_age_seconds(measured: Measured, now: float) -> float | None:
    """The age of the newest measurement of any agent; None before the first."""
    newest = max((agent.measured for agent in measured.agents.values()), default=0.0)
    return max(0.0, now - newest) if newest else None


def age_class(age_seconds: float | None) -> str:
    if age_seconds is None or age_seconds >= OLD_SECONDS:
        return "old"
    return f"a{int(age_seconds) // AGE_STEP_SECONDS * AGE_STEP_SECONDS}"


def _size(sites: int) -> str:
    """How large a site's tile may be."""
    return next((size for size, most in SIZES if sites <= most), "counts")


def _figures(
    city: City, states: Mapping[str, State], opened: Sequence[Incident], blind: bool, say: Speaker
) -> Iterator[Figure]:
    """Up of all shows the whole, down and its users the harm, incidents in nobody's hand the work to do.

    A `blind` collector knows none of the first three.
    """
    found = list(states.values())
    up, down, unknown = (found.count(state) for state in ("up", "down", "unknown"))
    waiting = sum(_waits(incident) for incident in opened)
    if blind:
        yield Figure("–", say("wall_up", all=len(found)), "unknown")
        yield Figure("–", say("wall_down", n=2), "unknown")
        yield Figure("–", say("wall_users", n=2), "unknown")
        yield Figure(str(waiting), say("wall_waiting", n=waiting), "warning" if waiting else "")
        return
    words = say("wall_up_unknown", all=len(found), n=unknown) if unknown else say("wall_up", all=len(found))
    yield Figure(str(up), words, "unknown" if unknown or not found else "" if down else "up")
    yield Figure(str(down), say("wall_down", n=down), "down" if down else "")
    users = sum(city.sites[site].users for site, state in states.items() if state == "down")
    yield Figure(str(users), say("wall_users", n=users), "down" if users else "")
    yield Figure(str(waiting), say("wall_waiting", n=waiting), "warning" if waiting else "")


def _waits(incident: Incident) -> bool:
    """A person should take it in hand, and nobody has."""
    excused = incident.planned or incident.part_of or incident.in_hand or incident.severity == "info"
    return not excused


def _line(incident: Incident, city: City, say: Speaker) -> WallLine:
    seconds = say.now - incident.began_at
    lasted = say.duration(seconds if seconds < 60 else seconds // 60 * 60)
    return WallLine(
        severity=incident.severity,
        name=name_of(incident, city, say.language),
        what=say(kind_words(incident)),
        since=say("since_for", at=say.clock(incident.began_at), duration=lasted),
        affected=affected_words(incident, city, say, names=0),
        who=_who(incident, say),
        waiting=_waits(incident),
    )


def _who(incident: Incident, say: Speaker) -> str:
    if incident.in_hand:
        return say("wall_in_hand", by=incident.acknowledged_by)
    if incident.planned:
        return say("planned", titles=incident.planned)
    if incident.part_of:
        return say("part_of_power_cut", id=incident.part_of)
    return say("wall_nobody") if _waits(incident) else ""
