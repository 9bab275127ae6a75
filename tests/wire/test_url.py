"""What browsers make of a `Location`, and what a person is told of a URL that can't be sent as it is."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.url import PATTERN, advice, host_name, joined, literal, netloc, wrong_with

BASE = "http://app.example/a/b?c"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (b"/end", "http://app.example/end"),
        (b"../end?x=y#z", "http://app.example/end?x=y"),
        (b"?end", "http://app.example/a/b?end"),
        (b"", "http://app.example/a/b?c"),
        (b"  /end \t", "http://app.example/end"),
        (b"/a\tb", "http://app.example/ab"),
        (b"/a b", "http://app.example/a%20b"),
        ("/pé".encode(), "http://app.example/p%C3%A9"),
        ("/pé".encode("latin-1"), "http://app.example/p%E9"),
        ("/cari?q=kafé".encode(), "http://app.example/cari?q=kaf%C3%A9"),
        (b"/%C3%A9 %", "http://app.example/%C3%A9%20%"),
        (b'/a"<b>`{c}', "http://app.example/a%22%3Cb%3E%60%7Bc%7D"),
        (b"/x?a[]=1|2", "http://app.example/x?a[]=1|2"),
        (b"\\login\\?a\\b", "http://app.example/login/?a\\b"),
        (b"//other.example/x", "http://other.example/x"),
        (b"///other.example/x", "http://other.example/x"),
        (b"HTTPS://Other.Example/X", "https://other.example/X"),
        (b"https:/other.example/x", "https://other.example/x"),
        (b"https:\\\\other.example\\x", "https://other.example/x"),
        (b"http:/x", "http://app.example/x"),
        (b"http:x", "http://app.example/a/x"),
        (b"http://app.example.:80/", "http://app.example/"),
        (b"https://app.example:/", "https://app.example/"),
        (b"https://app.example:8443", "https://app.example:8443/"),
        (b"http://name:secret@app.example/", "http://app.example/"),
        (b"http://app.ex%61mple/", "http://app.example/"),
        ("https://münchen.example/ü".encode(), "https://xn--mnchen-3ya.example/%C3%BC"),
        (b"http://127.1:8080/", "http://127.0.0.1:8080/"),
        (b"http://0x7f000001/", "http://127.0.0.1/"),
        (b"http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_a_location_is_read_as_browsers_read_it(location: bytes, url: str) -> None:
    assert joined(BASE, location) == url


@pytest.mark.parametrize(
    "location",
    [b"app://simpus/", b"javascript:alert(1)", b"http://", b"http://[", b"http://a:99999/", b"http://a b/"],
)
def test_a_location_that_leads_nowhere_is_refused(location: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        joined(BASE, location)


@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from([b"http", b":", b"/", b"\\", b"[", b"]", b"@", b"a", b"."])).map(b"".join)
)
def test_whatever_a_server_says_becomes_a_url_that_can_be_sent_or_a_value_error(location: bytes) -> None:
    try:
        url = joined(BASE, location)
    except ValueError:
        return
    assert re.match(PATTERN, url)
    assert not wrong_with(url)
    assert joined(url, b"") == url
    assert urlsplit(url).netloc == netloc(url)  # what a `Host` field holds


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("App.Example.", "app.example"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("[2001:DB8::0:1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("10.61.0.1", "10.61.0.1"),
        ("my_app", "my_app"),
    ],
)
def test_a_host_has_one_name_however_it_is_written(host: str, name: str) -> None:
    assert host_name(host) == name


def test_a_text_too_long_for_a_host_is_no_literal() -> None:
    assert literal("0" * 253 + "1") == ""
    assert literal("127.1") == "127.0.0.1"


def test_the_port_is_named_where_it_is_not_the_scheme_s_own() -> None:
    assert netloc("https://App.example.:443/") == "app.example"
    assert netloc("http://app.example:443/") == "app.example:443"
    assert netloc("http://[::1]:80/") == "[::1]"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://app.example/berkas/é", "https://app.example/berkas/%C3%A9"),
        ("https://app.example/a b", "https://app.example/a%20b"),
    ],
)
def test_a_person_is_told_the_url_to_write(typed: str, url: str) -> None:
    assert advice(typed) == f"write {url}: the host in punycode, the rest percent-encoded"


@pytest.mark.parametrize("typed", ["app.example", "ftp://app.example/", "http://budi:rahasia@app.example/é"])
def test_no_url_is_guessed_where_none_is_clear(typed: str) -> None:
    assert advice(typed) == ""
