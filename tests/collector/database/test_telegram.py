"""Telegram's messages, chats and updates, in a store that is opened again."""

from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest

from collector.changes import Changes, HandledUpdate
from collector.database.store import Store
from collector.database.telegram import KEPT_SECONDS, SentMessage
from collector.notices.document import Letter, document
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, notice, over

CHAT, SUPERGROUP = -1234567890, -1001234567890
SENT = SentMessage(CHAT, 7, "abcd2345-1", "🔴 DOWN", NOW)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as opened:
        yield opened


def test_the_message_of_an_incident_is_found_by_receiver_and_by_number(store: Store, url: str) -> None:
    store.telegram.keep("group", "abcd2345", SENT)
    store.telegram.keep("group", "abcd2345", SENT._replace(notice="abcd2345-2"))
    with closing(Store(url)) as again:
        assert again.telegram.message("group", "abcd2345") == SENT._replace(notice="abcd2345-2")
        assert again.telegram.message("other", "abcd2345") is None
        assert again.telegram.incident(CHAT, 7) == "abcd2345"
        assert again.telegram.incident(CHAT, 8) == ""


def test_messages_of_incidents_that_ended_a_month_ago_are_forgotten(store: Store) -> None:
    ended, lasting = over(incident(id="ended234")), incident(id="lasting2")
    store.commit(Changes(incidents={one.id: one for one in (ended, lasting)}))
    for one in (ended, lasting):
        store.telegram.keep("group", one.id, SENT)
    store.telegram.keep("group", "new23456", SENT._replace(at=NOW + KEPT_SECONDS + 1))
    assert store.telegram.message("group", "ended234") is None
    assert store.telegram.message("group", "lasting2") == SENT


def test_a_chat_that_moves_twice_is_followed_from_its_first_id(store: Store) -> None:
    store.telegram.moved("1", CHAT, -5)
    store.telegram.moved("1", -5, SUPERGROUP)
    assert store.telegram.moves("1") == {CHAT: SUPERGROUP, -5: SUPERGROUP}
    assert store.telegram.moves("2") == {}


def test_the_update_is_stored_in_the_transaction_of_its_action(store: Store) -> None:
    assert store.telegram.last_update("1") is None
    store.commit(Changes(telegram_updates={"1": HandledUpdate(2**40, NOW)}))
    assert store.telegram.last_update("1") == HandledUpdate(2**40, NOW)
    store.telegram.handled("1", HandledUpdate(7, NOW + 1))
    assert store.telegram.last_update("1") == HandledUpdate(7, NOW + 1)


def test_of_the_letters_that_only_edit_the_newest_of_an_incident_is_kept(store: Store) -> None:
    made = document(notice(incident(), "updated"), PONTIANAK, "en")
    for number in range(3):
        told = msgspec.structs.replace(made, id="abcd2345-updated", at=NOW + number)
        store.commit(Changes(letters=[Letter(receiver, told) for receiver in ("group", "other")]))
    (letter,) = store.outbox.waiting("group")
    assert letter.document.at == NOW + 2
    store.outbox.superseded(letter)
    assert store.outbox.waiting("group") == []
    assert len(store.outbox.waiting("other")) == 1
