"""A file that holds one secret, as an editor left it."""

import logging
from functools import cache
from pathlib import Path

from runtime.files.reading import SECRET_BYTES_AT_MOST, data
from runtime.files.text import secret

log = logging.getLogger(__name__)


def read(file: Path) -> str:
    """Without blanks around it, which is said. Raises OSError and NotText."""
    held, blanks = secret(data(file, SECRET_BYTES_AT_MOST))
    if blanks:
        say_blanks(file)
    return held


@cache
def say_blanks(file: Path) -> None:
    """Once: a secret is read again and again."""
    log.warning("%s: blanks around the secret are left out; save it without them", file)
