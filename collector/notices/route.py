"""The receivers of each notice. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from collector.incidents import Incident, Notice
from collector.inventory import City


class Route:
    """A receiver gets each notice that fits its `match`, and the recovery of each incident it knows of.

    An incident changes while it is open, and so does the inventory. So the route remembers each receiver of
    each incident. `told` are those of earlier runs, as (incident, receiver).
    """

    def __init__(self, told: Iterable[tuple[str, str]] = ()) -> None:
        self._told: dict[str, set[str]] = {}
        for incident, receiver in told:
            self._told.setdefault(incident, set()).add(receiver)

    def of(self, notice: Notice, city: City) -> list[str]:
        """The receivers of a notice. The route remembers them."""
        told = self._told.pop(notice.incident.id, set())
        to = {receiver for id in notice.merged for receiver in self._told.pop(id, ())}
        if notice.kind == "recovered":
            return _in_order(to | told, city)
        to.update(receivers(notice.incident, city))
        self._told[notice.incident.id] = told | to
        return _in_order(to, city)

    def newly(self, incident: Incident, city: City) -> list[str]:
        """The receivers that an announced incident fits only since it grew or became worse."""
        if incident.status != "open" or incident.announced_at is None or incident.planned:
            return []
        told = self._told.setdefault(incident.id, set())
        to = set(receivers(incident, city)) - told
        told |= to
        return _in_order(to, city)


def receivers(incident: Incident, city: City) -> Iterator[str]:
    """The names of the receivers whose `match` it fits: of each list that is not empty, one must."""
    roles, districts = places(incident, city)
    for name, receiver in city.receivers.items():
        match = receiver.match
        if (
            _fits(match.severity, {incident.severity})
            and _fits(match.kind, {incident.kind})
            and _fits(match.role, roles)
            and _fits(match.district, districts)
        ):
            yield name


def places(incident: Incident, city: City) -> tuple[set[str], set[str]]:
    """The roles and districts of the root and of the affected sites."""
    ids = {incident.root, incident.agent, *(entry.site for entry in incident.affected)}
    sites = [city.sites[id] for id in ids if id in city.sites]
    return {site.role for site in sites}, {site.district for site in sites}


def _fits(wanted: Sequence[str], found: set[str]) -> bool:
    return not wanted or not found.isdisjoint(wanted)


def _in_order(names: set[str], city: City) -> list[str]:
    """In the inventory's order, without those that are not in it any more."""
    return [name for name in city.receivers if name in names]
