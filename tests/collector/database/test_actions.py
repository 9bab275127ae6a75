"""The record of what people did, in the store."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from collector.changes import Changes
from collector.database import actions
from collector.database.store import Store
from collector.incidents import Action


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as opened:
        yield opened


def noted(incident: str, text: str) -> Action:
    return Action(1e9, "Sari", "page", "note", incident, text)


def test_actions_are_read_newest_first_of_one_incident_or_of_all(store: Store) -> None:
    store.commit(Changes(actions=[noted("a", "one"), noted("b", "two")]))
    store.commit(Changes(actions=[noted("a", "three")]))
    assert [one.text for one in store.actions()] == ["three", "two", "one"]
    assert [(one.text, one.number) for one in store.actions("a")] == [("three", 3), ("one", 1)]
    assert store.actions("nowhere") == store.actions("\0") == []


def test_a_reader_goes_on_before_a_number(store: Store) -> None:
    store.commit(Changes(actions=[noted("a", str(number)) for number in range(5)]))
    first = store.actions(limit=2)
    assert [one.text for one in first] == ["4", "3"]
    assert [one.text for one in store.actions(before=first[-1].number)] == ["2", "1", "0"]


def test_the_oldest_actions_make_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ACTIONS_KEPT", 3)
    for number in range(5):
        store.commit(Changes(actions=[noted("a", str(number))]))
    assert [one.text for one in store.actions()] == ["4", "3", "2"]


def test_an_action_and_its_incident_are_one_transaction(store: Store) -> None:
    before = store.commit_number
    changes = Changes(actions=[noted("a", "one")])
    assert changes
    store.commit(Changes().then(changes).then(Changes(actions=[noted("a", "two")])))
    assert store.commit_number == before + 1
    assert len(store.actions()) == 2
