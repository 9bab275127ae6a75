"""The lines that the demo says at its start: where to look, what is going to happen, how to stop. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from collector.inventory import City
from demo.day import Days
from demo.fault import Fault, FaultKind
from demo.story import Story

COMING = 6
WORDS: dict[FaultKind, str] = {
    "application_failing": "the application {name} fails",
    "fibre_cut": "the line {name} is cut",
    "hung_router": "the router of {name} hangs",
    "planned_work": "planned work at {name}",
    "power_cut": "the feeder {name} has no power",
    "provider_fault": "the provider {name} has a fault",
    "radio_fading": "the radio link {name} fades",
    "slow": "the line {name} is slow",
}


class Where(NamedTuple):
    """Where to look. `prometheus` is "" where it is not installed, `broker` a name."""

    page: str
    folder: str
    broker: str
    prometheus: str


def greeting(story: Story, places: Where, now: float) -> Iterator[str]:
    sites = f"{len(story.city.sites)} sites of {story.city.name}"
    yield f"A simulation: {sites}, each with a real agent. Only the network under their probes is invented."
    yield ""
    yield f"  look at   {places.page}/            the city"
    yield f"            {places.page}/wall        the same on a wall"
    yield f"            {places.page}/incidents   all that went wrong"
    if places.prometheus:
        yield f"            {places.prometheus}/graph   Prometheus: try site:pantau_state:code"
    else:
        yield "            Prometheus is not installed: apt-get install prometheus, for graphs"
    yield f"  read      {places.folder}/messages.txt   what the people on duty get"
    yield f"  ask       pantau-collector incidents --config {places.folder}/collector.toml"
    yield f"  broker    {places.broker}"
    yield ""
    yield from _programme(story.days, story.city, now)
    yield "Stop with Ctrl-C."


def _programme(days: Days, city: City, now: float) -> Iterator[str]:
    at = days.pace.script(now)
    today = days.day(at)
    faults = [*days.about(at), *days.faults(today + timedelta(days=1))]
    for fault in faults:
        if fault.begins_at <= at < fault.ends_at:
            yield f"  now       {told(fault, city)}"
    coming = sorted((fault for fault in faults if fault.begins_at > at), key=lambda fault: fault.begins_at)
    for fault in coming[:COMING]:
        wait = days.pace.real(fault.begins_at) - now
        clock = datetime.fromtimestamp(fault.begins_at, days.zone)
        yield f"  {_soon(wait):9} {told(fault, city)}, at {clock:%H:%M}"


def told(fault: Fault, city: City) -> str:
    return WORDS[fault.kind].format(name=_name(fault, city))


def _name(fault: Fault, city: City) -> str:
    match fault.kind:
        case "application_failing":
            return city.applications[fault.where].name
        case "hung_router" | "planned_work":
            return city.sites[fault.where].name
        case "provider_fault":
            return city.providers[fault.where].name
    return fault.where


def _soon(seconds: float) -> str:
    return f"in {seconds:.0f} s" if seconds < 120 else f"in {seconds / 60:.0f} min"
