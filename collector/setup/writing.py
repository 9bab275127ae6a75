"""Writes what setup has decided, and remembers it in setup.json. Raises CannotWrite."""

import grp
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct, field

from collector.setup.answers import Answers
from collector.setup.files import File, Folder
from collector.setup.habit import Fate, digest, fate
from runtime.errors import UserError
from runtime.files.reading import data
from runtime.files.writing import write_whole

RECORD = "setup.json"
BESIDE = ".new"


class CannotWrite(UserError):
    """A file can't be read or written. One line: the file, the fault, the remedy."""


class SetupLine(NamedTuple):
    """For a person. Not `changed`: it only draws attention to something. `unit` has to start again."""

    text: str
    changed: bool = True
    unit: str = ""


class Record(Struct, forbid_unknown_fields=True):
    """`files` has the digest of the last contents that setup had for each file."""

    answers: Answers | None = None
    files: dict[str, str] = field(default_factory=dict)


def recorded(directory: Path) -> Record:
    """An empty one where setup has not run yet."""
    file = directory / RECORD
    held = present(file)
    if held is None:
        return Record()
    try:
        return msgspec.json.decode(held, type=Record)
    except msgspec.DecodeError:
        raise CannotWrite(
            f"{file}: is not as setup wrote it; move it away, and give the options anew"
        ) from None


def record(directory: Path, made: Record) -> None:
    """Only where it is new."""
    contents = msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"
    if present(directory / RECORD) != contents:
        with writing():
            write_whole(directory / RECORD, contents)


def present(file: Path) -> bytes | None:
    with writing():
        try:
            return data(file)
        except FileNotFoundError:
            return None


def make_folder(folder: Folder) -> Iterator[SetupLine]:
    """One that is there keeps its mode and its owner."""
    with writing():
        try:
            folder.path.mkdir(parents=True)
        except FileExistsError:
            return
        folder.path.chmod(folder.mode)
    yield SetupLine(f"{folder.path}: made")


def put(file: File, known: dict[str, str]) -> Iterator[SetupLine]:
    """As Debian does with configuration files. `known` gets the digest of our contents."""
    name = str(file.path)
    is_link = file.path.is_symlink()
    if is_link and not file.path.is_file():  # a unit that a person masked leads to /dev/null
        yield SetupLine(f"{name}: left as it is, a link to {file.path.readlink()}", changed=False)
        return
    decided = fate(file.contents, present(file.path), known.get(name))
    if is_link and decided is Fate.UPDATED:  # a person keeps the file elsewhere
        decided = Fate.BESIDE
    if decided is Fate.SAME:
        yield from _right(file)
    elif decided is Fate.YOURS:
        yield SetupLine(f"{name}: {decided.value}", changed=False)
    elif decided is Fate.BESIDE:
        beside = file._replace(path=file.path.with_name(f"{file.path.name}{BESIDE}"))
        _write(beside)
        yield SetupLine(f"{name}: {decided.value}; {beside.path} is ours: compare them")
    else:
        _write(file)
        yield SetupLine(f"{name}: {decided.value}", unit=file.unit)
    known[name] = digest(file.contents)  # last: a disk that is full leaves the file of before as ours


def mirror(file: File) -> Iterator[SetupLine]:
    """A file that only programs write becomes as given."""
    if present(file.path) == file.contents:
        yield from _right(file)
        return
    _write(file)
    yield SetupLine(f"{file.path}: written", unit=file.unit)


def _write(file: File) -> None:
    with writing():
        file.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file.path, file.contents, file.mode)
        give(file)


def _right(file: File) -> Iterator[SetupLine]:
    with writing():
        if give(file):
            yield SetupLine(f"{file.path}: has its owner and mode again", unit=file.unit)


def give(file: File) -> bool:
    """Owner, group and mode, as far as they exist here and this user may. True: something was otherwise.

    Raises OSError.
    """
    now = file.path.stat()
    owner, group, changed = now.st_uid, now.st_gid, False
    if os.geteuid() == 0:
        with suppress(KeyError):
            owner = pwd.getpwnam(file.owner).pw_uid if file.owner else owner
        with suppress(KeyError):
            group = grp.getgrnam(file.group).gr_gid if file.group else group
    if (owner, group) != (now.st_uid, now.st_gid):
        os.chown(file.path, owner, group)
        changed = True
    if now.st_mode & 0o7777 != file.mode:
        file.path.chmod(file.mode)
        changed = True
    return changed


def give_back(folder: Path) -> None:
    """Root leaves no file of its own in a folder of a service, which could not write it."""
    with writing():
        owner = folder.stat()
        if os.geteuid() != 0 or owner.st_uid == 0:
            return
        for each in folder.rglob("*"):
            if each.lstat().st_uid == 0:
                os.chown(each, owner.st_uid, owner.st_gid, follow_symlinks=False)


@contextmanager
def writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = "run setup as root, or give --directory" if os.geteuid() else "see the disk and this file"
        raise CannotWrite(f"{error.filename}: {error.strerror}; {remedy}") from None
