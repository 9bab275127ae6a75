"""A disk under real SQLite files that can be cut off, lie about its flushes, and refuse to be written."""

import errno
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeVar
from unittest.mock import patch

from agent.spool import note

Refusal = Literal["", "full", "readonly", "io"]
T = TypeVar("T")
Copy = dict[str, bytes]
"""The files of a database, by the end of their names."""

NOTE = ".unsaved"  # of a spool: a file of its own, beside the database
CHECKPOINT_EVERY = 40  # commits: SQLite does it by size, which short histories seldom reach
WAL_HEADER, FRAME_HEADER = 32, 24


class Killed(BaseException):
    """The process at work ends here, as by kill -9."""


class Disk:
    """One database in a folder; every life of the process that uses it has a folder of its own."""

    def __init__(self, folder: Path, name: str, chance: Random) -> None:
        self.refusal: Refusal = ""
        self.fuse: int | None = None
        """Kills at the end of so many steps; before and after each commit there is one."""
        self._folder = folder
        self._name = name
        self._chance = chance
        self._life = 0
        self._commits = 0
        self._always_synced = True
        self._log = Log()
        self._sworn: Copy | None = None
        self._connections: list[Connection] = []
        self._settle_in()

    @property
    def lies(self) -> bool:
        return self._sworn is not None

    def lie(self) -> None:
        """From now on nothing reaches the disk, whatever it says."""
        self._sworn = self.copy()

    def copy(self) -> Copy:
        files = {end: Path(f"{self.file}{end}") for end in ("", "-wal", NOTE)}
        return {end: file.read_bytes() for end, file in files.items() if file.exists()}

    def end_of_process(self, *, power_cut: bool = False, restored: Copy | None = None) -> None:
        """The next one finds what a kill or a power cut leaves, or what somebody put there."""
        content = restored if restored is not None else self.copy()
        if power_cut and restored is None:
            content = self._cut(content) if self._sworn is None else self._sworn
        for connection in list(self._connections):
            connection.close()
        shutil.rmtree(self.file.parent)
        self._commits, self.fuse = 0, None
        if power_cut:
            self._sworn = None
        self._life += 1
        self._settle_in()
        for end, data in content.items():
            Path(f"{self.file}{end}").write_bytes(data)
        if power_cut or restored is not None:  # all that there is was synced
            self._log = Log()
            self._log.follow(self._wal)
            self._log.sync()

    @property
    def takes_notes(self) -> bool:
        """In the room that a note has already: a full disk does, others that refuse do not."""
        return self.refusal in ("", "full") and Path(f"{self.file}{NOTE}").exists()

    def write_note(self, write: Callable[[], None], *, allocates: bool) -> None:
        if self.refusal in ("readonly", "io") or (self.refusal == "full" and allocates):
            raise OSError(errno.ENOSPC, "the disk refuses")
        self.burn()
        write()
        self.burn()

    def closed(self, connection: "Connection") -> None:
        if connection in self._connections:
            self._connections.remove(connection)

    def damage(self) -> None:
        """Some pages of it, while nothing runs: all is in one file, as after a clean stop."""
        if not self.file.exists():
            return
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._log = Log()
        data = bytearray(self.file.read_bytes())
        for _ in range(self._chance.randint(1, 3)):
            start = self._chance.randrange(0, len(data), 512)
            data[start : start + 512] = self._chance.randbytes(len(data[start : start + 512]))
        self.file.write_bytes(data)

    def _settle_in(self) -> None:
        self.file = self._folder / str(self._life) / self._name
        self._wal = Path(f"{self.file}-wal")
        self.file.parent.mkdir(parents=True)

    def refuse(self, how: Refusal) -> None:
        self.refusal = how
        for connection in self._connections:
            connection.obey()

    def at_peace(self) -> None:
        self.refuse("")
        self.fuse = self._sworn = None

    def connected(self, connection: "Connection") -> None:
        connection.disk = self
        self._connections.append(connection)
        connection.obey()

    def burn(self) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse <= 0:
                raise Killed

    def begin(self, *, synced: bool) -> None:
        if self._always_synced and not synced:
            self._always_synced = False
            self._log.follow(self._wal)
            self._log.sync()

    def committed(self, *, synced: bool) -> bool:
        """True when it is time for a checkpoint."""
        self._commits += 1
        checkpoint = self._commits % CHECKPOINT_EVERY == 0
        if not self._always_synced:
            grown = self._log.follow(self._wal)
            if checkpoint or (synced and grown):
                self._log.sync()
        return checkpoint

    def _cut(self, content: Copy) -> Copy:
        """Without some of the commits that nobody synced, and perhaps with a part of the first lost one."""
        ends = self._log.unsynced()
        kept = self._chance.randrange(len(ends))
        if kept == len(ends) - 1 or "-wal" not in content:  # a close has brought all into the database
            return content
        return {**content, "-wal": content["-wal"][: self._chance.randrange(ends[kept], ends[kept + 1])]}


class Log:
    """A write-ahead log (SQLite's file format, section 4): where its commits end, and what is synced."""

    def __init__(self) -> None:
        self._salt = b""
        self._ends = [WAL_HEADER]
        self._synced = 0

    def follow(self, file: Path) -> bool:
        """Read on; whether there is a new commit: one that changes nothing writes and syncs nothing."""
        length = file.stat().st_size if file.exists() else 0
        if length < WAL_HEADER:
            return False
        known = list(self._ends)
        with file.open("rb") as log:
            header = log.read(WAL_HEADER)
            if header[16:24] != self._salt:  # it began anew: all before is in the database, and synced
                self._salt, self._ends, self._synced = header[16:24], [WAL_HEADER], 0
            at, size = self._ends[-1], FRAME_HEADER + struct.unpack(">I", header[8:12])[0]
            while at + size <= length and log.seek(at):
                frame = log.read(FRAME_HEADER)
                if frame[8:16] != self._salt:
                    break
                at += size
                if frame[4:8] != bytes(4):
                    self._ends.append(at)
        return self._ends != known

    def sync(self) -> None:
        self._synced = len(self._ends) - 1

    def unsynced(self) -> list[int]:
        """The end of what is synced, and of each commit after it."""
        return self._ends[self._synced :]


class Connection(sqlite3.Connection):
    """Real SQLite, with the disk's faults."""

    disk: Disk | None = None
    _full = True
    _changes = 0

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if self.disk is None:
            return super().execute(sql, *values)
        if sql.startswith("PRAGMA synchronous"):
            self._full = sql.endswith("FULL")
        if sql.startswith("BEGIN"):
            self._changes = self.total_changes
            self.disk.begin(synced=self._full)
        if sql == "COMMIT":
            return self._commit(self.disk, partial(super().execute, sql))
        return super().execute(sql, *values)

    def commit(self) -> None:
        if self.disk is None:
            super().commit()
        else:
            self._commit(self.disk, super().commit)

    def close(self) -> None:
        super().close()
        if self.disk is not None:
            self.disk.closed(self)

    def obey(self) -> None:
        assert self.disk is not None
        refusal = self.disk.refusal
        with suppress(sqlite3.DatabaseError):  # a damaged one obeys nobody
            super().execute("PRAGMA wal_autocheckpoint = 0")
            super().execute(f"PRAGMA query_only = {int(refusal == 'readonly')}")
            super().execute(f"PRAGMA max_page_count = {1 if refusal == 'full' else 2**30}")

    def _commit(self, disk: Disk, commit: Callable[[], T]) -> T:
        changed = self.total_changes != self._changes
        if disk.refusal == "io" or (disk.refusal == "full" and changed):
            error = sqlite3.OperationalError(f"the disk refuses: {disk.refusal}")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR if disk.refusal == "io" else sqlite3.SQLITE_FULL
            raise error
        disk.burn()
        done = commit()
        if changed and disk.committed(synced=self._full):
            super().execute("PRAGMA wal_checkpoint(PASSIVE)")
        disk.burn()
        return done


@contextmanager
def in_place(disks: list[Disk]) -> Iterator[None]:
    """SQLite's files in the folders of these disks get their faults."""
    real: Callable[..., sqlite3.Connection] = sqlite3.connect
    elsewhere: list[sqlite3.Connection] = []  # in memory: whoever is killed does not close it

    def connect(database: Any, *arguments: Any, **settings: Any) -> sqlite3.Connection:
        folder = Path(database).parent
        for disk in disks:
            if disk.file.parent == folder:
                connection = real(database, *arguments, factory=Connection, **settings)
                assert isinstance(connection, Connection)
                disk.connected(connection)
                return connection
        elsewhere.append(real(database, *arguments, **settings))
        return elsewhere[-1]

    def guarded(real_write: Callable[..., None], *, allocates: bool) -> Callable[..., None]:
        def write(path: Path, *what: Any) -> None:
            disk = next(disk for disk in disks if disk.file.parent == path.parent)
            disk.write_note(partial(real_write, path, *what), allocates=allocates)

        return write

    with (
        patch("sqlite3.connect", connect),
        patch("sqlite3.dbapi2.connect", connect),
        patch.object(note, "overwrite", guarded(note.overwrite, allocates=False)),
        patch.object(note, "allocate", guarded(note.allocate, allocates=True)),
    ):
        yield
    for connection in elsewhere:
        connection.close()
