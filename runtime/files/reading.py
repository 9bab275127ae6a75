"""Reads a file that a setting names: only a regular file, and only up to a limit.

A pipe, a terminal or a device might never end, or make the program wait for ever.
"""

import os
import stat
from errno import EFBIG, EINVAL
from pathlib import Path

SECRET_BYTES_AT_MOST = 64 * 1024
PEM_BYTES_AT_MOST = 4 * 2**20
BYTES_AT_MOST = 16 * 2**20


def data(file: Path, at_most: int = BYTES_AT_MOST) -> bytes:
    """All bytes of the file. Raises OSError."""
    opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    with open(opened, "rb") as reading:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(EINVAL, "is not a regular file", str(file))
        held = reading.read(at_most + 1)
    if len(held) > at_most:
        raise OSError(EFBIG, f"is larger than {at_most // 1024} KiB", str(file))
    return held


def see(file: str, at_most: int = PEM_BYTES_AT_MOST) -> str:
    """The same name, once it is sure that a library may read the file. Raises OSError."""
    data(Path(file), at_most)
    return file
