"""The durable queue to remote write. The transaction of each batch fills it, and the writer empties it."""

import zlib
from collections.abc import Iterable

import sqlalchemy as sa

from collector.city.unscraped import Unscraped
from collector.database.engine import tables, transaction
from wire.report import decode_body, encode_body

REPORTS_AT_MOST = 1_000_000
"""About 1 GiB: some days of one site, an hour of a city whose Prometheus is away."""

ROWS_AT_ONCE = 200
MEASUREMENTS_AT_ONCE = 2000

_queue = sa.Table(
    "unwritten",
    tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("district", sa.Text, nullable=False),
    sa.Column("measurements", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
_ends = sa.select(sa.func.min(_queue.c.id), sa.func.max(_queue.c.id))
_oldest = sa.select(_queue).order_by(_queue.c.id).limit(ROWS_AT_ONCE)


def write(connection: sa.Connection, rows: Iterable[Unscraped]) -> int:
    """Within the batch's transaction. Returns how many of the oldest measurements it dropped for room."""
    added = [
        {
            "site": row.site,
            "district": row.district,
            "measurements": row.body.measurements(),
            "body": zlib.compress(encode_body(row.body), 1),
        }
        for row in rows
    ]
    if not added:
        return 0
    connection.execute(sa.insert(_queue), added)
    return _trim(connection)


def _trim(connection: sa.Connection) -> int:
    excess = _length(connection) - REPORTS_AT_MOST
    if excess <= 0:
        return 0
    dropped = _queue.c.id.in_(sa.select(_oldest.limit(excess).subquery().c.id))
    lost = connection.scalar(sa.select(sa.func.sum(_queue.c.measurements)).where(dropped))
    connection.execute(sa.delete(_queue).where(dropped))
    return int(lost or 0)


def _length(connection: sa.Connection) -> int:
    """Rows leave only at the front, so their numbers show how many there are."""
    first, last = connection.execute(_ends).one()
    return 0 if first is None else int(last - first + 1)


class BackfillQueue:
    """Everything here raises StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def __len__(self) -> int:
        with transaction(self._engine) as connection:
            return _length(connection)

    def oldest(self) -> tuple[int, list[Unscraped]]:
        """The rows to write next, and the number of the last of them."""
        number, rows, measurements = 0, [], 0
        with transaction(self._engine) as connection:
            for row in connection.execute(_oldest):
                number, measurements = row.id, measurements + row.measurements
                rows.append(Unscraped(row.site, row.district, decode_body(zlib.decompress(row.body))))
                if measurements >= MEASUREMENTS_AT_ONCE:
                    break
        return number, rows

    def remove(self, through: int) -> None:
        """Removes the rows up to that number: their samples are written or refused."""
        with transaction(self._engine) as connection:
            connection.execute(sa.delete(_queue).where(_queue.c.id <= through))
