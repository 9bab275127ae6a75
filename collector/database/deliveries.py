"""The deliveries of one incident's notices: to each receiver, when it took the notice, or why not yet."""

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from collector.database.engine import transaction
from collector.database.notices import notices
from collector.notices.delivery import Deliveries, NoticeDelivery

DELIVERIES_READ = 500
"""The newest of an incident. With ten receivers and a reminder each four hours that is more than a week."""


class _Kind(Struct, frozen=True):
    kind: str


_kind = msgspec.json.Decoder(_Kind).decode


def deliveries(engine: sa.Engine, incident: str) -> Deliveries:
    """Without notices `updated`, which ring nowhere. Raises StoreError."""
    if not incident.isprintable():
        return Deliveries((), 0)  # PostgreSQL takes no NUL, and no id has one
    of_it = notices.c.incident == incident, notices.c.id != f"{incident}-updated"
    newest = sa.select(notices).where(*of_it).order_by(notices.c.number.desc()).limit(DELIVERIES_READ)
    with transaction(engine) as connection:
        rows = list(connection.execute(newest).mappings())
        count = len(rows)
        if count == DELIVERIES_READ:
            count = connection.execute(sa.select(sa.func.count()).where(*of_it)).scalar_one()
    return Deliveries([_delivery(row) for row in reversed(rows)], count - len(rows))


def _delivery(row: sa.RowMapping) -> NoticeDelivery:
    return NoticeDelivery(
        row["id"],
        _kind(row["document"]).kind,
        row["receiver"],
        row["at"],
        row["status"],
        row["attempts"],
        row["error"],
        row["tried_at"],
    )
