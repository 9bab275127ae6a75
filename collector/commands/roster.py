"""The roster as a terminal shows it. Sans-IO."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from collector.inventory.rostered import PersonOnDuty, Roster


def lines(roster: Roster, zone: tzinfo) -> Iterator[str]:
    """The people with their numbers, then the week, one line from handover to handover."""
    yield f"on duty, {_hour(roster.at, zone)}:"
    yield from (f"    {_person(one)}" for one in roster.on_duty)
    if not roster.on_duty:
        yield "    nobody; see [duty] and [[rota]] of the inventory"
    yield "the week from then on:"
    for span in roster.week:
        yield f"    {_hour(span.since, zone)} – {_hour(span.until, zone)}  {_names(span.people)}"


def _person(person: PersonOnDuty) -> str:
    return "  ".join(filter(None, (_name(person), person.phone)))


def _names(people: Iterable[PersonOnDuty]) -> str:
    return ", ".join(map(_name, people)) or "nobody"


def _name(person: PersonOnDuty) -> str:
    return f"{person.name} ({', '.join(person.districts)})" if person.districts else person.name


def _hour(at: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(at, zone):%a %d-%m %H:%M}"
