"""The files of a control room that belong into a backup, with their modes and owners."""

import grp
import os
import pwd
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from collector.config import CollectorConfig
from runtime.broker.settings import FILES
from runtime.errors import UserError

FILE_BYTES_AT_MOST = 16 * 2**20
PASSING = re.compile(r"\.check-.*|\..*\.new|takeover\.pem")
"""Names of files that are there for a moment only, while the collector runs."""
COPIES = Path("/run")
"""systemd's copies of secrets; their originals are beside collector.toml."""


class CannotRead(UserError):
    """A file of the control room can't be read. One line: the file, the fault, the remedy."""


class Kept(NamedTuple):
    """A file or a folder. Owner and group are names, or numbers where nobody has such a name."""

    path: Path
    is_folder: bool
    mode: int
    owner: str
    group: str


def kept_files(config: CollectorConfig, config_file: Path) -> Iterator[Kept]:
    """Each once, a folder before its files. The store is not among them. Raises CannotRead."""
    seen = set[Path]()
    for place in _places(config, config_file.absolute()):
        if place.is_relative_to(COPIES) or not place.exists():
            continue
        for path in (place, *_below(place)):
            if path not in seen and _belongs(path, config.store) and (kept := _kept(path)):
                seen.add(path)
                yield kept


def _below(place: Path) -> Iterator[Path]:
    """Nothing for a file. A folder that goes away meanwhile is no error."""
    for folder, folders, files in os.walk(place):
        folders[:] = sorted(name for name in folders if not PASSING.fullmatch(name))
        for name in (*folders, *sorted(files)):
            yield Path(folder, name)


def _places(config: CollectorConfig, config_file: Path) -> Iterator[Path]:
    """The folder of collector.toml as a whole where it is pantau's own, and all that is elsewhere."""
    folder = config_file.parent
    yield folder if folder.name == "pantau" or (folder / "setup.json").exists() else config_file
    yield Path(config.inventory).absolute()
    if config.authority:
        yield Path(config.authority.directory).absolute()
        if config.authority.passphrase_file:
            yield Path(config.authority.passphrase_file).absolute()
    for file in (*(getattr(config.broker, key) for key in FILES), config.web.token_file):
        if file:
            yield Path(file).absolute()


def _belongs(path: Path, store: str) -> bool:
    if path.is_symlink() or PASSING.fullmatch(path.name):
        return False
    return not store.startswith("sqlite:") or not str(path).startswith(store.removeprefix("sqlite:///"))


def _kept(path: Path) -> Kept | None:
    """None for a file that is gone: the collector goes on while it is backed up."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from None
    if stat.S_ISREG(found.st_mode) and found.st_size > FILE_BYTES_AT_MOST:
        raise CannotRead(f"{path}: is larger than {FILE_BYTES_AT_MOST // 2**20} MiB; move it elsewhere")
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise CannotRead(f"{path}: is neither file nor folder; move it elsewhere")
    if not os.access(path, os.R_OK):
        raise CannotRead(f"{path}: Permission denied; run it as root")
    owner, group = _user(found.st_uid), _group(found.st_gid)
    return Kept(path, stat.S_ISDIR(found.st_mode), stat.S_IMODE(found.st_mode), owner, group)


def _unreadable(path: Path, error: OSError) -> CannotRead:
    return CannotRead(f"{path}: {error.strerror}; run it as root")


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
