"""The notices of one incident as one receiver gets them, made anew: to try a `match` or a text. Pure."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from collector.incidents import Incident, Notice, Ring, announced_as, gravity
from collector.inventory import City
from collector.notices.document import Document, document
from collector.notices.route import called, receivers


class Replay(Struct, frozen=True):
    """`fits`: the incident fits the receiver's `match` as both are now, or the duty of a person with this
    receiver when it was announced. `notices`: those that it gets if so.

    An incident that is part of a wider one, or that planned work covers, has none.
    """

    receiver: str
    incident: str
    fits: bool
    announced: bool
    planned: str
    merged_into: str
    notices: list[Document]


def replay(incident: Incident, receiver: str, city: City, now: float) -> Replay:
    """`receiver` is in the inventory."""
    language = city.receivers[receiver].language
    announced_at = now if incident.announced_at is None else incident.announced_at
    return Replay(
        receiver=receiver,
        incident=incident.id,
        fits=receiver in {*receivers(incident, city), *called(incident, city, announced_at)},
        announced=incident.announced_at is not None,
        planned=incident.planned,
        merged_into=incident.merged_into,
        notices=[document(notice, city, language) for notice in _notices(incident, now)],
    )


def _notices(incident: Incident, now: float) -> Iterator[Notice]:
    """The first one, those that it became graver, and the last one; each incident as it was then."""
    ended_at = incident.ended_at
    if incident.merged_into or (incident.planned and incident.announced_at is None):
        return
    at = incident.announced_at if incident.announced_at is not None else now if ended_at is None else ended_at
    rings = incident.rings or (Ring("firing", at, gravity(incident)),)
    for number, ring in enumerate(rings):
        if ring.kind != "reminder":
            id, before = f"{incident.id}-replay-{number + 1}", announced_as(rings[:number])
            yield Notice(id, ring.kind, ring.at, _as_of(incident, ring), before=before)
    if ended_at is not None:
        yield Notice(f"{incident.id}-replay-{len(rings) + 1}", "recovered", ended_at, incident)


def _as_of(incident: Incident, ring: Ring) -> Incident:
    """As grave as it was then, with the sites that were affected, and without what became known later."""
    at, then_everywhere = ring.at, "everywhere" if ring.gravity.everywhere else "here"
    then = tuple(entry for entry in incident.affected if entry.since <= at < (entry.until or at + 1))
    changes = {
        "severity": ring.gravity.severity,
        "scope": then_everywhere if incident.scope else "",
        "affected": tuple(msgspec.structs.replace(entry, until=None) for entry in then) or incident.affected,
        "acknowledged_at": None,
        "acknowledged_by": "",
        "acknowledged_note": "",
        "notes": (),
        "cause": "",
        "cause_by": "",
        "weighed": ring.weighed,
        "on_ups": ring.on_ups,
    }
    return msgspec.structs.replace(incident, **changes)
