"""Secrets of the collector's receivers: files of one line that may have comments beside it."""

from pathlib import Path

from runtime.files.reading import SECRET_BYTES_AT_MOST, data
from runtime.files.secret import say_blanks
from runtime.files.text import text, visible_ends


def lines(file: Path) -> list[str]:
    """Those that are neither empty nor a comment. Raises OSError and NotText."""
    found = {line: visible_ends(line) for line in text(data(file, SECRET_BYTES_AT_MOST)).splitlines()}
    kept = {line: held for line, held in found.items() if held and not held.startswith("#")}
    if any(line != held for line, held in kept.items()):
        say_blanks(file)
    return list(kept.values())
