"""The receivers of each notice. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from collector.incidents import Gravity, Incident, Notice, graver, gravity
from collector.incidents.blamed import is_likely
from collector.incidents.matching import fits, roles_and_districts
from collector.inventory import City, Receiver, rota_of

Shown = tuple[object, ...]
ENDED_KEPT = 1000
"""Of so many incidents that ended a channel still edits the message, when their cause is corrected."""


class Route:
    """A receiver gets each notice that fits its `match`, and the recovery of each incident it knows of.

    An incident changes while it is open, and so does the inventory. So the route remembers each receiver of
    each incident. `knowing` are those of earlier runs, as (incident, receiver). Receivers who know it
    get the notice that it is graver, but for those whose first one showed that already.
    """

    def __init__(self, knowing: Iterable[tuple[str, str]] = ()) -> None:
        self._knowing: dict[str, set[str]] = {}
        self._shown: dict[str, Shown] = {}
        self._joined: dict[str, dict[str, Gravity]] = {}
        self._ended: dict[str, set[str]] = {}
        for incident, receiver in knowing:
            self._knowing.setdefault(incident, set()).add(receiver)

    def follow(self, before: Mapping[str, Receiver], after: Mapping[str, Receiver]) -> None:
        """The receivers changed. One that only has another name knows all that it knew."""
        for gone, receiver in before.items():
            new = "" if gone in after else _same_channel(receiver, after, after.keys() - before.keys())
            for names in self._knowing.values():
                names |= {new} if new and gone in names else set()

    def of(self, notice: Notice, city: City) -> list[str]:
        """The receivers of a notice. The route remembers them."""
        knowing = self._knowing.pop(notice.incident.id, set())
        joined = self._joined.get(notice.incident.id, {})
        for id in (notice.incident.id, *notice.merged):
            self._shown.pop(id, None)
            if notice.kind != "escalated":  # which shows it to others
                self._joined.pop(id, None)
        to = {receiver for id in notice.merged for receiver in self._knowing.pop(id, ())}
        if notice.kind == "recovered":
            self._keep_ended(notice.incident, to | knowing)
            return _in_order(to | knowing, city)
        if notice.kind == "worsened":
            to.update(knowing, receivers(notice.incident, city))
            to -= {name for name, known in joined.items() if not graver(notice.incident, known)}
        elif notice.kind == "escalated":
            to.update(notice.to)
        else:
            to.update(receivers(notice.incident, city), called(notice.incident, city, notice.at))
        self._knowing[notice.incident.id] = knowing | to
        return _in_order(to, city)

    def newly(self, incident: Incident, city: City, at: float) -> list[str]:
        """The receivers that an announced incident fits only since it grew or became worse."""
        return self._first(incident, {*receivers(incident, city), *called(incident, city, at)}, city)

    def handed_over(self, incident: Incident, city: City, at: float) -> list[str]:
        """The receivers of people whose duty began after an announced incident. Info waits for a change."""
        return [] if incident.severity == "info" else self._first(incident, called(incident, city, at), city)

    def _first(self, incident: Incident, wanted: set[str], city: City) -> list[str]:
        if incident.status != "open" or incident.announced_at is None or incident.planned or incident.part_of:
            return []
        knowing = self._knowing.setdefault(incident.id, set())
        to = wanted - knowing
        knowing |= to
        self._joined.setdefault(incident.id, {}).update(dict.fromkeys(to, gravity(incident)))
        return _in_order(to, city)

    def editing(self, incident: Incident, city: City) -> list[str]:
        """The receivers whose channel edits the incident's message, if the message has to change."""
        knowing = self._knowing.get(incident.id) or self._ended.get(incident.id)
        final = incident.status != "merged" and incident.recovery_due_at is None
        if not knowing or not final or not any(one.edits for one in city.receivers.values()):
            return []
        before, self._shown[incident.id] = self._shown.get(incident.id), shown(incident)
        if before == self._shown[incident.id]:
            return []
        return [name for name in _in_order(knowing, city) if city.receivers[name].edits]

    def _keep_ended(self, incident: Incident, told: set[str]) -> None:
        self._ended[incident.id] = told
        self._shown[incident.id] = shown(incident)
        if len(self._ended) > ENDED_KEPT:
            oldest = next(iter(self._ended))
            del self._ended[oldest]
            self._shown.pop(oldest, None)


def shown(incident: Incident) -> Shown:
    """All of it that its message shows."""
    return (
        incident.severity,
        incident.scope,
        incident.affected_now,
        incident.contradicted_by,
        incident.acknowledged_at,
        incident.cause,
        (incident.weighed.cause, incident.weighed.confidence) if _names_cause(incident) else None,
        incident.notes[-1:],
        incident.outlasted,
        tuple(one.site for one in incident.on_ups),
    )


def _names_cause(incident: Incident) -> bool:
    return not incident.cause and (incident.status != "open" or is_likely(incident))


def receivers(incident: Incident, city: City) -> Iterator[str]:
    """The names of the receivers whose `match` it fits: of each list that is not empty, one must."""
    for name, receiver in city.receivers.items():
        if not receiver.on_call_only and fits(receiver.match, incident, city.sites):
            yield name


def called(incident: Incident, city: City, at: float) -> set[str]:
    """The receivers of the people on duty at that time for the districts of the incident."""
    if not any(duty.receiver for duty in city.duty.values()):
        return set()
    _, districts = roles_and_districts(incident, city.sites)
    people = rota_of(city).on_duty(districts, at)
    return {city.duty[person].receiver for person in people} - {""}


def _same_channel(receiver: Receiver, among: Mapping[str, Receiver], names: Collection[str]) -> str:
    """The one of these names whose channel this is, "" if none is; of several the one that is equal."""
    found = [name for name in among if name in names and among[name].channel == receiver.channel]
    return next((name for name in found if among[name] == receiver), next(iter(found), ""))


def _in_order(names: set[str], city: City) -> list[str]:
    """In the inventory's order, without those that are not in it any more."""
    return [name for name in city.receivers if name in names]
