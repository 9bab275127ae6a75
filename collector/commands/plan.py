"""Shows the work that an inventory gives the agents: its cost, who measures what, what a change alters."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from collector.assignments.compile import assignments, pair, watched
from collector.assignments.cost import Cost, costs, total
from collector.commands.polled_devices import polled_devices
from collector.commands.who_measures import KnownNames, who_measures
from collector.inventory import City, load
from wire.messages import Assignment
from wire.probes import Probe

DEAREST = 5


def plan(path: Path, against: Path | None = None) -> list[str]:
    """Lines for a person. With `against`, an older inventory, they show the changes. Raises BadInventory."""
    city = load(path)
    work = assignments(city, version=0)
    spent = costs(city, work)
    if against is None:
        costs_of = [*_dearest(city, spent), *_metered(city, work, spent)]
        return [
            f"in all: {_total(spent)}",
            *costs_of,
            *who_measures(city, work),
            *polled_devices(city),
            *_silent(city),
        ]
    old_city = load(against)
    old = assignments(old_city, version=0)
    return [
        f"before: {_total(costs(old_city, old))}",
        f"after: {_total(spent)}",
        *_changes(old, work, KnownNames(old_city, city)),
    ]


def document(path: Path, against: Path | None = None) -> dict[str, Any]:
    """The same for programs, without the names of the dearest. Raises BadInventory."""
    city = load(path)
    work = assignments(city, version=0)
    spent = costs(city, work)
    if against is None:
        evidence = watched(city)
        agents = {
            agent: {
                **cost._asdict(),
                "report_interval_seconds": work[agent].report_interval_seconds,
                "watched_by": evidence[agent].by,
                "silence_seconds": evidence[agent].silence_seconds,
            }
            for agent, cost in spent.items()
        }
        return {"total": total(spent)._asdict(), "agents": agents}
    old_city = load(against)
    old = assignments(old_city, version=0)
    before, after = total(costs(old_city, old)), total(spent)
    return {"before": before._asdict(), "after": after._asdict(), "changes": _changed(old, work)}


def _changes(old: Mapping[str, Assignment], new: Mapping[str, Assignment], names: KnownNames) -> list[str]:
    """Agents with the same change share a line. Pure."""
    alike: dict[str, list[str]] = defaultdict(list)
    for agent, steps in _changed(old, new, names).items():
        alike["; ".join(steps)].append(agent)
    altered = sum(map(len, alike.values()))
    lines = [f"{names.some(agents)}: {change}" for change, agents in alike.items()]
    return [f"{altered} of {len({*old, *new})} agents change their work", *lines]


def _changed(
    old: Mapping[str, Assignment], new: Mapping[str, Assignment], names: Callable[[str], str] = str
) -> dict[str, list[str]]:
    """The changes of each agent whose work changes. `names` says how a target is called."""
    every = {agent: list(_change(old.get(agent), new.get(agent), names)) for agent in sorted({*old, *new})}
    return {agent: steps for agent, steps in every.items() if steps}


def _change(old: Assignment | None, new: Assignment | None, names: Callable[[str], str]) -> Iterator[str]:
    if old is None or new is None:
        yield "new" if old is None else "goes"
        return
    if old.report_interval_seconds != new.report_interval_seconds:
        yield f"report interval {old.report_interval_seconds:g} s -> {new.report_interval_seconds:g} s"
    before, after = {pair(probe): probe for probe in old.probes}, {pair(probe): probe for probe in new.probes}
    for key in sorted({*before, *after}):
        name = f"{key[0]} {names(key[1])}"
        if key not in after:
            yield f"- {name}"
        elif key not in before:
            yield f"+ {name}"
        elif before[key] != after[key]:
            yield f"~ {name} ({', '.join(_settings(before[key], after[key]))})"


def _settings(old: Probe, new: Probe) -> Iterator[str]:
    for key in new.__struct_fields__:
        was, becomes = getattr(old, key), getattr(new, key)
        if was != becomes:
            yield f"{key} {was} -> {becomes}"


def _dearest(city: City, spent: Mapping[str, Cost]) -> Iterator[str]:
    names = KnownNames(city)
    for agent, cost in sorted(spent.items(), key=lambda item: (-item[1].series, item[0]))[:DEAREST]:
        yield f"{names(agent)}: {_cost(cost)}"


def _metered(city: City, work: Mapping[str, Assignment], spent: Mapping[str, Cost]) -> Iterator[str]:
    """A line for each site whose link is paid by the byte."""
    names = KnownNames(city)
    for link in city.links.values():
        if link.metered and not link.backup:
            bytes, interval = spent[link.from_].bytes_per_day, work[link.from_].report_interval_seconds
            yield f"{names(link.from_)}: metered: {_bytes(bytes)} a day, a report each {interval:g} s"


def _silent(city: City) -> Iterator[str]:
    """Sites whose outage shows only by their silence, ordered by how long that takes."""
    names = KnownNames(city)
    after: dict[float, list[str]] = defaultdict(list)
    for site, how in sorted(watched(city).items()):
        if not how.by:
            after[how.silence_seconds].append(site)
    for seconds, sites in sorted(after.items()):
        yield f"{names.some(sites)}: no agent above can see the router; silence tells after {seconds:g} s"


def _total(spent: Mapping[str, Cost]) -> str:
    return f"{len(spent)} agents, {_cost(total(spent))}"


def _cost(cost: Cost) -> str:
    return f"{cost.probes:,} probes, {cost.series:,} series, {_bytes(cost.bytes_per_day)} a day"


def _bytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
