"""The end of the validity of the program's own certificates, Unix seconds. None: there is none to read."""

import ssl
from pathlib import Path

from runtime.broker.der import not_after
from runtime.broker.settings import Broker
from runtime.files.reading import PEM_BYTES_AT_MOST, data


def certificate_ends(broker: Broker) -> float | None:
    """Of the certificate that the program shows to the broker."""
    return file_ends(broker.certificate_file)


def file_ends(file: str) -> float | None:
    """Of the first certificate in the file."""
    return next(iter(_ends(file)), None)


def ca_ends(broker: Broker) -> float | None:
    """Of the last CA in the file: while one CA replaces another, both are in it."""
    return max(_ends(broker.ca_file), default=None)


def shown_ends(der: bytes | None) -> float | None:
    """Of a certificate that the other end has shown, in DER."""
    try:
        return not_after(der) if der else None
    except (ValueError, IndexError):
        return None


def certificates_in(file: str) -> list[bytes]:
    """In DER, in the order of the PEM file. Raises OSError and ValueError."""
    pem = data(Path(file), PEM_BYTES_AT_MOST).decode()
    parts = pem.split(ssl.PEM_HEADER)[1:]
    whole = (f"{ssl.PEM_HEADER}{part.partition(ssl.PEM_FOOTER)[0]}{ssl.PEM_FOOTER}" for part in parts)
    return [ssl.PEM_cert_to_DER_cert(one) for one in whole]


def _ends(file: str) -> list[float]:
    if not file:
        return []
    try:
        return [not_after(der) for der in certificates_in(file)]
    except (OSError, ValueError, IndexError):
        return []
