"""What an HTTP server says, for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.http.answer import SUMMARY_CHARACTERS, is_page, retry_after_seconds, summary

NOW = 1_790_000_000.0  # Mon, 21 Sep 2026 14:13:20 GMT


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("30", 30),
        (" 30 ", 30),
        ("86400", 3600),
        ("9" * 400, 3600),
        ("Mon, 21 Sep 2026 14:14:20 GMT", 60),
        ("Mon, 21 Sep 2026 14:14:20 -0000", 60),
        ("Mon, 21 Sep 2020 14:14:20 GMT", 0),
        ("Mon, 21 Sep 9999 14:14:20 GMT", 3600),
        ("-5", 0),
        ("soon", 0),
        ("Mon, 99 Sep 2026 14:14:20 GMT", 0),
        ("1 Sep 99999999999999999999 14:14:20 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(field: str | None, seconds: float) -> None:
    assert retry_after_seconds(field, NOW) == seconds


def test_of_a_page_the_title_is_told() -> None:
    assert summary(b"<html><head><title> 502 Bad\nGateway </title>") == "the page '502 Bad Gateway'"
    assert summary(b"\n<!DOCTYPE html><p>hello") == "a web page"
    assert summary(b"out of order sample\n") == "out of order sample"
    assert not is_page(b'{"html": "<html>"}')


@given(st.binary())
def test_whatever_it_says_is_one_short_line(answer: bytes) -> None:
    told = summary(answer)
    assert len(told) <= SUMMARY_CHARACTERS
    assert told.isprintable()
