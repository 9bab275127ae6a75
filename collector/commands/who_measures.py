"""Says who measures what, by the names that people know. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from collector.inventory import City
from collector.inventory.targets import UPLINK
from wire.messages import Assignment

NAMED = 3


class KnownNames:
    """The names of sites and applications, with the id that a person types; a newer city's name wins."""

    def __init__(self, *cities: City) -> None:
        self._names: dict[str, str] = {}
        for city in cities:
            self._names |= {id: site.name for id, site in city.sites.items()}
            self._names |= {id: application.name for id, application in city.applications.items()}

    def __call__(self, id: str) -> str:
        """The id alone where it is no site and no application."""
        return f"{self._names[id]} [{id}]" if id in self._names else id

    def some(self, ids: Sequence[str]) -> str:
        """The first ones, and how many more there are."""
        shown = ", ".join(map(self, ids[:NAMED]))
        return f"{shown} and {len(ids) - NAMED} more" if len(ids) > NAMED else shown


def who_measures(city: City, work: Mapping[str, Assignment]) -> Iterator[str]:
    """A line for each agent that measures other sites, for each application, and for each other target."""
    names = KnownNames(city)
    by_target: dict[str, list[str]] = defaultdict(list)
    for agent, assignment in sorted(work.items()):
        targets = list(dict.fromkeys(probe.target for probe in assignment.probes))
        for target in targets:
            by_target[target].append(agent)
        others = sorted(target for target in targets if target in city.sites)
        if others:
            yield f"{names(agent)} measures {_count(others, 'site')}: {names.some(others)}"
    for application in sorted(city.applications):
        yield f"{names(application)} is measured {_from(by_target.get(application, []), city, names)}"
    rest = by_target.keys() - city.sites.keys() - city.applications.keys()
    for target in sorted(rest):
        means = " (the router above)" if target == UPLINK else ""
        yield f"{target}{means} is measured {_from(by_target[target], city, names)}"


def _from(agents: Sequence[str], city: City, names: KnownNames) -> str:
    if len(agents) == len(city.sites):
        return f"from each of the {_count(agents, 'site')}"
    return f"from {_count(agents, 'site')}" + (f": {names.some(agents)}" if agents else "")


def _count(things: Sequence[str], one: str) -> str:
    return f"{len(things)} {one}" if len(things) == 1 else f"{len(things)} {one}s"
