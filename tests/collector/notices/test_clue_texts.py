"""Each cause and each clue has its words in both languages."""

from typing import get_args

import pytest

from collector.causes import CauseName, ClueName, Confidence
from collector.notices.clue_texts import CLUES, CONFIDENCES, WEIGHED


def test_no_cause_confidence_or_clue_lacks_words() -> None:
    assert set(WEIGHED) == set(get_args(CauseName))
    assert set(CONFIDENCES) == set(get_args(Confidence))
    assert set(CLUES) == set(get_args(ClueName))


@pytest.mark.parametrize("name", CLUES)
def test_both_languages_of_a_clue_have_the_same_places(name: ClueName) -> None:
    english, indonesian = CLUES[name]
    for key in ("about", "lost", "known"):
        assert ("{" + key + "}" in english) == ("{" + key + "}" in indonesian)
    for text in (english, indonesian):
        text.format(about="PLN", lost=1, known=2)
