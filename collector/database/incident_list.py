"""The list of all incidents in the store, a page at a time: the open ones first, then the newest."""

from collections.abc import Callable

import sqlalchemy as sa

from collector.database.incidents import incident_of, incidents
from collector.incidents import Incident
from collector.incidents.listed import ListedIncidents, ListPlace, WantedIncidents

LOOKED_AT_MOST = 20_000
"""For one page."""
ROWS_AT_ONCE = 200


def listed(
    connection: sa.Connection,
    wanted: WantedIncidents,
    fits: Callable[[Incident], bool],
    after: ListPlace | None,
    limit: int,
) -> ListedIncidents:
    """At most so many incidents that fit, after a place of the list.

    It looks at a bounded number of incidents, so a page may have fewer although more follow.
    """
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(_select(wanted, after))
    found: list[Incident] = []
    place = after
    with rows:
        for number, row in enumerate(rows):
            if len(found) == limit or number == LOOKED_AT_MOST:
                return ListedIncidents(found, place)
            incident = incident_of(row.document)
            if fits(incident):
                found.append(incident)
            place = ListPlace(row.open, row.began_at, row.id)
    return ListedIncidents(found, None)


def _select(wanted: WantedIncidents, after: ListPlace | None) -> sa.Select[tuple[bool, float, str, str]]:
    of = incidents.c
    order = (of.open, of.began_at, of.id)
    query = sa.select(*order, of.document).order_by(*(column.desc() for column in order))
    if wanted.open is not None:
        query = query.where(of.open == wanted.open)
    if wanted.kind:
        query = query.where(of.kind == wanted.kind)
    if wanted.severity:
        query = query.where(of.severity == wanted.severity)
    if wanted.since is not None:
        query = query.where(sa.or_(of.ended_at.is_(None), of.ended_at >= wanted.since))
    if wanted.until is not None:
        query = query.where(of.began_at < wanted.until)
    if after is not None:
        query = query.where(sa.tuple_(*order) < sa.tuple_(*map(sa.literal, after)))
    return query
