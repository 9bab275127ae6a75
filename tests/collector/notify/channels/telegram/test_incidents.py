"""One message an incident in a chat: sent, edited, and answered by replies that ring."""

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from collector.database.engine import transaction
from collector.database.notices import notices
from collector.incidents import Incident, PersonNote
from collector.inventory.city import MessageLimit
from tests.collector.notify.channels.telegram.group import CHAT, Group, a_group
from tests.collector.waiting import until
from tests.fakes.incidents import NOW, down, incident, over
from tests.servers.telegram import Refused

OUTAGE = incident(root="pop-selatan", severity="critical")
SPREAD = msgspec.structs.replace(OUTAGE, affected=down("pop-selatan", "gradasi"))
IN_HAND = msgspec.structs.replace(SPREAD, acknowledged_at=NOW, acknowledged_by="Sari")


def grown() -> list[Incident]:
    """Six changes, one after the other."""
    noted = msgspec.structs.replace(IN_HAND, notes=(PersonNote(NOW, "Sari", "on the way"),))
    causes = [msgspec.structs.replace(noted, cause=cause, cause_by="Sari") for cause in ("power", "device")]
    wider = msgspec.structs.replace(causes[-1], affected=down("pop-selatan", "gradasi", "warkop"))
    return [SPREAD, IN_HAND, noted, *causes, wider]


def titles(texts: list[str]) -> list[str]:
    return [text.partition("\n")[0] for text in texts]


async def test_six_updates_and_a_recovery_ring_exactly_twice(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        for changed in grown():
            here.clock.now += 10
            await here.told(changed, "updated")
        ended = over(grown()[-1])
        await here.told(ended, "recovered")
        assert titles(here.server.rung(CHAT)) == ["🔴 DOWN: POP Selatan", "🟢 RECOVERED: POP Selatan"]
        first, reply = here.server.shown(CHAT)
    assert first.text.startswith("🟢 RECOVERED: POP Selatan\n")
    assert "a device." in first.text
    assert first.buttons == []
    assert first.edits == 7
    assert reply.reply_to == first.number


async def test_the_message_has_buttons_that_follow_the_incident(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        (message,) = here.server.shown(CHAT)
        causes = [f"cause:abcd2345:{cause}" for cause in ("power", "provider", "device", "other")]
        assert message.buttons == ["acknowledge:abcd2345", *causes]
        await here.told(IN_HAND, "updated")
        assert message.buttons == ["unacknowledge:abcd2345", *causes]
        assert "Sari is on it" in message.text


@pytest.mark.parametrize("kind", ["reminder", "worsened", "escalated"])
async def test_a_reminder_is_a_reply_that_rings(tmp_path: Path, kind: str) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        await here.told(SPREAD, kind)
        first, reply = here.server.shown(CHAT)
        assert len(here.server.rung(CHAT)) == 2
    assert reply.reply_to == first.number
    assert "2 sites" in first.text


async def test_updates_that_wait_become_one_and_a_later_notice_replaces_them(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        for changed in grown():
            here.put(changed, "updated")
        assert here.store.outbox.counts()["waiting"] <= 1
        here.put(over(grown()[-1]), "recovered")
        here.sender.wake()
        await here.until_delivered()
        first, _ = here.server.shown(CHAT)
    assert first.edits == 1
    assert first.text.startswith("🟢")


@pytest.mark.parametrize("how", ["deleted", "not editable"])
async def test_a_message_that_people_deleted_is_sent_anew_without_a_ring(tmp_path: Path, how: str) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        (lost,) = here.server.shown(CHAT)
        lost.deleted, lost.editable = how == "deleted", False
        await here.told(SPREAD, "updated")
        assert len(here.server.rung(CHAT)) == 1
        *_, new = here.server.shown(CHAT)
        await here.told(IN_HAND, "updated")
        assert (new.edits, new.number != lost.number) == (1, True)


async def test_a_recovery_without_its_message_still_rings(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        here.server.shown(CHAT)[0].deleted = True
        await here.told(over(OUTAGE), "recovered")
        assert titles(here.server.rung(CHAT)) == ["🔴 DOWN: POP Selatan", "🟢 RECOVERED: POP Selatan"]


async def test_a_wider_incident_edits_the_messages_of_those_it_took_in(tmp_path: Path) -> None:
    small = incident(id="bbbb2345")
    async with a_group(tmp_path) as here:
        await here.told(small, "firing")
        await here.told(SPREAD, "firing", merged=("bbbb2345",))
        first, wider = here.server.shown(CHAT)
        assert first.text.endswith("➡️ Part of #abcd2345 now: 🔴 UPLINK DOWN: POP Selatan (2 sites)")
        assert first.buttons == []
        assert "#bbbb2345" in wider.text
        assert len(here.server.rung(CHAT)) == 2
        await here.told(incident(id="cccc2345", root="warkop"), "firing")
        await here.told(SPREAD, "merged", merged=("cccc2345",))
        assert len(here.server.rung(CHAT)) == 3, "the wider one is known, and nothing is worse"


async def test_a_group_that_became_a_supergroup_is_followed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        here.server.moved[CHAT] = -1009999999999
        await here.told(SPREAD, "updated")
        (message,) = here.server.shown(-1009999999999)
        assert not message.rings
        await here.told(over(SPREAD), "recovered")
        assert titles(here.server.rung(-1009999999999)) == ["🟢 RECOVERED: POP Selatan"]
        refused = [call for call in here.server.calls if call.parameters.get("chat_id") == CHAT]
    assert len(refused) == 2, "the new id is remembered"
    assert caplog.messages == [
        f"receivers.group: the group {CHAT} became a supergroup; "
        "write telegram.chat = -1009999999999 in the inventory"
    ]


async def test_a_restart_goes_on_with_the_same_message(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        await here.stop()
        await here.start()
        await here.told(over(OUTAGE), "recovered")
        first, reply = here.server.shown(CHAT)
    assert first.text.startswith("🟢")
    assert reply.reply_to == first.number


async def test_a_notice_that_reached_the_chat_is_not_sent_again(tmp_path: Path) -> None:
    """The program dies when the message is known and the outbox has not heard of it."""
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        mark_waiting(here)
        here.sender.wake()
        await here.until_delivered()
        assert len(here.server.rung(CHAT)) == 1


STORY = [(OUTAGE, "firing"), (IN_HAND, "updated"), (IN_HAND, "reminder"), (over(IN_HAND), "recovered")]


@pytest.mark.parametrize("call", range(6))
async def test_a_death_within_any_call_repeats_at_most_that_message(tmp_path: Path, call: int) -> None:
    """Telegram has taken the call, and the collector dies before the answer."""
    async with a_group(tmp_path) as here:
        here.server.hang_at = call
        for about, kind in STORY:
            here.put(about, kind)
            here.sender.wake()
            await until(lambda: here.server.hung or not here.store.outbox.counts()["waiting"])
            if here.server.hung:
                here.server.hang_at, here.server.hung = None, False
                await here.stop()
                await here.start()
            await here.until_delivered()
        told = titles(here.server.rung(CHAT))
        assert list(dict.fromkeys(told)) == [
            "🔴 DOWN: POP Selatan",
            "🔁 STILL UPLINK DOWN: POP Selatan (2 sites)",
            "🟢 RECOVERED: POP Selatan",
        ]
        assert len(told) <= 4
        messages = [one for one in here.server.shown(CHAT) if one.reply_to is None]
        assert messages[-1].text.startswith("🟢")
        assert messages[-1].buttons == []
        assert here.store.outbox.undelivered() == []


async def test_a_flood_of_30_s_loses_nothing_and_nothing_overtakes(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        here.server.flooded_until = NOW + 30
        outages = [incident(id=f"{letter}bcd2345") for letter in "abcd"]
        for outage in outages:
            here.put(outage, "firing")
        here.sender.wake()
        await here.until_delivered()
        assert [text.partition("#")[2][:8] for text in here.server.rung(CHAT)] == [one.id for one in outages]
        refused = [call for call in here.server.calls if call.status == 429]
    assert len(refused) == 1, "the sender waits for as long as Telegram asks"
    assert here.clock.pauses.seconds == [30]


async def test_within_telegrams_limits_everything_arrives_in_order(tmp_path: Path) -> None:
    async with a_group(tmp_path, limited=True) as here:
        outages = [incident(id=f"{letter}bcd2345") for letter in "abcdefghi"]
        for outage in outages:
            here.put(outage, "firing")
        here.sender.wake()
        await here.until_delivered()
        assert [text.partition("#")[2][:8] for text in here.server.rung(CHAT)] == [one.id for one in outages]


async def test_a_bot_that_was_removed_gives_the_notice_up_with_the_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_group(tmp_path) as here:
        here.server.gone[CHAT] = "Forbidden: bot was kicked from the supergroup chat"
        await here.told(OUTAGE, "firing")
        (dead,) = here.store.outbox.undelivered()
    assert dead.error == "Telegram: HTTP 403, Forbidden: bot was kicked from the supergroup chat"
    assert "123456789:" not in caplog.text


async def test_an_edit_that_changes_nothing_is_as_good_as_done(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        await here.told(OUTAGE, "firing")
        await here.told(OUTAGE, "updated")
        assert here.store.outbox.undelivered() == []
        assert [call.status for call in here.server.calls] == [200, 400]


async def test_a_digest_brings_the_messages_it_tells_of_up_to_date(tmp_path: Path) -> None:
    async with a_group(tmp_path) as here:
        outages = [incident(id=f"{letter}bcd2345") for letter in "abc"]
        for outage in outages[:2]:
            await here.told(outage, "firing")
        here.server.refuse = lambda method, _: Refused(500, "Internal Server Error")
        here.put(over(outages[0]), "recovered")
        for number in range(10):
            here.put(incident(id=f"z{number + 2}cd2345"), "firing")
        here.server.refuse = lambda method, _: None
        here.sender.wake()
        await here.until_delivered()
        messages = {message.text.partition("#")[2][:8]: message for message in here.server.shown(CHAT)}
    assert messages["abcd2345"].text.startswith("🟢")
    assert messages["abcd2345"].buttons == []
    assert messages["bbcd2345"].buttons != []


async def test_a_digest_edits_the_messages_of_those_that_a_wider_one_took_in(tmp_path: Path) -> None:
    small = incident(id="bbbb2345")
    async with a_group(tmp_path, limit=MessageLimit(messages=2)) as here:
        await here.told(small, "firing")
        here.put(SPREAD, "firing", merged=("bbbb2345",))
        here.put(over(SPREAD), "recovered")
        here.sender.wake()
        await here.until_delivered()
        first, digest = here.server.shown(CHAT)
    assert digest.text.startswith("📋 2 NOTICES in one message")
    assert "includes #bbbb2345" in digest.text
    assert first.text.splitlines()[-1].startswith("➡️ Part of #abcd2345 now: ")
    assert first.buttons == []


def mark_waiting(here: Group) -> None:
    """The outbox has not heard that its letters were delivered."""
    with transaction(here.store._engine) as connection:
        connection.execute(sa.update(notices).values(status="waiting"))
