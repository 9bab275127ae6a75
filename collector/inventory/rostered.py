"""The city's rota, and warnings about it. Sans-IO."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from collector.duty import Rota, gaps
from collector.inventory.city import City

GAPS_NAMED = 5


def rota_of(city: City) -> Rota:
    return Rota(
        {id: duty.districts for id, duty in city.duty.items()},
        city.rota,
        {site.district for site in city.sites.values()} - {""},
        ZoneInfo(city.timezone),
    )


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
    called = {duty.receiver: f"duty.{id}" for id, duty in city.duty.items() if duty.receiver}
    called |= {
        name: f"escalation[{number}]"
        for number, step in enumerate(city.escalation)
        for name in step.receivers
    }
    for name, receiver in city.receivers.items():
        if receiver.on_call_only and name not in called:
            yield (
                f"receivers.{name}.on_call_only: neither [duty] nor [[escalation]] names it, so it gets"
                " no notice at all; name it there, or leave on_call_only out"
            )
        elif name in called and not receiver.on_call_only and receiver.match == type(receiver.match)():
            yield (
                f"receivers.{name}: it gets each notice anyway, so {called[name]} adds little; write"
                " on_call_only = true, or a match"
            )
