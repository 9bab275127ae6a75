"""Makes a backup while the collector runs. The file appears whole, or not at all."""

import os
import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, NamedTuple

import sqlalchemy as sa

from collector.backup.archive import ArchiveWriter, KeptFile, Manifest
from collector.backup.contents import FILE_BYTES_AT_MOST, CannotRead, Kept, kept_files
from collector.backup.rows import snapshot
from collector.config import CollectorConfig
from runtime.files.reading import data
from runtime.files.writing import PRIVATE, refuse_device


class Backed(NamedTuple):
    """How much is in the backup; `bytes` is the size of the file."""

    files: int
    rows: int
    bytes: int


def back_up(config: CollectorConfig, config_file: Path, below: BinaryIO, passphrase: str) -> Backed:
    """Raises CannotRead, StoreError and OSError (of `below`)."""
    rows, start = 0, below.tell() if below.seekable() else 0
    with snapshot(config.store) as (revision, pieces):
        # After the store's moment: no certificate in it is of an authority that the files lack.
        found = [(one, _read(one)) for one in kept_files(config, config_file)]
        kept, contents = zip(*[(one, held) for one, held in found if held is not None], strict=True)
        archive = ArchiveWriter(below, passphrase)
        archive.manifest(_manifest(config, config_file, kept, revision))
        for number, (one, held) in enumerate(zip(kept, contents, strict=True)):
            if not one.is_folder:
                archive.file(number, held)
        for piece in pieces:
            archive.rows(piece.table, piece.lines)
            rows += piece.lines.count(b"\n") + 1
        archive.close()
    size = below.tell() - start if below.seekable() else 0
    return Backed(sum(not one.is_folder for one in kept), rows, size)


@contextmanager
def appearing(file: Path) -> Iterator[BinaryIO]:
    """To write into; the file is there once the body has ended well. Raises OSError."""
    refuse_device(file)
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE)
    try:
        with open(opened, "wb") as writing:
            yield writing
            writing.flush()
            os.fsync(writing.fileno())
        new.replace(file)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def _read(one: Kept) -> bytes | None:
    """None for a file that is gone meanwhile. Raises CannotRead."""
    try:
        return b"" if one.is_folder else data(one.path, FILE_BYTES_AT_MOST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotRead(f"{one.path}: {error.strerror}; run it as root") from None


def _manifest(config: CollectorConfig, config_file: Path, kept: Sequence[Kept], revision: str) -> Manifest:
    return Manifest(
        version=version("pantau"),
        host=socket.gethostname(),
        made_at=time.time(),
        revision=revision,
        store=sa.make_url(config.store).render_as_string(hide_password=True),
        config_file=str(config_file.absolute()),
        files=[
            KeptFile(str(one.path), number, one.is_folder, one.mode, one.owner, one.group)
            for number, one in enumerate(kept)
        ],
    )
