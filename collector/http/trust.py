"""The certificate authorities that the collector believes."""

import os
import ssl
from functools import lru_cache
from pathlib import Path


def trusted(ca_file: str = "") -> ssl.SSLContext:
    """Those of this machine, or with `ca_file` (PEM) only those in it. Raises ValueError.

    A file that is written anew is read anew.
    """
    if not ca_file:
        return _of_this_machine()
    try:
        return _of(ca_file, os.stat(ca_file).st_mtime_ns)
    except ssl.SSLError:
        raise ValueError(f"ca_file {ca_file}: not PEM; put the certificate of its CA there") from None
    except OSError as error:
        raise ValueError(
            f"ca_file {ca_file}: {error.strerror}; put the certificate of its CA there"
        ) from None


def pinned(certificate_file: str) -> ssl.SSLContext:
    """The first certificate in the file (PEM) and no other, whatever its names. Raises ValueError."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        first, footer, _ = Path(certificate_file).read_text().partition(ssl.PEM_FOOTER)
        _, header, body = first.partition(ssl.PEM_HEADER)
        made.load_verify_locations(cadata=f"{header}{body}{footer}")
    except OSError as error:
        raise ValueError(f"{certificate_file}: {error.strerror}; let this user read it") from None
    except ValueError:
        raise ValueError(f"{certificate_file}: no certificate in PEM; write it there") from None
    return made


@lru_cache(maxsize=1)
def _of_this_machine() -> ssl.SSLContext:
    return ssl.create_default_context()


@lru_cache(maxsize=16)
def _of(ca_file: str, _written: int) -> ssl.SSLContext:
    """Not ssl.create_default_context: from Python 3.13 on, it refuses CAs that openssl makes by hand."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(ca_file)
    return made
