"""The note beside the spool says which reports are in memory alone.

The first start of the agent allocates the file at its full size, so a full disk does not stop later writes.
The file has two halves, and each write overwrites the older half in place: a power cut during a write leaves
the other half. A report that the note names and the spool does not have was lost with its process; the next
process counts it.
"""

import os
import stat
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import msgspec

from agent.spool.salvage import LostStream

HALF_BYTES = 8192
HEADER = struct.Struct(">8sIIQ")  # magic, checksum of the rest, length of the content, number of the write
MAGIC = b"unsaved1"
COVERED = struct.Struct(">IQ")
FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unsaved(msgspec.Struct, array_like=True, frozen=True):
    """Streams with reports in memory alone, oldest first. `spool` names the spool that lacks them."""

    spool: str = ""
    lost: tuple[LostStream, ...] = ()


NOTHING_UNSAVED = Unsaved()

_decode = msgspec.json.Decoder(Unsaved).decode


class Note:
    """The note on disk. It never raises for the disk; without it, a loss from memory is not counted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Unsaved:
        """The newest whole half; NOTHING_UNSAVED when there is none."""
        return max(_halves(_content(self._path)), key=lambda half: half[0], default=(0, NOTHING_UNSAVED))[1]

    def write(self, spool: str, lost: Iterable[LostStream]) -> None:
        """Write the note, durably. The note keeps the newest streams when not all have room."""
        unsaved = Unsaved(spool, tuple(lost))
        content = _content(self._path)
        halves = _halves(content)
        writes, known = max(halves, key=lambda half: half[0], default=(0, NOTHING_UNSAVED))
        if halves and known == unsaved:
            return
        half = _half(writes + 1, unsaved)
        with suppress(OSError):
            if len(content) == 2 * HALF_BYTES:
                overwrite(self._path, (writes + 1) % 2 * HALF_BYTES, half)
            else:
                allocate(
                    self._path, bytes(HALF_BYTES) + half if writes % 2 == 0 else half + bytes(HALF_BYTES)
                )


def overwrite(path: Path, offset: int, data: bytes) -> None:
    """Write `data` into an existing file at `offset`, durably. Raises OSError."""
    file = os.open(path, os.O_RDWR | FLAGS)
    try:
        os.pwrite(file, data, offset)
        os.fdatasync(file)
    finally:
        os.close(file)


def allocate(path: Path, data: bytes) -> None:
    """Make a file with this content, durably. A disk without room keeps no part of it. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _content(path: Path) -> bytes:
    """The bytes of the file; empty when there is no regular file that can be read."""
    with suppress(OSError):
        file = os.open(path, os.O_RDONLY | FLAGS)
        try:
            if stat.S_ISREG(os.fstat(file).st_mode):
                return os.read(file, 2 * HALF_BYTES)
        finally:
            os.close(file)
    return b""


def _half(writes: int, unsaved: Unsaved) -> bytes:
    room = HALF_BYTES - HEADER.size
    while len(content := msgspec.json.encode(unsaved)) > room:
        unsaved = Unsaved(unsaved.spool, unsaved.lost[1:])
    covered = COVERED.pack(len(content), writes) + content
    return (HEADER.pack(MAGIC, crc32(covered), len(content), writes) + content).ljust(HALF_BYTES, b"\0")


def _halves(content: bytes) -> list[tuple[int, Unsaved]]:
    """The halves that are whole, each with the number of its write."""
    found = []
    for start in range(0, len(content) - HEADER.size + 1, HALF_BYTES):
        magic, checksum, length, writes = HEADER.unpack_from(content, start)
        body = content[start + HEADER.size : start + min(HEADER.size + length, HALF_BYTES)]
        if magic == MAGIC and crc32(COVERED.pack(length, writes) + body) == checksum:
            with suppress(msgspec.DecodeError):
                found.append((writes, _decode(body)))
    return found
