"""The part of DER that certificates need (X.690). Pure."""

from datetime import datetime
from typing import NamedTuple

VERSION = 0xA0
UTC_TIME = 0x17


class Element(NamedTuple):
    tag: int
    contents: bytes


def elements(der: bytes) -> list[Element]:
    """The elements in a row (section 8.1). Raises IndexError where the data ends too early."""
    found, at = [], 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(der[at : at + size], "big"), at + size
        found.append(Element(tag, der[at : at + length]))
        at += length
    return found


def fields(certificate: bytes) -> list[Element]:
    """Serial number, signature, issuer, validity, subject and so on (RFC 5280, section 4.1)."""
    body = elements(elements(elements(certificate)[0].contents)[0].contents)
    return body[1:] if body[0].tag == VERSION else body


def not_before(certificate: bytes) -> float:
    """The beginning of its validity, Unix seconds. Raises IndexError or ValueError as `not_after`."""
    return _time(elements(fields(certificate)[3].contents)[0])


def not_after(certificate: bytes) -> float:
    """The end of its validity, Unix seconds. Raises IndexError or ValueError if it is not a certificate."""
    return _time(elements(fields(certificate)[3].contents)[1])


def _time(element: Element) -> float:
    """The time is in UTC with seconds; a year of two digits is 1950 to 2049 (RFC 5280, section 4.1.2.5)."""
    text = element.contents.decode("ascii")
    if element.tag == UTC_TIME:
        text = ("19" if text >= "5" else "20") + text
    return datetime.fromisoformat(f"{text[:8]}T{text[8:]}").timestamp()
