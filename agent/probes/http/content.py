"""A response's content as its readers see it: decompressed, and searched in its own charset."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from encodings import normalize_encoding
from encodings.aliases import aliases

GZIP_OR_ZLIB, RAW = 47, -15  # zlib's wbits; "deflate" is zlib by RFC 9110, and raw with some servers
MAX_CODINGS = 2
KNOWN = {"gzip", "x-gzip", "deflate"}
META_BYTES = 1024
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def is_known(codings: str) -> bool:
    """Whether the content can be decoded; another coding ("utf-8") may be no more than a mistake."""
    return set(_named(codings)) <= KNOWN


def decoded(body: bytes, codings: str, max_bytes: int) -> bytes:
    """At most `max_bytes` of the content. Raises ValueError with the coding if it can't be decoded."""
    names = _named(codings)
    if len(names) > MAX_CODINGS or not is_known(codings):
        raise ValueError(f"the content came compressed ({codings:.40}) though the request did not ask for it")
    for name in reversed(names):
        try:
            body = _inflated(body, max_bytes, GZIP_OR_ZLIB)
        except zlib.error:
            try:
                body = _inflated(body, max_bytes, RAW)
            except zlib.error:
                raise ValueError(f"the content is not compressed ({name}), as its header says") from None
    return body


def _named(codings: str) -> list[str]:
    return [name for name in re.split(r"[\s,]+", codings.lower()) if name not in ("", "identity", "none")]


def _inflated(body: bytes, max_bytes: int, wbits: int) -> bytes:
    """The content of all members in turn. A cut member is no error, nor are bytes after the last one."""
    content = bytearray()
    while body and len(content) < max_bytes:
        member = zlib.decompressobj(wbits)
        try:
            content += member.decompress(body, max_bytes - len(content))
        except zlib.error:
            if not content:
                raise
            break
        body = member.unused_data if member.eof else b""
    return bytes(content)


def holds(body: bytes, text: str, content_type: str) -> bool:
    """Whether `text` is in it, in UTF-8 or in the charset that the server, or the page, names."""
    return any(spelling in body for spelling in _spellings(text, body, content_type))


def _spellings(text: str, body: bytes, content_type: str) -> Iterator[bytes]:
    yield text.encode()
    for charset in _charsets(body, content_type):
        with suppress(UnicodeError, LookupError):
            yield text.encode(charset)


def _charsets(body: bytes, content_type: str) -> Iterator[str]:
    if mark := _BYTE_ORDER_MARKS.get(body[:2]):
        yield mark
    declared = _CHARSET.search(content_type.encode()) or _CHARSET.search(body[:META_BYTES])
    name = normalize_encoding(declared[1].decode()).lower() if declared else "cp1252"
    name = aliases.get(name, name)
    if name in ("latin_1", "ascii"):
        name = "cp1252"  # as browsers take them
    if name == "utf_16":
        yield from _BYTE_ORDER_MARKS.values()
    elif name in _CODECS:
        yield name


_CODECS = frozenset(aliases.values())
"""The probe looks up these codecs alone: Python keeps in memory every name that it looks up."""
