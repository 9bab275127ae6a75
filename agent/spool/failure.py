"""The failures of the spool's disk: what each of them means, and its remedy."""

import errno
import os
import sqlite3

import msgspec

NOT_OURS = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
FAILURES = (sqlite3.Error, msgspec.DecodeError, OSError)


class Disagreement(sqlite3.DatabaseError):
    """A damaged file without an error of SQLite: one index lists a report, another does not find it."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def in_use(error: Exception) -> bool:
    """Does another process have the file?"""
    return _code(error) == sqlite3.SQLITE_BUSY


def is_damage(error: Exception) -> bool:
    """Is the content wrong, rather than the disk out of reach?"""
    return _code(error) in DAMAGE or isinstance(error, msgspec.DecodeError)


def remedy(error: Exception) -> str:
    """The remedy for SQLite's or the system's error code: disk full, no permission, or disk broken."""
    if _code(error) == sqlite3.SQLITE_FULL or getattr(error, "errno", None) == errno.ENOSPC:
        return "free space on its disk"
    if _code(error) in NOT_OURS or isinstance(error, PermissionError):
        return (
            f"let the user that the agent runs as (uid {os.getuid()}) write there, where its disk allows it"
        )
    return "see that its disk is mounted for writing, or replace it"


def _code(error: Exception) -> int:
    """SQLite's primary result code, 0 for other errors."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
