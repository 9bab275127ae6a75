"""Debian's habit with configuration files: a file that a person changed stays as it is. Sans-IO."""

import hashlib
from enum import Enum


class Fate(Enum):
    """The outcome for one file."""

    SAME = "is as it should be"
    WRITTEN = "written"
    UPDATED = "updated"
    YOURS = "left as you changed it"
    BESIDE = "left as it is"


def digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


def fate(ours: bytes, present: bytes | None, recorded: str | None) -> Fate:
    """`recorded` is the digest of the last contents that setup had for this file; None where it had none.

    Only contents that a person has not seen yet are written beside a person's file.
    """
    if present is None:
        return Fate.WRITTEN
    if present == ours:
        return Fate.SAME
    if recorded == digest(present):
        return Fate.UPDATED
    return Fate.YOURS if recorded == digest(ours) else Fate.BESIDE
