"""A file that holds one secret."""

import logging
from functools import cache
from pathlib import Path

from runtime.files.reading import SECRET_BYTES_AT_MOST, data
from runtime.files.text import secret

log = logging.getLogger(__name__)


def read(file: Path) -> str:
    """The secret without blanks around it; the log warns of those. Raises OSError and NotText."""
    held, blanks = secret(data(file, SECRET_BYTES_AT_MOST))
    if blanks:
        say_blanks(file)
    return held


@cache
def say_blanks(file: Path) -> None:
    """Warns once for each file, because the program reads a secret again and again."""
    log.warning("%s: blanks around the secret are left out; save it without them", file)
