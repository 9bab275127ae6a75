"""The database behind the store: how it is opened, and how its errors are told to a person."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite

from runtime.errors import UserError
from wire.text import printable

MAX_TOLD_CHARACTERS = 1000

_EXAMPLES = "sqlite:////var/lib/pantau/pantau.sqlite or postgresql+psycopg://pantau@host/pantau"
_REMEDIES = {
    "sqlite": "see that its folder exists, that this user may write there, and that the disk is not full",
    "postgresql": "see that the server runs, that the database exists and that it lets this user in",
}


tables = sa.MetaData()
"""Of the whole store; each part adds its own."""


class StoreError(UserError):
    """The database can't be used."""

    def __init__(self, told: str) -> None:
        super().__init__(printable(told, MAX_TOLD_CHARACTERS))  # a database's words may stand in it


class StoreUnavailable(StoreError):
    """For now: the same transaction may succeed later."""


def connect(url: str) -> sa.Engine:
    """An engine whose transactions are durable once committed. Raises StoreError; opens nothing yet."""
    try:
        backend = sa.make_url(url).get_backend_name()
        if backend not in _REMEDIES:
            raise StoreError(f"store: {backend} is not supported; write a URL like {_EXAMPLES}")
        engine = sa.create_engine(url)
    except ModuleNotFoundError as error:
        raise StoreError(f"store: {error.name} is not installed; pip install 'psycopg[binary]'") from None
    except exc.ArgumentError:  # the URL may hold a password, so it is not shown
        raise StoreError(f"store: not a database URL; write one like {_EXAMPLES}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # else sqlite3 leaves DDL out of the transaction
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def name(engine: sa.Engine) -> str:
    """For a person: without the password."""
    return f"store {engine.url.render_as_string(hide_password=True)}"


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Raises StoreUnavailable where trying again can help, StoreError where it can't."""
    try:
        with engine.begin() as connection:
            yield connection
    except (exc.OperationalError, exc.InterfaceError) as error:
        raise StoreUnavailable(f"{name(engine)}: {_line(error)}; {_REMEDIES[engine.dialect.name]}") from None
    except exc.DatabaseError as error:
        if type(error.orig) is not sqlite3.DatabaseError:
            raise
        remedy = "restore a backup, or move the file away: agents send again what they hold"
        raise StoreError(f"{name(engine)}: {_line(error)}; {remedy}") from None


def upsert(connection: sa.Connection, table: sa.Table) -> Any:
    """Insert rows, or replace those with the same primary key."""
    return _upsert(connection.dialect.name, table)


@lru_cache
def _upsert(dialect: str, table: sa.Table) -> Any:
    """Kept: to build one takes longer than to run it."""
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    rest = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)


def _line(error: exc.DBAPIError) -> str:
    return " ".join(str(error.orig).split())
