"""Writes a file whole or not at all, so that a power cut leaves the old one or the new one."""

import os
from pathlib import Path

PRIVATE, PUBLIC = 0o600, 0o644


def write_whole(file: Path, contents: bytes, mode: int = PUBLIC) -> None:
    """The file belongs to the owner of its folder: what root writes for a service, the service can replace.

    Raises OSError.
    """
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
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
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
