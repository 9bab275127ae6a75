"""What is let through of a text from outside."""

import unicodedata
import zlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.report import decode_report
from wire.text import FILLER, all_printable, printable, visible

UNSEEN = {
    "a line feed": "\n",
    "NUL": "\0",
    "an escape": "\x1b",
    "a control of C1": "\x85",
    "right to left override": "\u202e",
    "a right to left isolate": "\u2067",
    "an Arabic letter mark": "\u061c",
    "a line separator": "\u2028",
    "a paragraph separator": "\u2029",
    "a space without width": "\u200b",
    "a byte order mark": "\ufeff",
    "a lone surrogate": "\ud800",
    "a Hangul filler": "\u3164",
    "a variation selector": "\ufe0f",
    "a tag": "\U000e0041",
}


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=list(UNSEEN))
def test_an_invisible_character_is_replaced(unseen: str) -> None:
    assert printable(f"mild{unseen}ALL SITES DOWN") == f"mild{FILLER}ALL SITES DOWN"


@pytest.mark.parametrize(
    "text", ["ether1", "Kantor Camat Pontianak Utara", "Jalan Ahmad Yani №2", "坤甸", ""]
)
def test_text_that_a_person_can_read_stays(text: str) -> None:
    assert printable(text) == text


@given(st.text(st.characters(), max_size=300), st.integers(0, 300))
def test_any_text_becomes_one_short_line_of_the_letters_that_it_had(text: str, at_most: int) -> None:
    seen = printable(text, at_most)
    assert len(seen) <= at_most
    assert seen.isprintable()
    assert seen.encode().decode() == seen
    assert not any(unicodedata.category(letter).startswith(("C", "Zl", "Zp")) for letter in seen)
    assert printable(seen, at_most) == seen
    assert all_printable([text], at_most) == [seen]


def test_the_texts_of_a_report_are_printable_from_where_it_is_read() -> None:
    bad = "down\n\u202eALL 102 SITES DOWN"[:32]
    table: dict[str, Any] = {
        "kind": "snmp",
        "target": ["switch"],
        "age_ms": [0],
        "values": {"interface_up": [1]},
    }
    table |= {"reason": [bad], "row": [bad], "info": {"alias": [bad]}}
    header = {"stream": "00c0ffee00c0ffee", "seq": 1, "base": 1, "boot": "b\n", "sent": 1.0, "offset": 1.0}
    payload = zlib.compress(msgspec.json.encode({**header, "body": {"at": 1.0, "tables": [table]}}))
    report = decode_report(payload)
    (read,) = report.body.tables
    for text in (report.boot, *read.reason, *read.row, *read.info["alias"]):
        assert text.isprintable()
        assert FILLER in text


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u202e \x00", "\u3164"])
def test_a_text_of_which_nobody_sees_anything_is_none(text: str) -> None:
    assert visible(text) == ""


def test_a_visible_text_stays_on_one_line() -> None:
    assert visible(" Sari\n di  POP ") == "Sari di POP"
