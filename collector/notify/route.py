"""Who is told of what. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from collector.incidents import Incident, Notice
from collector.inventory import City


class Route:
    """Whom `match` fits is told, and whoever was told of an outage is told of its end as well.

    An incident changes while it is open, and so does the inventory: so it is remembered who got a notice of
    what. `told` is that of earlier, as (incident, receiver).
    """

    def __init__(self, told: Iterable[tuple[str, str]] = ()) -> None:
        self._told: dict[str, set[str]] = {}
        for incident, receiver in told:
            self._told.setdefault(incident, set()).add(receiver)

    def of(self, notice: Notice, city: City) -> list[str]:
        """The receivers of a notice; each is from now on one who was told."""
        told = self._told.pop(notice.incident.id, set())
        to = {receiver for id in notice.merged for receiver in self._told.pop(id, ())}
        if notice.kind == "recovered":
            return _in_order(to | told, city)
        to.update(receivers(notice.incident, city))
        self._told[notice.incident.id] = told | to
        return _in_order(to, city)

    def newly(self, incident: Incident, city: City) -> list[str]:
        """Those whom an announced incident fits only since it grew or became worse."""
        if incident.status != "open" or incident.announced_at is None:
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
    """Roles and districts of the root and of the sites it concerned."""
    ids = {incident.root, incident.agent, *(entry.site for entry in incident.affected)}
    sites = [city.sites[id] for id in ids if id in city.sites]
    return {site.role for site in sites}, {site.district for site in sites}


def _fits(wanted: Sequence[str], found: set[str]) -> bool:
    return not wanted or not found.isdisjoint(wanted)


def _in_order(names: set[str], city: City) -> list[str]:
    """As the inventory has them; who left it can't be told."""
    return [name for name in city.receivers if name in names]
