"""An HTTP answer for a person, in one short line, and how long it asks to be left alone. Pure."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from wire.text import printable

SAID_CHARACTERS = 200
SAID_BYTES = 2000
AT_MOST_SECONDS = 3600.0

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def said(answer: bytes) -> str:
    """Its beginning on one line; of a page the title."""
    text = answer[:SAID_BYTES].decode(errors="replace")
    if is_page(answer):
        title = _TITLE.search(text)
        name = " ".join(title[1].split()) if title else ""
        text = f"the page {name!r}" if name else "a web page"
    return printable(" ".join(text.split()), SAID_CHARACTERS)


def is_page(answer: bytes) -> bool:
    """For people: a sign-in, say, that a proxy shows in place of what it hides."""
    return answer.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith((b"<!doctype", b"<html", b"<head"))


def retry_after_seconds(field: str | None, now: float) -> float:
    """Of Retry-After, seconds or a date (RFC 9110, section 10.2.3): 0 without, an hour at most."""
    if not field:
        return 0.0
    if field.strip().isdecimal():
        return min(float(field), AT_MOST_SECONDS)
    try:
        at = parsedate_to_datetime(field)
    except (ValueError, OverflowError):  # the second of a year that no machine can count to
        return 0.0
    return min(max(0.0, at.replace(tzinfo=at.tzinfo or UTC).timestamp() - now), AT_MOST_SECONDS)
