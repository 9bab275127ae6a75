"""The spool's SQLite database: its tables and its transactions."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import msgspec

from wire.ranges import Range, Ranges

# The index `fate` answers each query that needs no body, so a bad page of bodies spoils none of them.
# Stream 0 keeps the sum of the ledgers of all streams that the spool has forgotten.
# `gone` has the ranges of a stream's seqs without a row. `untold` has drop records that wait for a report.
SCHEMA = """
CREATE TABLE IF NOT EXISTS stream (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, boot TEXT NOT NULL, highest INTEGER NOT NULL DEFAULT 0,
    taken INTEGER NOT NULL DEFAULT 0, acknowledged INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0, gone BLOB NOT NULL DEFAULT '[]');
INSERT OR IGNORE INTO stream (id, name, boot) VALUES (0, '', '');
CREATE TABLE IF NOT EXISTS report (
    stream INTEGER NOT NULL, seq INTEGER NOT NULL, at REAL NOT NULL, measurements INTEGER NOT NULL,
    size INTEGER NOT NULL, carries INTEGER NOT NULL, offset REAL, clock TEXT, acked_at REAL,
    body BLOB NOT NULL, PRIMARY KEY (stream, seq));
CREATE INDEX IF NOT EXISTS fate ON report (acked_at, stream, seq, measurements, size, carries);
CREATE TABLE IF NOT EXISTS boot (name TEXT PRIMARY KEY, offset REAL NOT NULL, clock TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS untold (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL);
"""
HELD = "FROM report INDEXED BY fate WHERE acked_at IS NULL"
RING = "FROM report INDEXED BY fate WHERE acked_at IS NOT NULL"

decode_ranges = msgspec.json.Decoder(list[Range]).decode


def opened(path: str) -> sqlite3.Connection:
    """A database that this process alone may use. Raises sqlite3.Error."""
    database = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "cache_size=-512"):
            database.execute(f"PRAGMA {pragma}")
        database.executescript(SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection, *, durable: bool = False) -> Iterator[None]:
    """A durable transaction survives a power cut. The cut may undo others, which costs only a resend."""
    database.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            with suppress(sqlite3.Error):
                database.execute("ROLLBACK")
        raise


def total(database: sqlite3.Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0])


def stream_id(database: sqlite3.Connection, name: str, boot: str) -> int:
    """The id of a stream, which gets a row when it has none. Ids grow with time."""
    found = database.execute("SELECT id FROM stream WHERE name = ?", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    return int(database.execute("INSERT INTO stream (name, boot) VALUES (?, ?)", (name, boot)).lastrowid or 0)


def gone(database: sqlite3.Connection, stream: int) -> Ranges:
    return Ranges(
        decode_ranges(database.execute("SELECT gone FROM stream WHERE id = ?", (stream,)).fetchone()[0])
    )


def mark_gone(database: sqlite3.Connection, stream: int, ranges: Iterable[Range]) -> None:
    marks = gone(database, stream)
    for low, high in ranges:
        marks.add(low, high)
    database.execute("UPDATE stream SET gone = ? WHERE id = ?", (msgspec.json.encode(list(marks)), stream))


def meta(database: sqlite3.Connection, key: str) -> bytes | None:
    found = database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if found is None else bytes(found[0])


def set_meta(database: sqlite3.Connection, key: str, value: object) -> None:
    database.execute("REPLACE INTO meta VALUES (?, ?)", (key, msgspec.json.encode(value)))
