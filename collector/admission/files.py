"""The broker's files as the collector writes them. The stamp comes last: it names the contents of all."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from runtime.files.reading import PEM_BYTES_AT_MOST, data
from runtime.files.writing import PRIVATE, PUBLIC, write_whole

TRUST, CERTIFICATE, CRL, ACL, STAMP = "trust.pem", "broker.pem", "crl.pem", "acl", "stamp"
FILES = (TRUST, CERTIFICATE, CRL, ACL)
MODES = {CERTIFICATE: PRIVATE}

Contents = Mapping[str, bytes]


def stamp_of(contents: Contents) -> bytes:
    """The digest of the names and contents, in hex."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(f"{name} {len(contents[name])}\n".encode() + contents[name])
    return digest.hexdigest().encode() + b"\n"


def write_files(folder: Path, contents: Contents) -> bool:
    """Write those that differ; whether anything did. Raises OSError."""
    changed = False
    for name in FILES:
        if held(folder / name) != contents[name]:
            write_whole(folder / name, contents[name], MODES.get(name, PUBLIC))
            changed = True
    stamp = stamp_of(contents)
    if changed or held(folder / STAMP) != stamp:
        write_whole(folder / STAMP, stamp)
        changed = True
    return changed


def read_files(folder: Path) -> Contents:
    """Raises OSError."""
    return {name: data(folder / name, PEM_BYTES_AT_MOST) for name in FILES}


def held(file: Path) -> bytes:
    """b"" for a file that is not there. Raises OSError."""
    try:
        return data(file, PEM_BYTES_AT_MOST)
    except FileNotFoundError:
        return b""
