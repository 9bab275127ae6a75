"""Each cause and each clue has its words in both languages."""

from typing import get_args

import pytest

from collector.causes import CauseName, ClueName, Confidence, WeighedCause
from collector.inventory.city import Medium
from collector.notices.clue_texts import CLUES, CONFIDENCES, WEIGHED
from collector.notices.clue_words import weighed_words


def test_no_cause_confidence_or_clue_lacks_words() -> None:
    assert set(WEIGHED) == set(get_args(CauseName))
    assert set(CONFIDENCES) == set(get_args(Confidence))
    assert set(CLUES) == set(get_args(ClueName))


@pytest.mark.parametrize("name", CLUES)
def test_both_languages_of_a_clue_have_the_same_places(name: ClueName) -> None:
    english, indonesian = CLUES[name]
    for key in ("about", "lost", "known", "earlier", "later", "time"):
        assert ("{" + key + "}" in english) == ("{" + key + "}" in indonesian)
    for text in (english, indonesian):
        text.format(about="PLN", lost=1, known=2, earlier="1", later="2", time="3 s")


def test_a_link_is_named_by_its_medium() -> None:
    radio = WeighedCause("link", "likely", medium="radio")
    assert weighed_words(radio, "en") == "the radio link (likely)"
    assert weighed_words(radio, "id") == "jalur radio putus (kemungkinan besar)"
    for medium in get_args(Medium):
        named = weighed_words(WeighedCause("link", medium=medium), "en")
        assert named != weighed_words(WeighedCause("link"), "en")


def test_a_medium_of_a_newer_release_leaves_the_link_without_its_medium() -> None:
    assert weighed_words(WeighedCause("link", medium="laser"), "en") == "the link (a guess)"
