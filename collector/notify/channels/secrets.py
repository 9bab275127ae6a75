"""Secrets of the receivers: files that hold one line, and perhaps comments."""

from pathlib import Path

from collector.notify.channels.undelivered import Undelivered
from runtime.files.reading import SECRET_BYTES_AT_MOST, data
from runtime.files.secret import say_blanks
from runtime.files.text import NotText, text, visible_ends


def secret(file: str) -> str:
    """The one line of a file that is not a comment. Raises Undelivered."""
    try:
        found = lines(Path(file))
    except OSError as error:
        raise Undelivered(f"{file}: {error.strerror}; write the secret into it") from None
    except NotText as error:
        raise Undelivered(f"{file}: {error}") from None
    if len(found) != 1:
        raise Undelivered(f"{file}: has {len(found)} lines; write one, and a receiver for each service")
    return found[0]


def lines(file: Path) -> list[str]:
    """The lines that are neither empty nor a comment. Raises OSError and NotText."""
    found = {line: visible_ends(line) for line in text(data(file, SECRET_BYTES_AT_MOST)).splitlines()}
    kept = {line: held for line, held in found.items() if held and not held.startswith("#")}
    if any(line != held for line, held in kept.items()):
        say_blanks(file)
    return list(kept.values())
