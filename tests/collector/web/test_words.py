"""Everything is said in both languages, and with the same figures."""

from string import Formatter
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from collector.incidents.incident import Kind, Severity
from collector.web.words import PAGES, WORDS, Speaker
from wire.report import Clock


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same(key: str) -> None:
    english, indonesian = WORDS[key]
    assert english
    assert indonesian
    assert "|" not in indonesian, "it has one form for one and for many"
    for form in english.split("|"):
        assert placeholders(form) == placeholders(indonesian)


def test_there_are_words_for_all_that_can_come() -> None:
    wanted = {f"what_{kind}" for kind in get_args(Kind)}
    wanted |= {f"clock_{clock}" for clock in get_args(Clock)}
    wanted |= set(get_args(Severity))
    assert wanted <= WORDS.keys()


def test_english_has_a_form_for_one_and_one_for_more() -> None:
    say = Speaker("en", ZoneInfo("Asia/Pontianak"), 1.79e9)
    assert say("sites_down", n=1) == "1 more site is down"
    assert say("sites_down", n=2) == "2 more sites are down"
    assert say("spooled", n=0) == "0 reports to send"


def test_durations_are_in_the_units_of_the_language() -> None:
    """In Indonesian "h" would be read as days, and "d" as seconds."""
    zone = ZoneInfo("Asia/Pontianak")
    assert Speaker("en", zone, 0).duration(5 * 3600 + 20 * 60) == "5 h 20 min"
    assert Speaker("id", zone, 0).duration(5 * 3600 + 20 * 60) == "5 jam 20 menit"
    assert Speaker("id", zone, 0).duration(45) == "45 detik"


def test_names_that_do_not_fit_are_counted() -> None:
    say = Speaker("en", ZoneInfo("Asia/Pontianak"), 0)
    assert say.names(["A", "B"], 2) == "A, B"
    assert say.names(["A", "B", "C", "D"], 2) == "A, B and 2 more"


def test_no_key_stands_in_the_tables_of_two_pages() -> None:
    keys = [key for each in PAGES for key in each.WORDS]

    assert len(keys) == len(set(keys))
