"""Content that came compressed unasked, and text in other charsets than UTF-8."""

import gzip
import zlib

import pytest

from agent.probes.http.content import decoded, holds

PAGE = b"<html><title>Antrean Puskesmas</title></html>"
RAW = zlib.compressobj(wbits=-15)
DEFLATED_RAW = RAW.compress(PAGE) + RAW.flush()


@pytest.mark.parametrize(
    ("body", "codings"),
    [
        (PAGE, ""),
        (PAGE, "identity"),
        (gzip.compress(PAGE, mtime=0), "gzip"),
        (gzip.compress(PAGE, mtime=0), "X-GZIP"),
        (gzip.compress(PAGE[:10], mtime=0) + gzip.compress(PAGE[10:], mtime=0), "gzip"),
        (gzip.compress(PAGE, mtime=0) + b"\0\0\0", "gzip"),
        (zlib.compress(PAGE), "deflate"),
        (DEFLATED_RAW, "deflate"),
        (gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0), "gzip, gzip"),
    ],
)
def test_compressed_content_is_decoded(body: bytes, codings: str) -> None:
    assert decoded(body, codings, 1024) == PAGE


def test_content_that_was_cut_is_decoded_as_far_as_it_came() -> None:
    page = bytes(range(256)) * 16
    assert page.startswith(decoded(gzip.compress(page, 0)[:2000], "gzip", 65536)[:1000])


def test_a_bomb_stops_at_its_cap() -> None:
    assert len(decoded(gzip.compress(bytes(10_000_000)), "gzip", 65536)) == 65536


@pytest.mark.parametrize(
    ("body", "codings", "words"),
    [
        (b"\x0b\x02\x80", "br", "the content came compressed (br) though the request did not ask for it"),
        (PAGE, "gzip", "the content is not compressed (gzip), as its header says"),
        (PAGE, "gzip, gzip, gzip", "the content came compressed (gzip, gzip, gzip) though"),
    ],
)
def test_content_that_can_t_be_decoded_is_named(body: bytes, codings: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace(")", r"\)")):
        decoded(body, codings, 1024)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("kafé".encode(), ""),
        ("kafé".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("kafé".encode("latin-1"), "text/html"),
        (b'<meta charset="windows-1252">' + "kafé".encode("cp1252"), "text/html"),
        ("kafé".encode("utf-16"), "text/html"),
        ("kafé".encode("utf-16-be"), "text/html; charset=UTF-16"),
        ("kafé".encode(), "text/html; charset=no-such-charset"),
        ("kafé".encode(), "text/html; charset=hex"),
    ],
)
def test_text_is_found_in_the_page_s_own_charset(body: bytes, content_type: str) -> None:
    assert holds(body, "kafé", content_type)
    assert not holds(body, "warung", content_type)
