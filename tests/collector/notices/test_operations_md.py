"""docs/operations.md shows all notices of a scripted afternoon, as the code makes them."""

from typing import get_args

import pytest

from collector.incidents.incident import Kind, NoticeKind
from collector.notices.replay import replay
from collector.notices.title import TITLE_CHARACTERS
from tests.collector.notices.afternoon import DOCUMENT, document, played
from tests.collector.notices.afternoon.city import AfternoonCity


@pytest.fixture(scope="module")
def city() -> AfternoonCity:
    return played()[0]


def test_the_document_has_the_notices_of_the_afternoon() -> None:
    assert DOCUMENT.read_text() == document(), "run `make operations` and read the difference aloud"


def test_each_kind_of_incident_and_of_notice_has_a_scene(city: AfternoonCity) -> None:
    """But for `merged`, since most incidents take others in before they are announced, and `updated`, which
    shows nothing new to the receivers here.
    """
    shown = [letter.document for letter in city.letters]
    assert {one.about for one in shown} >= set(get_args(Kind)), "add a scene to afternoon/scenes.py"
    assert {one.kind for one in shown} >= set(get_args(NoticeKind)) - {"merged", "updated"}, (
        "add a scene to afternoon/scenes.py"
    )


def test_the_first_line_of_each_notice_fits_a_phone(city: AfternoonCity) -> None:
    for letter in city.letters:
        first = letter.document.text.splitlines()[0]
        assert first == letter.document.title
        assert len(first) <= TITLE_CHARACTERS


def test_each_notice_says_where_and_leads_to_its_incident(city: AfternoonCity) -> None:
    for letter in city.letters:
        lines = letter.document.text.splitlines()
        assert lines[1].endswith(f" · #{letter.document.incident}")
        assert lines[-1] == f"https://pantau.example/incidents/{letter.document.incident}"


def test_the_notices_of_the_afternoon_are_replayed_as_they_were_sent(city: AfternoonCity) -> None:
    compared = 0
    for one in city.watch.incidents.saved():
        sent = [
            letter.document
            for letter in city.letters
            if letter.receiver == "english" and letter.document.incident == one.id
        ]
        if one.merged_into or any(document.merged for document in sent):
            continue
        if one.not_after is not None:  # two weeks pass in no time there
            continue
        wanted = [
            (document.kind, document.text)
            for document in sent
            if document.kind in ("firing", "worsened", "recovered")
        ]
        if one.announced_at is None:
            continue
        again = replay(one, "english", city.city, city.now).notices
        assert [(notice.kind, notice.text) for notice in again] == wanted
        compared += 1
    assert compared >= 10
