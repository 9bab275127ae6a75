"""The note beside the spool: which reports are in memory alone, in a file that needs no more room.

It has its room from the first start on. Its halves are overwritten in turn, in place: a write that is cut
short leaves the one before. What it names and the spool does not have was lost with its process; the next
one counts it.
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
HEADER = struct.Struct(
    ">8sIIQ"
)  # magic, checksum of the rest, length of the content, how many writes there were
MAGIC = b"unsaved1"
COVERED = struct.Struct(">IQ")
FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unsaved(msgspec.Struct, array_like=True, frozen=True):
    """`spool` is the name of the spool that has not got them: the stream that began it. Oldest first."""

    spool: str = ""
    lost: tuple[LostStream, ...] = ()


NOTHING_UNSAVED = Unsaved()

_decode = msgspec.json.Decoder(Unsaved).decode


class Note:
    """Nothing here raises for a disk: without the note, what is in memory alone dies uncounted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Unsaved:
        """Nothing, where there is no note, or none that is whole."""
        return max(_halves(_content(self._path)), key=lambda half: half[0], default=(0, NOTHING_UNSAVED))[1]

    def write(self, spool: str, lost: Iterable[LostStream]) -> None:
        """On disk when it returns. Of more streams than there is room for, the newest."""
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
    """Raises OSError."""
    file = os.open(path, os.O_RDWR | FLAGS)
    try:
        os.pwrite(file, data, offset)
        os.fdatasync(file)
    finally:
        os.close(file)


def allocate(path: Path, data: bytes) -> None:
    """A new file that has all its room; nothing is left of it where there is none. Raises OSError."""
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
    """Empty, where nothing of the kind can be read."""
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
    """Those that are whole, with their numbers of writes."""
    found = []
    for start in range(0, len(content) - HEADER.size + 1, HALF_BYTES):
        magic, checksum, length, writes = HEADER.unpack_from(content, start)
        body = content[start + HEADER.size : start + min(HEADER.size + length, HALF_BYTES)]
        if magic == MAGIC and crc32(COVERED.pack(length, writes) + body) == checksum:
            with suppress(msgspec.DecodeError):
                found.append((writes, _decode(body)))
    return found
