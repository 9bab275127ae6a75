"""Writes a file whole or not at all, so that a power cut leaves the old one or the new one."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EINVAL
from pathlib import Path

PRIVATE, PUBLIC = 0o600, 0o644


def write_whole(file: Path, contents: bytes, mode: int = PUBLIC) -> None:
    """The file belongs to the owner of its folder: what root writes for a service, the service can replace.

    Raises OSError.
    """
    with _written_beside(file, contents, mode) as new:
        new.replace(file)


def write_new(file: Path, contents: bytes, mode: int = PUBLIC) -> None:
    """As `write_whole`, but never over a file that is there. Raises OSError, so FileExistsError too."""
    with _written_beside(file, contents, mode) as new:
        file.hardlink_to(new)


def refuse_device(file: Path) -> None:
    """Root could put a file in the place of /dev/null, for the whole machine. Raises OSError."""
    with suppress(FileNotFoundError):
        if not (stat.S_ISREG(mode := file.lstat().st_mode) or stat.S_ISLNK(mode)):
            raise OSError(EINVAL, "is not a regular file", str(file))


@contextmanager
def _written_beside(file: Path, contents: bytes, mode: int) -> Iterator[Path]:
    """A file beside it with the contents, durable, which is to get its name. Raises OSError."""
    refuse_device(file)
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE)
    try:
        with open(opened, "wb") as writing:
            writing.write(contents)
            writing.flush()
            _give_to_owner_of_folder(opened, file.parent)
            os.fchmod(opened, mode)
            os.fsync(opened)
        yield new
    finally:
        new.unlink(missing_ok=True)
    _sync_folder(file.parent)


def _give_to_owner_of_folder(opened: int, folder: Path) -> None:
    """Only root can, and only root needs to."""
    owner = folder.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        os.fchown(opened, owner.st_uid, owner.st_gid)


def _sync_folder(folder: Path) -> None:
    """Else a power cut may take the new name away (rename(2) is durable with its folder)."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
