"""Brings a backup onto a blank machine. It overwrites nothing, and half a restore leaves nothing behind."""

import grp
import os
import pwd
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import sqlalchemy as sa

from collector.backup.archive import ArchiveReader, KeptFile, Manifest
from collector.backup.rows import Filling, filling
from collector.backup.seal import BadSeal
from collector.config import CollectorConfig
from runtime.errors import UserError
from runtime.files.writing import write_whole

SUFFIXES = ("", "-wal", "-shm", "-journal")


class NotBlank(UserError):
    """Something is there already, or can't be made. One line: the file, the fault, the remedy."""


class Restored(NamedTuple):
    """`strangers` are files whose owner this machine does not have: root owns them now."""

    manifest: Manifest
    files: int
    rows: int
    strangers: list[str]


def check(below: BinaryIO, passphrase: str) -> tuple[Manifest, int]:
    """The manifest and the number of rows of a backup that is whole. Raises BadSeal."""
    archive = ArchiveReader(below, passphrase)
    rows = sum(member.contents.count(b"\n") + 1 for member in archive.members() if member.kind == "store")
    return archive.manifest, rows


def restore(
    below: BinaryIO, passphrase: str, configured: Callable[[Path], CollectorConfig], store: str = ""
) -> Restored:
    """`configured` reads a collector.toml; `store` is a URL in place of the one there.

    Raises BadSeal, NotBlank and StoreError.
    """
    archive = ArchiveReader(below, passphrase)
    manifest = archive.manifest
    _check_blank(manifest)
    made: list[Path] = []
    try:
        strangers = _make_folders(manifest, made)
        rows = 0
        numbered = {str(one.number): one for one in manifest.files}
        members = archive.members()
        for member in members:
            if member.kind == "file":
                strangers += _write(numbered[member.name], member.contents, made)
                continue
            url = store or configured(Path(manifest.config_file)).store
            with _new_store(url), filling(url, manifest.revision) as filled:
                _put(filled, member.name, member.contents)
                for later in members:
                    _put(filled, later.name, later.contents)
                rows = filled.rows
    except BaseException as error:
        _take_back(made)
        if isinstance(error, KeyError | ValueError):
            raise BadSeal(f"is not as pantau makes it ({error}); give another file") from None
        if isinstance(error, OSError):
            raise NotBlank(f"{error.filename}: {error.strerror}; run it as root") from None
        raise
    return Restored(manifest, len(numbered), rows, strangers)


def _put(filled: Filling, table: str, contents: bytes) -> None:
    filled.put(table, contents.split(b"\n"))


def _check_blank(manifest: Manifest) -> None:
    for one in manifest.files:
        path = Path(one.path)
        if not path.is_absolute() or ".." in path.parts:
            raise BadSeal(f"names {path}, which is no place for a file; give another backup")
        if not one.is_folder and path.exists():
            raise NotBlank(f"{path}: is there already; restore onto a blank machine, or move it away")


def _make_folders(manifest: Manifest, made: list[Path]) -> list[str]:
    strangers = []
    for one in manifest.files:
        if one.is_folder and not Path(one.path).exists():
            strangers += _make_folder(one, made)
    return strangers


def _make_folder(one: KeptFile, made: list[Path]) -> list[str]:
    path = Path(one.path)
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            made.append(parent)
    path.mkdir()
    made.append(path)
    path.chmod(one.mode)
    return _give(path, one)


def _write(one: KeptFile, contents: bytes, made: list[Path]) -> list[str]:
    path = Path(one.path)
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            made.append(parent)
    made.append(path)
    write_whole(path, contents, one.mode)
    return _give(path, one)


def _give(path: Path, one: KeptFile) -> list[str]:
    """Numbers are of services that systemd gives a user at their start: it takes such files over."""
    if os.geteuid() != 0 or one.owner.isdigit():
        return []
    try:
        os.chown(path, pwd.getpwnam(one.owner).pw_uid, grp.getgrnam(one.group).gr_gid)
    except KeyError:
        return [str(path)]
    return []


@contextmanager
def _new_store(url: str) -> Iterator[None]:
    """A file of SQLite that came about here goes away again after an error."""
    parsed = sa.make_url(url)
    file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
    if file is not None:
        if file.exists():
            raise NotBlank(f"{file}: is there already; restore onto a blank machine, or move it away")
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for each in _files_of(file) if file else ():
            each.unlink(missing_ok=True)
        raise
    if file is not None:
        _like_its_folder(file)


def _like_its_folder(file: Path) -> None:
    owner = file.parent.stat()
    for each in _files_of(file):
        each.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(each, owner.st_uid, owner.st_gid)


def _files_of(file: Path) -> list[Path]:
    """SQLite's own, and no copy of a person's beside them."""
    names = [file.with_name(file.name + suffix) for suffix in SUFFIXES]
    return [each for each in names if each.exists()]


def _take_back(made: list[Path]) -> None:
    for path in reversed(made):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
