"""All that memory and the store have around an incident, for its page."""

import asyncio

from collector.causes import NOT_WEIGHED
from collector.database.store import Store
from collector.incidents import Incident
from collector.web.incident import Around, IncidentPage, incident_page
from collector.web.incident.around import named_by
from collector.web.past.course import course
from collector.web.source import Source
from collector.web.words import Speaker

EARLIER_SHOWN = 5
"""So many earlier incidents of the same root are on its page."""


async def page_of_incident(source: Source, id: str, private: bool, say: Speaker) -> IncidentPage | None:
    """None: there is no such incident. `private` is as in Around."""
    city = source.state.city
    async with source.pipeline.reading():
        known = source.incidents.get(id)
        weighed = source.watch.cause(known) if known is not None else NOT_WEIGHED
        announce_at = source.incidents.announced_from(known) if known is not None else 0.0
    around = await asyncio.to_thread(_stored, source.store, id, known)
    if around is None:
        return None
    if known is not None:
        around = around._replace(weighed=weighed, announce_at=announce_at)
    saved = await asyncio.to_thread(source.store.course, id)
    async with source.pipeline.reading():
        picture = course(around.incident, saved, source.past, city, say)
    around = around._replace(private=private, course=picture)
    around = around._replace(grafana=source.grafana, states_taken=source.states_taken())
    return incident_page(around, city, say)


def _stored(store: Store, id: str, known: Incident | None) -> Around | None:
    """All that the store has. `known` is None if memory does not have the incident any more."""
    incident = known or next(iter(store.incidents_of([id])), None)
    if incident is None:
        return None
    parts, parts_count = store.parts(id)
    earlier, earlier_count = store.earlier_incidents(incident, EARLIER_SHOWN)
    return Around(
        incident=incident,
        actions=store.actions(id),
        deliveries=store.deliveries(id),
        weighed=incident.weighed,
        others={one.id: one for one in store.incidents_of(named_by(incident))},
        parts=parts,
        parts_count=parts_count,
        earlier=earlier,
        earlier_count=earlier_count,
        recent=known is not None,
    )
