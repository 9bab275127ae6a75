"""The scenario of a demo: a TOML file with the faults of a day, which repeats with small differences."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from collector.duty.shift import OptionalTime
from collector.inventory import City
from demo.fault import PLACES, FaultKind
from runtime.settings import BadConfig, load
from wire.probes import Reason


class ScriptedFault(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fault as a person writes it. Of `where` the day chooses one place.

    `at` is the time of day at which it begins, more or less; `after_start_seconds` counts from the start of
    the demo instead, in real time, and such a fault comes once. `chance` is its probability on a day.
    """

    kind: FaultKind
    where: Annotated[list[str], Meta(min_length=1)]
    at: OptionalTime = ""
    after_start_seconds: Annotated[float, Meta(ge=0, le=86400)] | None = None
    minutes: Annotated[float, Meta(gt=0, le=720)]
    chance: Annotated[float, Meta(gt=0, le=1)] = 1.0
    title: str = ""
    outage: bool = False
    loss_percent: Annotated[float, Meta(ge=0, le=100)] = 0.0
    delay_ms: Annotated[float, Meta(ge=0, le=10_000)] = 0.0
    reason: Reason = "timeout"
    status_code: Annotated[int, Meta(ge=100, le=599)] = 503


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    seed: int = 1
    faults: list[ScriptedFault] = []


def read(path: Path, city: City) -> Scenario:
    """Raises BadConfig, also for a place that the city does not have."""
    scenario = load(path, Scenario, option="--scenario")
    known = places(city)
    for number, fault in enumerate(scenario.faults):
        key = f"{path}: faults[{number}]"
        if bool(fault.at) == (fault.after_start_seconds is not None):
            raise BadConfig(f"{key}: write either `at` or `after_start_seconds`")
        table = PLACES[fault.kind]
        for where in fault.where:
            if where not in known[table]:
                raise BadConfig(f"{key}.where: {where!r} is not one of the city's {table}; see its inventory")
    return scenario


def places(city: City) -> Mapping[str, Collection[str]]:
    return {
        "applications": city.applications,
        "feeders": {site.feeder for site in city.sites.values() if site.feeder},
        "links": city.links,
        "providers": city.providers,
        "sites": city.sites,
    }
