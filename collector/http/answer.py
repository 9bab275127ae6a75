"""An HTTP answer in one short line for a person, and how long the server asks to wait. Pure."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from wire.text import printable

SUMMARY_CHARACTERS = 200
SUMMARY_BYTES = 2000
AT_MOST_SECONDS = 3600.0

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def summary(answer: bytes) -> str:
    """The beginning of the answer on one line; the title, where it is a web page."""
    text = answer[:SUMMARY_BYTES].decode(errors="replace")
    if is_page(answer):
        title = _TITLE.search(text)
        name = " ".join(title[1].split()) if title else ""
        text = f"the page {name!r}" if name else "a web page"
    return printable(" ".join(text.split()), SUMMARY_CHARACTERS)


def is_page(answer: bytes) -> bool:
    """Whether it is a web page, such as a sign-in that a proxy shows instead of the server's answer."""
    return answer.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith((b"<!doctype", b"<html", b"<head"))


def retry_after_seconds(field: str | None, now: float) -> float:
    """Seconds from Retry-After, a number or a date (RFC 9110, section 10.2.3); 0 without, 3600 at most."""
    if not field:
        return 0.0
    if field.strip().isdecimal():
        return min(float(field), AT_MOST_SECONDS)
    try:
        at = parsedate_to_datetime(field)
    except (ValueError, OverflowError):  # OverflowError: a year that is too large
        return 0.0
    return min(max(0.0, at.replace(tzinfo=at.tzinfo or UTC).timestamp() - now), AT_MOST_SECONDS)
