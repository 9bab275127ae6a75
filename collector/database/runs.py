"""The runs of the collector that one store has seen, by which an agent can tell that it was restored.

A restored store may get beyond the number that an agent knows, but never has that transaction of that run.
"""

import sqlalchemy as sa

from collector.database.engine import tables

RUNS_KEPT = 1000

_run = sa.Table(
    "run",
    tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("last_commit", sa.BigInteger, nullable=False),
)


def begin(connection: sa.Connection, run: str, writer: str, commit_number: int) -> dict[str, int]:
    """Enter a new run; the ones before it, each with the last transaction that the store has of it.

    `writer` is the run that made the last one of all, `commit_number`.
    """
    last = {"last_commit": commit_number}
    connection.execute(sa.update(_run).where(_run.c.id == writer).values(last))
    past = {row.id: row.last_commit for row in connection.execute(sa.select(_run))}
    entered = sa.insert(_run).values(id=run, **last).returning(_run.c.number)
    number = connection.execute(entered).scalar_one()
    connection.execute(sa.delete(_run).where(_run.c.number <= number - RUNS_KEPT))
    return past
