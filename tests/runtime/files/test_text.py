"""What editors of all sorts leave in a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.files.text import NotText, secret, text, visible, visible_ends

MARK = b"\xef\xbb\xbf"


def test_utf_8_is_read_with_and_without_a_byte_order_mark() -> None:
    assert text("Café".encode()) == "Café"
    assert text(MARK + "Café".encode()) == "Café"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("a".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (b"\xfe\xff" + "a".encode("utf-16-be"), "is UTF-16; save it as UTF-8"),
        ("a".encode("utf-32"), "is UTF-32; save it as UTF-8"),
        ("agent".encode("utf-16-le"), "is UTF-16 or no text at all; save it as UTF-8"),
        (
            "a\nCafé".encode("cp1252"),
            "line 2: the byte 0xe9 is no UTF-8, 'é' in Windows' code page 1252; save it as UTF-8",
        ),
        (b"\x81", "line 1: the byte 0x81 is no UTF-8; save it as UTF-8"),
    ],
)
def test_another_encoding_is_named_with_the_remedy(data: bytes, told: str) -> None:
    with pytest.raises(NotText) as raised:
        text(data)
    assert str(raised.value) == told


@given(st.binary())
def test_any_bytes_are_text_or_a_complaint(data: bytes) -> None:
    said = ""
    try:
        text(data)
    except NotText as error:
        said = str(error)
    assert said.isprintable()


@pytest.mark.parametrize(
    ("data", "blanks"),
    [
        (b"public", False),
        (b"public\n", False),
        (b"public\r\n\r\n", False),
        (MARK + b"public\r\n", False),
        (b"public \n", True),
        (b"\tpublic", True),
        ("public\u00a0\n".encode(), True),
        ("public\u200b \u200b".encode(), True),
    ],
)
def test_a_secret_has_no_blanks_around_it(data: bytes, blanks: bool) -> None:
    assert secret(data) == ("public", blanks)


def test_a_blank_within_a_secret_is_meant() -> None:
    assert secret("pub\u00a0lic key".encode()) == ("pub\u00a0lic key", False)
    assert visible_ends(" \u200b ") == ""


def test_of_a_cell_what_nobody_sees_goes_and_joined_emoji_stay() -> None:
    assert visible("\u200bPOP\u00a0Selatan \ufeff") == "POP Selatan"
    assert visible("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"
