"""Accounts, sessions and tokens in the store: hashes of their secrets, never the secrets themselves.

The key that signs the cookies of sessions is here too, so that a restored store knows its browsers.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from collector.access import AccessChanges, AccessRegister, Account, AccountSession, ApiToken
from collector.database.engine import tables, upsert

accounts = sa.Table(
    "accounts",
    tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
)
sessions = sa.Table(
    "account_sessions",
    tables,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("ends_at", sa.Double, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
)
tokens = sa.Table(
    "api_tokens",
    tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("ends_at", sa.Double, nullable=False),
)
keys = sa.Table(
    "session_keys",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, nullable=False),
)


def write(connection: sa.Connection, changes: AccessChanges) -> None:
    """Within the transaction of the change."""
    _write(connection, accounts, changes.accounts)
    _write(connection, sessions, changes.sessions)
    _write(connection, tokens, changes.tokens)


def stored(connection: sa.Connection) -> AccessRegister:
    return AccessRegister(
        [Account(**row) for row in _rows(connection, accounts)],
        [AccountSession(**row) for row in _rows(connection, sessions)],
        [ApiToken(**row) for row in _rows(connection, tokens)],
    )


def session_key(connection: sa.Connection) -> str:
    """The key that signs cookies; the first call makes it."""
    known = connection.scalars(sa.select(keys.c.key)).one_or_none()
    if known is None:
        known = secrets.token_hex(32)
        connection.execute(sa.insert(keys).values(id=1, key=known))
    return known


def _rows(connection: sa.Connection, table: sa.Table) -> Any:
    return connection.execute(sa.select(table)).mappings()


def _write(connection: sa.Connection, table: sa.Table, changed: Mapping[str, msgspec.Struct | None]) -> None:
    (key,) = table.primary_key
    gone = [name for name, one in changed.items() if one is None]
    kept = [msgspec.structs.asdict(one) for one in changed.values() if one is not None]
    if gone:
        connection.execute(sa.delete(table).where(key.in_(gone)))
    if kept:
        connection.execute(upsert(connection, table), kept)
