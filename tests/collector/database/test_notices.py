"""Incidents and letters in the store: a real SQLite file, and a real PostgreSQL where there is one."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from collector.changes import Changes
from collector.database.deliveries import DELIVERIES_READ
from collector.database.incidents import CLOSED_KEPT
from collector.database.store import Store
from collector.notices.document import Letter, document
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, notice, over
from tests.servers.postgresql import needs_postgresql, new_database, postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = f"sqlite:///{tmp_path / 'store.sqlite'}"
    url = sqlite if request.param == "sqlite" else new_database(request.getfixturevalue("server"))
    with closing(Store(url)) as opened:
        yield opened


def letter(receiver: str = "shift", id: str = "abcd2345-1", at: float = NOW) -> Letter:
    made = document(notice(incident(id=id.partition("-")[0])), PONTIANAK, "en")
    return Letter(receiver, msgspec.structs.replace(made, id=id, at=at))


def commit(store: Store, *letters: Letter) -> None:
    store.commit(Changes(letters=list(letters)))


def next_of(store: Store, receiver: str = "shift") -> Letter:
    found = next(iter(store.outbox.waiting(receiver)), None)
    assert found is not None
    return found


def test_open_incidents_and_the_last_closed_ones_come_back_as_saved(store: Store) -> None:
    still, gone = incident(id="oooo2345", acknowledged_by="budi"), over(incident(id="cccc2345"))
    store.commit(Changes(incidents={one.id: one for one in (incident(id="oooo2345"), gone)}))
    store.commit(Changes(incidents={still.id: still}))
    assert sorted(store.incidents(), key=lambda one: one.id) == [gone, still]


def test_a_letter_comes_back_whole(store: Store) -> None:
    sent = letter()
    commit(store, sent)
    assert next_of(store) == msgspec.structs.replace(sent, number=1)


def test_each_receivers_letters_go_in_the_order_of_their_writing(store: Store) -> None:
    """Neither time nor id orders them: a clock may stand still, and "-10" sorts before "-2"."""
    commit(store, letter(id="abcd2345-2"), letter("other", "abcd2345-2"))
    commit(store, letter(id="abcd2345-10", at=NOW - 3600))
    assert store.outbox.receivers() == {"shift", "other"}
    first = next_of(store)
    assert first.document.id == "abcd2345-2"
    store.outbox.delivered(first, at=NOW)
    assert next_of(store).document.id == "abcd2345-10"
    assert next_of(store, "other").document.id == "abcd2345-2"
    store.outbox.delivered(next_of(store), at=NOW)
    assert store.outbox.receivers() == {"other"}
    assert store.outbox.waiting("shift") == []


def test_what_failed_stays_the_next_with_what_it_met(store: Store) -> None:
    commit(store, letter(), letter(id="abcd2345-2"))
    store.outbox.failed("HTTP 503", next_of(store), at=NOW)
    store.outbox.failed("HTTP 502", next_of(store), at=NOW)
    found = next_of(store)
    assert (found.document.id, found.attempts, found.error) == ("abcd2345-1", 2, "HTTP 502")


def test_what_is_given_up_makes_way_and_is_shown_beside_what_waits(store: Store) -> None:
    commit(store, letter(), letter(id="abcd2345-2"), letter("other"))
    store.outbox.given_up("HTTP 400", next_of(store), at=NOW)
    store.outbox.delivered(next_of(store, "other"), at=NOW)
    assert next_of(store).document.id == "abcd2345-2"
    shown = [(one.document.id, one.status, one.error) for one in store.outbox.undelivered()]
    assert shown == [("abcd2345-2", "waiting", ""), ("abcd2345-1", "dead", "HTTP 400")]
    assert store.outbox.counts() == {"waiting": 1, "dead": 1}


def test_nothing_waits_in_a_new_store(store: Store) -> None:
    assert store.outbox.receivers() == set()
    assert store.outbox.counts() == {"waiting": 0, "dead": 0}
    assert store.outbox.undelivered() == []
    assert store.outbox.recipients() == set()


def test_who_was_told_of_what_is_known_whether_it_was_delivered_or_not(store: Store) -> None:
    commit(store, letter(), letter("other"), letter(id="abcd2345-2"), letter(id="zzzz2345-1"))
    store.outbox.delivered(next_of(store), at=NOW)
    store.outbox.given_up("HTTP 400", next_of(store), at=NOW)
    assert store.outbox.recipients() == {("abcd2345", "shift"), ("abcd2345", "other"), ("zzzz2345", "shift")}


def test_old_letters_go_but_those_that_wait_or_are_of_open_incidents_stay(store: Store) -> None:
    store.commit(
        Changes(
            incidents={"open2345": incident(id="open2345"), "over2345": over(incident(id="over2345"))},
            letters=[letter(id="open2345-1"), letter(id="over2345-1"), letter("dead", "over2345-1")],
        )
    )
    for _ in range(2):
        store.outbox.delivered(next_of(store), at=NOW)
    store.outbox.given_up("HTTP 400", next_of(store, "dead"), at=NOW)
    commit(store, letter(id="over2345-2"), letter("dead", "over2345-2", at=NOW + 10))
    store.outbox.forget(NOW)
    assert store.outbox.counts() == {"waiting": 2, "dead": 1}, "not yet of that age"
    store.outbox.forget(NOW + 5)
    assert store.outbox.counts() == {"waiting": 2, "dead": 0}
    assert ("open2345", "shift") in store.outbox.recipients()


def test_a_commit_that_fails_leaves_neither_incident_nor_letter(store: Store) -> None:
    bad = Changes(incidents={"abcd2345": incident()}, letters=[letter()])
    bad.letters.append(Letter(receiver=None, document=letter().document))  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)null"):
        store.commit(bad)
    assert store.incidents() == []
    assert store.outbox.receivers() == set()


def test_an_incident_of_long_ago_is_found_by_its_id(store: Store) -> None:
    old = [over(incident(id=f"old{number:05}"), NOW - number) for number in range(CLOSED_KEPT + 20)]
    store.commit(Changes(incidents={one.id: one for one in old}))
    assert old[-1] not in store.incidents()
    assert store.incidents_of({old[-1].id, "never234", "with\0nul"}) == [old[-1]]
    assert len(store.incidents_of([one.id for one in old])) == len(old)


def test_an_incidents_deliveries_tell_when_each_receiver_took_each_notice(store: Store) -> None:
    commit(store, letter(), letter("other"), letter("slow"), letter("gone"), letter(id="zzzz2345-1"))
    updated = msgspec.structs.replace(letter().document, id="abcd2345-updated", kind="updated")
    commit(store, Letter("shift", updated))
    store.outbox.delivered(next_of(store), at=NOW + 3)
    store.outbox.failed("HTTP 503", next_of(store, "other"), at=NOW + 4)
    store.outbox.given_up("HTTP 400", next_of(store, "gone"), at=NOW + 5)
    shown, dropped = store.deliveries("abcd2345")
    found = [(one.receiver, one.kind, one.status, one.error, one.tried_at) for one in shown]
    assert dropped == 0
    assert found == [
        ("shift", "firing", "delivered", "", NOW + 3),
        ("other", "firing", "waiting", "HTTP 503", NOW + 4),
        ("slow", "firing", "waiting", "", None),
        ("gone", "firing", "dead", "HTTP 400", NOW + 5),
    ]
    assert store.deliveries("with\0nul").shown == ()


def test_of_many_deliveries_the_newest_are_read_and_the_rest_is_counted(store: Store) -> None:
    commit(store, *(letter(id=f"abcd2345-{number}") for number in range(DELIVERIES_READ + 7)))
    shown, dropped = store.deliveries("abcd2345")
    assert (len(shown), dropped) == (DELIVERIES_READ, 7)
    assert shown[0].notice == "abcd2345-7"
