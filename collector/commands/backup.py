"""`pantau-collector backup` and `restore`: the control room in one sealed file."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from collector.commands.parser import Commands, show
from runtime.errors import UserError
from runtime.files import secret
from runtime.files.text import NotText

STANDARD = Path("-")
LETTERS_AT_LEAST = 8


class BadBackup(UserError):
    """The backup or its passphrase can't be used."""


def add(commands: Commands) -> None:
    backup = commands.add(
        "backup", _backup, "seal store, authority, settings and inventory into a file", commands.configured
    )
    backup.add_argument("file", type=Path, metavar="FILE", help="the backup; - is standard output")
    backup.add_argument("--check", action="store_true", help="read FILE to its end, and write nothing")
    restore = commands.add("restore", _restore, "bring a backup onto a blank machine (as root)")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup; - is standard input")
    restore.add_argument("--store", default="", metavar="URL", help="into this store; else as before")
    for command in (backup, restore):
        command.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="- is standard input; else the terminal asks for it",
        )


def _backup(options: argparse.Namespace) -> int:
    from collector.backup.make import appearing, back_up
    from collector.commands.settings import configured

    if options.check:
        return _check(options)
    config = configured(options.config)
    if options.file == STANDARD and sys.stdout.isatty():
        raise BadBackup("-: standard output is this terminal; give a file, or a pipe after the command")
    passphrase = _passphrase(options.passphrase_file, again=True)
    with _naming(options.file):
        if options.file == STANDARD:
            done = back_up(config, options.config, sys.stdout.buffer, passphrase)
            sys.stdout.buffer.flush()
            return 0
        with appearing(options.file) as writing:
            done = back_up(config, options.config, writing, passphrase)
    return show(
        [
            f"{options.file}: {done.files} files and {done.rows} rows, {done.bytes / 1e6:.1f} MB, sealed",
            "without the passphrase nobody opens it, you neither: keep both, apart from each other",
        ]
    )


def _check(options: argparse.Namespace) -> int:
    from collector.backup.restore import check

    with _reading(options.file) as reading:
        manifest, rows = check(reading, _passphrase(options.passphrase_file))
    files = sum(not one.is_folder for one in manifest.files)
    return show([f"{options.file}: is whole: {files} files and {rows} rows of {manifest.host}"])


def _restore(options: argparse.Namespace) -> int:
    from collector.backup.restore import restore
    from collector.commands.settings import configured

    if STANDARD == options.file == options.passphrase_file:
        raise BadBackup("-: standard input is the backup; give the passphrase in a file")
    if _has_password(options.store):
        raise BadBackup("--store: others on this machine see its password; leave it out here")
    with _reading(options.file) as reading:
        done = restore(reading, _passphrase(options.passphrase_file), configured, options.store)
    folder = Path(done.manifest.config_file).parent
    strangers = [f"{path}: its owner is not here, root owns it" for path in done.strangers]
    lines = [
        f"restored: {done.files} files and folders, {done.rows} rows of {done.manifest.host}",
        *strangers,
        "next:",
        *([f"  store = {options.store!r} in {done.manifest.config_file}"] if options.store else []),
        f"  pantau-collector setup --directory {folder}, which mends what broker and Prometheus read",
        "  systemctl daemon-reload; systemctl restart mosquitto; systemctl start pantau-collector",
        "Agents send again what the backup lacks.",
        "Certificates that were revoked after the backup are good again: revoke them anew.",
    ]
    return show(lines)


def _has_password(url: str) -> bool:
    """Raises StoreError for what is no URL of a store."""
    from collector.database.engine import connect

    return bool(url) and connect(url).url.password is not None


@contextmanager
def _reading(file: Path) -> Iterator[BinaryIO]:
    """Raises BadBackup."""
    with _naming(file):
        if file == STANDARD:
            yield sys.stdin.buffer
            return
        with file.open("rb") as opened:
            yield opened


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """An error of the file names it."""
    from collector.backup.seal import BadSeal

    try:
        yield
    except BadSeal as bad:
        raise BadBackup(f"{file}: {bad}") from None
    except OSError as error:
        raise BadBackup(f"{error.filename or file}: {error.strerror}; give another file") from None


def _passphrase(file: Path | None, again: bool = False) -> str:
    """Raises BadBackup."""
    if file is None:
        return _asked(again)
    try:
        held = sys.stdin.readline().rstrip("\r\n") if file == STANDARD else secret.read(file)
    except OSError as error:
        raise BadBackup(f"--passphrase-file: {file}: {error.strerror}; give its file") from None
    except NotText as error:
        raise BadBackup(f"--passphrase-file: {file}: {error}") from None
    if again and len(held) < LETTERS_AT_LEAST:
        raise BadBackup(f"--passphrase-file: {file}: is shorter than {LETTERS_AT_LEAST} letters; take more")
    return held


def _asked(again: bool) -> str:
    from getpass import getpass

    if not sys.stdin.isatty():
        raise BadBackup("--passphrase-file: is missing, and there is no terminal to ask at; give a file")
    first = getpass("passphrase of the backup: ")
    if again and len(first) < LETTERS_AT_LEAST:
        raise BadBackup(f"the passphrase is shorter than {LETTERS_AT_LEAST} letters; take a longer one")
    if again and getpass("the same again: ") != first:
        raise BadBackup("the two passphrases differ; try again")
    return first
