"""The cookies of one visit: what a start page sets before it redirects to itself (RFC 6265, section 5)."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from wire.url import host_name

MAX_COOKIES = 50
MAX_BYTES = 4096
_UNSENDABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Cookie:
    """`domain` begins with a dot where its subdomains are sent it too."""

    name: bytes
    value: bytes
    domain: str
    path: str
    secure: bool

    def goes_to(self, url: SplitResult, host: str) -> bool:
        within = self.path.rstrip("/")
        path = url.path or "/"
        return (
            (host == self.domain or (self.domain.startswith(".") and f".{host}".endswith(self.domain)))
            and (path == within or path.startswith(f"{within}/"))
            and (url.scheme == "https" or not self.secure)
        )


class Cookies:
    """The cookies of one visit, which ends in seconds: a cookie ends only if it is taken back."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[bytes, str, str], Cookie] = {}

    def set(self, url: str, fields: Iterable[bytes]) -> None:
        """Take the `Set-Cookie` fields of a response, but no cookie for another host."""
        for field in fields:
            if len(field) > MAX_BYTES or _UNSENDABLE.search(field):
                continue
            pair, *attributes = field.split(b";")
            name, equals, value = pair.partition(b"=")
            if equals and name.strip():
                self._set(urlsplit(url), name.strip(), value.strip(), _attributes(attributes))

    def _set(self, url: SplitResult, name: bytes, value: bytes, attributes: dict[str, str]) -> None:
        host = host_name(url.hostname or "")
        domain = host
        if wide := attributes.get("domain", "").lstrip(".").lower():
            domain = f".{wide}"
            if not f".{host}".endswith(domain):
                return
        path = attributes.get("path", "")
        if not path.startswith("/"):
            path = url.path.rpartition("/")[0] or "/"
        key = (name, domain, path)
        if _is_over(attributes):
            self._cookies.pop(key, None)
        elif key in self._cookies or len(self._cookies) < MAX_COOKIES:
            self._cookies[key] = Cookie(name, value, domain, path, "secure" in attributes)

    def header(self, url: str) -> bytes:
        """The `Cookie` field's value, b"" where there is none; that of the longest path first."""
        if not self._cookies:
            return b""
        parts = urlsplit(url)
        host = host_name(parts.hostname or "")
        sent = [cookie for cookie in self._cookies.values() if cookie.goes_to(parts, host)]
        sent.sort(key=lambda cookie: -len(cookie.path))
        return b"; ".join(cookie.name + b"=" + cookie.value for cookie in sent)


def _attributes(parts: Iterable[bytes]) -> dict[str, str]:
    pairs = (part.decode("latin-1").partition("=") for part in parts)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _is_over(attributes: dict[str, str]) -> bool:
    """Whether the server takes the cookie back; `Max-Age` counts before `Expires`."""
    with suppress(ValueError, OverflowError):
        if "max-age" in attributes:
            return int(attributes["max-age"][:20]) <= 0
        if "expires" in attributes:
            import time
            from email.utils import mktime_tz, parsedate_tz  # few cookies have a date

            date = parsedate_tz(attributes["expires"][:100])
            return date is not None and mktime_tz(date) <= time.time()
    return False
