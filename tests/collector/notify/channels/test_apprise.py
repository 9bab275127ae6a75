"""A text within what a service takes."""

from hypothesis import given
from hypothesis import strategies as st

from collector.notify.channels.apprise import shortened

LINES = "Since 21-09 21:11:20 WIB.\nAffected: 180 users.\nDo: call the caretaker."


def test_whole_lines_are_kept() -> None:
    assert shortened(LINES, 60) == "Since 21-09 21:11:20 WIB.\nAffected: 180 users.…"
    assert shortened(LINES, len(LINES)) == LINES
    assert shortened(LINES, 0) == LINES, "no limit"


def test_a_line_too_long_for_the_rest_is_cut() -> None:
    assert shortened("Sites:\n" + "abcd2345 " * 100, 40) == "Sites:\nabcd2345 abcd2345 abcd2345 abcd2…"


@given(text=st.text(), characters=st.integers(1, 200))
def test_it_is_never_longer(text: str, characters: int) -> None:
    assert len(shortened(text, characters)) <= characters
