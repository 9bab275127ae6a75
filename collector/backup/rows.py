"""The rows of the store as lines of JSON, and back: from either kind of database into either kind.

All tables are read in one transaction, so they fit each other while the collector writes.
"""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from collector.database import migrations
from collector.database.engine import StoreError, connect, name, transaction

ROWS_AT_ONCE = 500
BYTES = "base64:"
"""So begins a text that stands for bytes; a text that begins so itself gets another in front."""
TEXT = "text:"


class Rows(NamedTuple):
    """Some rows of one table, one line of JSON each."""

    table: str
    lines: bytes


@contextmanager
def snapshot(url: str) -> Iterator[tuple[str, Iterator[Rows]]]:
    """The revision of the schema, and all rows as of one moment. Raises StoreError."""
    engine = connect(url)
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file is not None and not Path(file).is_file():  # else SQLite would make one
        raise StoreError(f"{name(engine)}: is not there; give the collector.toml of the running collector")
    try:
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with transaction(engine) as connection:
            revision = migrations.revision(connection)
            if not revision:
                raise StoreError(f"{name(engine)}: is empty; start the collector once")
            yield revision, _all(connection)
    finally:
        engine.dispose()


def _all(connection: sa.Connection) -> Iterator[Rows]:
    for table in _tables(connection):
        found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(sa.select(table))
        for some in found.mappings().partitions(ROWS_AT_ONCE):
            yield Rows(table.name, b"\n".join(_encode(row) for row in some))


@contextmanager
def filling(url: str, revision: str) -> Iterator["Filling"]:
    """A new store of that schema; it becomes of this release at the end, or nothing comes of it.

    Raises StoreError, also where the store is not empty.
    """
    engine = connect(url)
    try:
        with transaction(engine) as connection:
            migrations.create(connection, revision)
            made = Filling(connection)
            yield made
            made.finish()
            migrations.upgrade(connection)
    finally:
        engine.dispose()


class Filling:
    """Rows come in; `rows` counts them."""

    def __init__(self, connection: sa.Connection) -> None:
        self.rows = 0
        self._connection = connection
        self._tables = {table.name: table for table in _tables(connection)}

    def put(self, name: str, lines: Iterable[bytes]) -> None:
        """Raises ValueError for what is no row of the store."""
        table = self._tables.get(name)
        rows = [_decode(line) for line in lines if line]
        if table is None or any(row.keys() != set(table.columns.keys()) for row in rows):
            raise ValueError(f"{name}: holds rows of another schema")
        if rows:
            self._connection.execute(sa.insert(table), rows)
        self.rows += len(rows)

    def finish(self) -> None:
        """PostgreSQL counts numbered rows apart from the rows."""
        if self._connection.dialect.name != "postgresql":
            return
        for table in self._tables.values():
            [key, *more] = table.primary_key.columns
            if more or not isinstance(key.type, sa.Integer):
                continue
            of = sa.func.pg_get_serial_sequence(table.name, key.name)
            if (sequence := self._connection.scalar(sa.select(of))) is not None:
                highest = self._connection.scalar(sa.select(sa.func.max(key)))
                if highest is not None:
                    self._connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """As the database has them, by name."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for name, table in sorted(found.tables.items()) if name != migrations.VERSION_TABLE]


def _encode(row: Any) -> bytes:
    return msgspec.json.encode({key: _shown(value) for key, value in row.items()})


def _shown(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return BYTES + base64.b64encode(value).decode()
    if isinstance(value, str) and value.startswith((BYTES, TEXT)):
        return TEXT + value
    return value


def _decode(line: bytes) -> dict[str, Any]:
    """Raises ValueError."""
    try:
        row = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None
    return {key: _meant(value) for key, value in row.items()}


def _meant(value: Any) -> Any:
    if isinstance(value, str):
        if value.startswith(BYTES):
            return base64.b64decode(value.removeprefix(BYTES))
        return value.removeprefix(TEXT) if value.startswith(TEXT) else value
    return value
