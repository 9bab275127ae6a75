"""Cookies within one visit (RFC 6265, section 5)."""

import pytest

from agent.probes.http.cookies import MAX_COOKIES, Cookies

PAGE = "https://app.example/masuk/form"


def sent(url: str, *fields: bytes) -> bytes:
    cookies = Cookies()
    cookies.set(PAGE, fields)
    return cookies.header(url)


@pytest.mark.parametrize(
    ("field", "url", "cookie"),
    [
        (b"a=1", "https://app.example/masuk/x", b"a=1"),
        (b"a=1", "https://app.example/", b""),
        (b"a=1; Path=/; HttpOnly", "https://app.example/", b"a=1"),
        (b"a=1; path=/foo", "https://app.example/foobar", b""),
        (b"a=1; path=/foo", "https://app.example/foo/bar", b"a=1"),
        (b"a=1; Path=/", "https://APP.example.:443/", b"a=1"),
        (b"a=1; Path=/", "https://other.example/", b""),
        (b"a=1; Path=/", "https://login.app.example/", b""),
        (b"a=1; Path=/; Domain=.App.example", "https://login.app.example/", b"a=1"),
        (b"a=1; Path=/; Domain=example", "https://other.example/", b"a=1"),
        (b"a=1; Path=/; Domain=other.example", "https://other.example/", b""),
        (b"a=1; Path=/; Secure", "http://app.example/", b""),
        (b"a=1; Path=/; Secure", "https://app.example/", b"a=1"),
        (b'a="1 2=3" ; Path=/', "https://app.example/", b'a="1 2=3"'),
        (b"a=; Path=/", "https://app.example/", b"a="),
        (b"=1; Path=/", "https://app.example/", b""),
        (b"a; Path=/", "https://app.example/", b""),
        (b"a=\x01b; Path=/", "https://app.example/", b""),
        (b"a=kaf\xc3\xa9; Path=/", "https://app.example/", b"a=kaf\xc3\xa9"),
        (b"a=" + b"x" * 5000 + b"; Path=/", "https://app.example/", b""),
        (b"a=1; Path=/; Max-Age=0", "https://app.example/", b""),
        (b"a=1; Path=/; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://app.example/", b"a=1"),
        (b"a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://app.example/", b""),
        (b"a=1; Path=/; Expires=Fri, 01-Jan-2100 00:00:00 GMT", "https://app.example/", b"a=1"),
        (b"a=1; Path=/; Expires=soon; Max-Age=long", "https://app.example/", b"a=1"),
    ],
)
def test_a_cookie_goes_back_where_it_belongs(field: bytes, url: str, cookie: bytes) -> None:
    assert sent(url, field) == cookie


def test_a_cookie_is_replaced_and_taken_back() -> None:
    root = "https://app.example/"
    assert sent(root, b"a=1; Path=/", b"a=2; Path=/", b"b=3; Path=/") == b"a=2; b=3"
    assert sent(root, b"a=1; Path=/", b"b=3; Path=/", b"a=; Path=/; Max-Age=0") == b"b=3"


def test_the_longest_path_is_sent_first() -> None:
    fields = (b"a=1; Path=/", b"b=2; Path=/masuk")
    assert sent(PAGE, *fields) == b"b=2; a=1"


def test_a_server_fills_no_more_than_its_share() -> None:
    fields = [b"c%d=1; Path=/" % number for number in range(MAX_COOKIES + 10)]
    assert sent("https://app.example/", *fields).count(b"=") == MAX_COOKIES
