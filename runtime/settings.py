"""A program's settings file (agent.toml, collector.toml), and the errors in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from runtime.errors import UserError
from runtime.files.text import NotText, text
from runtime.files.toml import NotToml, parsed

T = TypeVar("T")


class BadConfig(UserError):
    """A setting is wrong: file, key, value, remedy."""


def key_and_error(error: msgspec.ValidationError, document: Any) -> str:
    """msgspec's error as `key: error`."""
    what, _, key = str(error).partition(" - at `$.")
    return f"{key.rstrip('`') or 'top level'}: {what}"


def load(
    path: Path,
    settings: type[T],
    describe: Callable[[msgspec.ValidationError, Any], str] = key_and_error,
    option: str = "--config",
) -> T:
    """The file as `settings`, a msgspec struct; `describe` makes a sentence of an error in it.

    `option` is the one that named the file.

    Raises BadConfig.
    """
    try:
        document = parsed(text(path.read_bytes()))
    except OSError as error:
        raise BadConfig(f"{path}: {error.strerror}; give another file with {option}") from None
    except (NotText, NotToml) as error:
        raise BadConfig(f"{path}: {error}") from None
    try:
        return msgspec.convert(document, settings)
    except msgspec.ValidationError as error:
        raise BadConfig(f"{path}: {describe(error, document)}") from None
