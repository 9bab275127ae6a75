"""An update of Telegram is hostile until it is read: only a clear request comes out of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.notify.channels.telegram.updates import Asked, GroupMoved, Ignored, asked
from tests.servers.telegram import USERNAME

SARI = {"id": 42, "is_bot": False, "first_name": "Sari"}


def written(text: Any, **more: Any) -> dict[str, Any]:
    message = {"message_id": 7, "chat": {"id": -1}, "date": 1000, "from": SARI, "text": text}
    return {"update_id": 1, "message": message | more}


def pressed(data: Any, **more: Any) -> dict[str, Any]:
    query = {"id": "q1", "from": SARI, "message": {"message_id": 7, "chat": {"id": -1}}, "data": data}
    return {"update_id": 1, "callback_query": query | more}


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/aktif", "open", ""),
        ("/ACTIVE", "open", ""),
        (f"/lokasi@{USERNAME} Kampung  Digital", "site", "Kampung Digital"),
        ("/rawat gradasi 2h\nGanti baterai", "plan", "gradasi 2h Ganti baterai"),
        ("/diam abcd2345", "acknowledge", "abcd2345"),
        (f"/whatever@{USERNAME}", "help", ""),
    ],
)
def test_a_command_is_read_in_both_languages(text: str, command: str, argument: str) -> None:
    found = asked(written(text), USERNAME)
    assert isinstance(found, Asked)
    assert (found.command, found.argument, found.by, found.at) == (command, argument, "Sari", 1000)


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        (written("good morning"), "no command"),
        (written("/aktif@otherbot"), "for another bot"),
        (written("/weather"), "an unknown command, perhaps for another bot"),
        (written("/"), "no command"),
        (written("/aktif", **{"from": SARI | {"is_bot": True}}), "no person"),
        (written("/aktif", **{"from": None}), "no person"),
        (written(None), "malformed"),
        ({"update_id": 1, "edited_message": written("/aktif")["message"]}, "another kind of update"),
        ({"update_id": 1, "channel_post": written("/aktif")["message"]}, "another kind of update"),
        (pressed("acknowledge:../../etc"), "no button of pantau"),
        (pressed("acknowledge:abcd2345:power"), "no button of pantau"),
        (pressed("cause:abcd2345"), "no button of pantau"),
        (pressed("acknowledge:abcd2345", message=None), "no button of pantau"),
        (pressed("x" * 10_000_000), "no button of pantau"),
        ([], "malformed"),
        ({"update_id": 1, "message": {"chat": {"id": 2**80}}}, "malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_update_that_asks_for_nothing_is_ignored(update: Any, reason: str) -> None:
    assert asked(update, USERNAME) == Ignored(reason)


def test_a_huge_text_with_odd_characters_becomes_a_short_line() -> None:
    found = asked(written("/catat abcd2345 \u202egnp.exe\x00\n" + "🔴" * 1_000_000), USERNAME)
    assert isinstance(found, Asked)
    assert len(found.argument) == 500
    assert found.argument.startswith("abcd2345 \ufffdgnp.exe\ufffd")
    assert found.argument.isprintable()


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"first_name": "Sari", "last_name": "Dewi"}, "Sari Dewi"),
        ({"first_name": "\u202e\u200b", "username": "sari"}, "@sari"),
        ({"first_name": "S\x00a\nri"}, "S\ufffda ri"),
        ({"first_name": "x" * 1000}, "x" * 64),
        ({"first_name": ""}, "Telegram"),
    ],
)
def test_a_person_has_a_name_on_one_line(user: dict[str, str], name: str) -> None:
    found = asked(written("/aktif", **{"from": {"id": 1, **user}}), USERNAME)
    assert isinstance(found, Asked)
    assert found.by == name


def test_a_group_that_moves_says_so_in_a_message_of_its_own() -> None:
    assert asked(written("", migrate_to_chat_id=-100), USERNAME) == GroupMoved(-1, -100)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message", "callback_query", "from", "chat", "id", "text", "data", "date", "message_id"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_json_comes_it_harms_nothing(update: Any) -> None:
    assert isinstance(asked(update, USERNAME), Asked | GroupMoved | Ignored)
