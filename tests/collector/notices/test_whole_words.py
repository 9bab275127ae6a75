"""Sentences and lists fit, and no word and no item of them is cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from collector.notices.whole_words import CUT, whole_items, whole_words

WORDS = st.text() | st.lists(st.sampled_from(["kabel", "é", "👩‍👩‍👧", "x" * 40])).map(" ".join)


def test_a_long_sentence_ends_after_a_word() -> None:
    assert whole_words("  POP Selatan\nlantai dua ", 30) == "POP Selatan lantai dua"
    assert whole_words("POP Selatan lantai dua", 18) == "POP Selatan …"
    assert whole_words("Seluruhnya", 5) == CUT


def test_a_long_list_counts_the_items_that_it_leaves_out() -> None:
    assert whole_items(["K-1", "K-2", "K-3", "K-4"], 11) == "K-1, K-2 +2"
    assert whole_items(["K-1"], 11) == "K-1"
    assert whole_items(["a long contract"], 8) == "a long …"


@given(text=WORDS, characters=st.integers(1, 80))
def test_whole_words_are_a_beginning_of_the_text(text: str, characters: int) -> None:
    shown = whole_words(text, characters)
    words = shown.split(" ") if shown else []
    kept = words[:-1] if words[-1:] == [CUT] else words
    assert len(shown) <= characters
    assert kept == text.split()[: len(kept)]


@given(items=st.lists(WORDS, max_size=8), characters=st.integers(1, 80))
def test_a_list_fits(items: list[str], characters: int) -> None:
    assert len(whole_items(items, characters)) <= characters


@given(text=WORDS)
def test_more_room_never_shows_less(text: str) -> None:
    shown = [len(whole_words(text, characters)) for characters in range(1, 60)]
    assert all(less <= more for less, more in pairwise(shown))
