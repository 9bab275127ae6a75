"""URLs that a person may write, and URLs in a server's text, read as browsers do (WHATWG URL)."""

import ipaddress
import re
import socket
from functools import lru_cache
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

PATTERN = r"^https?://[A-Za-z0-9_.:\[\]-]+([/?][!-~]*)?\Z"
"""An absolute http or https URL in ASCII, without user information."""

PORTS = {"http": 80, "https": 443}
MAX_HOST = 253
_CONTROLS_AND_BLANK = bytes(range(33))
_SENT_AS_IS = frozenset(range(0x21, 0x7F)) - frozenset(b'"<>`{}')
_NUMBERS = re.compile(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_.:-]+")


@lru_cache(maxsize=1024)  # an application has one for each site that probes it
def wrong_with(url: str) -> str:
    """The fault of a URL that fits the pattern and leads nowhere; "" where it has none."""
    try:
        parts = urlsplit(url)
        return "" if parts.hostname and parts.port != 0 else "it has no host, or port 0"
    except ValueError as error:
        return str(error)


def advice(typed: str) -> str:
    """The correct form of a URL with letters beyond ASCII or blanks in it; "" where that is not clear."""
    if not re.match(r"https?://[^@]*\Z", typed, re.IGNORECASE):
        return ""
    try:
        correct = joined("http://localhost/", typed.encode())
    except ValueError:
        return ""
    return "" if correct == typed else f"write {correct}: the host in punycode, the rest percent-encoded"


def literal(host: str) -> str:
    """The IP address that a host is, also as inet_aton(3) reads numbers ("127.1"); "" for a name."""
    return _literal(host) if len(host) <= MAX_HOST else ""


@lru_cache(maxsize=1024)  # each run of a probe asks it of the same few hosts
def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        if not _NUMBERS.fullmatch(host):
            return ""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


def host_name(host: str) -> str:
    """A host as it is compared and sent: lower case, punycode, no final dot. Raises ValueError."""
    bare = host.removeprefix("[").removesuffix("]")
    if address := literal(bare):
        return address
    name = bare[: MAX_HOST + 1].lower().removesuffix(".")
    if not name.isascii():
        name = name.encode("idna").decode()
    if not _HOST.fullmatch(name) or len(name) > MAX_HOST:
        raise ValueError(f"{host!r:.80} is not a host")
    return name


def netloc(url: str) -> str:
    """The value of a `Host` field: the host, and the port where it is not the scheme's own."""
    parts = urlsplit(url)
    host = host_name(parts.hostname or "")
    bracketed = f"[{host}]" if ":" in host else host
    default = parts.port is None or parts.port == PORTS.get(parts.scheme)
    return bracketed if default else f"{bracketed}:{parts.port}"


def joined(base: str, location: bytes) -> str:
    """The URL of a `Location`, seen from `base`, in ASCII, without user information. Raises ValueError."""
    there = urldefrag(urljoin(base, _relative(base, _ascii(location)))).url
    parts = urlsplit(there)
    if parts.scheme not in PORTS:
        raise ValueError("is not an http or https URL")
    bare = parts.netloc.rpartition("@")[2]
    host, colon, port = bare.rpartition(":") if re.search(r":\d*\Z", bare) else (bare, "", "")
    absolute = urlunsplit((parts.scheme, f"{_host_in_netloc(host)}{colon}{port}", parts.path or "/", "", ""))
    if wrong_with(absolute):
        raise ValueError("is not a URL")
    return urlunsplit((parts.scheme, netloc(absolute), parts.path or "/", parts.query, ""))


def _host_in_netloc(host: str) -> str:
    name = host_name(unquote(host))
    return f"[{name}]" if ":" in name else name


def _ascii(location: bytes) -> str:
    """Percent-encoded byte for byte: UTF-8, or whatever else the server has its own URLs in."""
    text = location.strip(_CONTROLS_AND_BLANK).translate(None, b"\t\r\n")
    return "".join(chr(byte) if byte in _SENT_AS_IS else f"%{byte:02X}" for byte in text)


def _relative(base: str, text: str) -> str:
    """Slashes as browsers read them: backwards, too many before a host, or none after the base's scheme."""
    end = min((text.find(mark) for mark in "?#" if mark in text), default=len(text))
    text = text[:end].replace("\\", "/") + text[end:]
    if found := re.match(r"(https?):(/*)", text, re.IGNORECASE):
        rest, scheme = text[found.end() :], found[1].lower()
        if scheme == urlsplit(base).scheme and len(found[2]) < 2:
            return found[2] + rest
        if not rest:
            raise ValueError("is not a URL")
        return f"{scheme}://{rest}"
    return "//" + text.lstrip("/") if text.startswith("//") else text
