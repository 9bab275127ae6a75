"""The city's rota: the people on duty, and warnings about it. Sans-IO."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from msgspec import Struct

from collector.duty import OnDuty, Rota, gaps
from collector.inventory.city import City

GAPS_NAMED = 5
WEEK_SECONDS = 7 * 86400.0


class PersonOnDuty(Struct, frozen=True):
    """`id` is the key in [duty]. Without `districts` the duty is for the whole city."""

    id: str
    name: str
    phone: str
    districts: list[str]


class DutyHours(Struct, frozen=True):
    """These people are on duty from `since` on and before `until`, Unix seconds."""

    since: float
    until: float
    people: list[PersonOnDuty]


class Roster(Struct, frozen=True):
    """The people on duty at a time, Unix seconds, and in the week from then on."""

    at: float
    on_duty: list[PersonOnDuty]
    week: list[DutyHours]


_latest: list[tuple[City, Rota]] = []
"""The rota of the city in force, since each notice asks for it."""


def rota_of(city: City) -> Rota:
    for known, rota in _latest:
        if known is city:
            return rota
    rota = Rota(
        {id: duty.districts for id, duty in city.duty.items()},
        city.rota,
        {site.district for site in city.sites.values()} - {""},
        ZoneInfo(city.timezone),
    )
    _latest[:] = [(city, rota)]
    return rota


def roster(city: City, at: float) -> Roster:
    rota = rota_of(city)
    week = [
        DutyHours(span.since, span.until, _people(span.people, city))
        for span in rota.spans(at, at + WEEK_SECONDS)
    ]
    return Roster(at, people_on_duty(city, at), week)


def people_on_duty(city: City, at: float) -> list[PersonOnDuty]:
    return _people(rota_of(city).at(at), city)


def _people(on_duty: Iterable[OnDuty], city: City) -> list[PersonOnDuty]:
    return [
        PersonOnDuty(id, city.duty[id].name, city.duty[id].phone, list(districts))
        for id, districts in on_duty
    ]


def on_call_advice(city: City) -> Iterator[str]:
    """Hours without anybody; receivers that get more, or less, than a person probably wants."""
    rota = rota_of(city)
    found = gaps(rota) if city.rota else []
    for gap in found[:GAPS_NAMED]:
        whole = gap.districts in (("",), rota.districts)
        place = "" if whole else f" for {', '.join(gap.districts)}"
        yield (
            f"rota: nobody is on duty{place} from {gap.since} to {gap.until};"
            " add a shift, or a desk in [duty] that no shift names"
        )
    if left := len(found[GAPS_NAMED:]):
        yield f"rota: nobody is on duty at {left} more times of the week"
    named = {person for shift in city.rota for person in shift.people}
    always = {duty.receiver for id, duty in city.duty.items() if id not in named}
    called = {city.duty[id].receiver: f"duty.{id}" for id in sorted(named) if city.duty[id].receiver}
    called |= {
        name: f"escalation[{number}]"
        for number, step in enumerate(city.escalation)
        for name in step.receivers
    }
    for name, receiver in city.receivers.items():
        if receiver.on_call_only and name not in called.keys() | always:
            yield (
                f"receivers.{name}.on_call_only: neither [duty] nor [[escalation]] names it, so it gets"
                " no notice at all; name it there, or leave on_call_only out"
            )
        elif name in called and not receiver.on_call_only and receiver.match == type(receiver.match)():
            yield (
                f"receivers.{name}: it gets each notice anyway, so {called[name]} adds little; write"
                " on_call_only = true, or a match"
            )
