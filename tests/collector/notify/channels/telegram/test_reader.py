"""People write to a bot: each request is done once, is stored with its person, and only then answered."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from collector.database import telegram as tables
from collector.database.engine import transaction
from collector.inventory.city import Duty
from collector.notify.channels.telegram.api import TelegramBot, call
from tests.collector.notify.channels.telegram.chat_room import OPEN, chat_room, other_chat, reading
from tests.collector.notify.channels.telegram.group import CHAT, group
from tests.collector.waiting import until
from tests.fakes.incidents import NOW
from tests.servers.telegram import TOKEN, Refused, telegram_server

VIA = f"telegram:{CHAT}"


async def test_a_button_takes_in_hand_and_gives_back_by_the_name_of_the_person(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        assert await room.presses("acknowledge:abcd2345") == "Sari has #abcd2345 in hand; no more reminders."
        assert (room.incident.acknowledged_by, room.incident.in_hand) == ("Sari", True)
        assert await room.presses("acknowledge:abcd2345") == "Sari has #abcd2345 in hand already."
        assert await room.presses("unacknowledge:abcd2345") == "Nobody has #abcd2345 in hand now."
        assert await room.presses("cause:abcd2345:power") == "Cause of #abcd2345: power failure (PLN)."
        assert room.incident.cause == "power"
        assert [(one.who, one.by, one.via, one.address) for one in room.store.audit()] == [
            (one.by, one.by, one.via, "") for one in room.actions
        ]
        done = [(one.by, one.via, one.what, one.incident, one.text) for one in reversed(room.actions)]
    assert done == [
        ("Sari", VIA, "acknowledge", "abcd2345", ""),
        ("Sari", VIA, "unacknowledge", "abcd2345", ""),
        ("Sari", VIA, "set cause", "abcd2345", "power"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("en", "/active", "1 open:\n🔴 DOWN: POP Selatan · #abcd2345 · 2 min"),
        ("id", "/aktif", "1 gangguan aktif:\n🔴 PUTUS: POP Selatan · #abcd2345 · 2 menit"),
        ("en", "/lokasi warkop", "Warkop Winny (warkop), Pontianak Tenggara\n40 users\n🟢 No incident here."),
        ("id", "/site POP selatan", "POP Selatan (pop-selatan), Pontianak Selatan\n🔴 PUTUS: POP Selatan"),
        ("en", "/lokasi nowhere", "There is no site nowhere."),
        ("en", "/lokasi a", "4 sites fit; write one of: POP Selatan (pop-selatan), "),
        ("id", "/lokasi", "Tulis lokasinya, misalnya: /lokasi gradasi"),
        ("en", "/rawat warkop", "Write site and time, for example: /maintenance gradasi 2h New battery"),
        ("en", "/rawat nowhere 2h", "There is no site nowhere."),
        ("en", "/diam", "Write the incident, for example: /mute abcd2345."),
        ("en", "/diam zzzz2345", "There is no incident #zzzz2345."),
        ("en", "/lepas abcd2345", "Nobody has #abcd2345 in hand."),
        ("en", "/catat abcd2345", "Write incident and note"),
        ("id", "/bantuan", "/aktif – gangguan yang sedang berlangsung\n/lokasi NAMA – "),
    ],
)
async def test_a_command_is_answered_in_the_language_of_the_receiver(
    tmp_path: Path, language: Any, text: str, answer: str
) -> None:
    async with chat_room(tmp_path, language=language) as room:
        assert (await room.says(text)).startswith(answer)
        (message,) = room.server.shown(CHAT)
        assert not message.rings
        assert room.actions == []


async def test_a_reply_to_the_message_of_an_incident_is_about_it(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        room.store.telegram.keep("group", "abcd2345", tables.SentMessage(CHAT, 5, "n", "text", NOW))
        await room.says("/catat menuju lokasi", reply_to=5)
        assert [(note.by, note.text) for note in room.incident.notes] == [("Sari", "menuju lokasi")]
        await room.says("/diam", reply_to=5)
        assert room.incident.in_hand
        assert "Write the incident" in await room.says("/lepas", reply_to=99), "of no incident"


async def test_planned_work_is_made_at_once_by_the_name_of_a_site(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        answer = await room.says("/rawat Warkop Winny 90 menit Ganti baterai")
        (made,) = room.watch.windows.values()
        assert answer == (
            f"🔧 Warkop Winny: planned work until 21-09 22:43. Nobody gets a notice of it. ({made.id})"
        )
        assert (made.window.title, made.window.sites, made.by, made.via) == (
            "Ganti baterai",
            ["warkop"],
            "Sari",
            VIA,
        )
        assert [action.what for action in room.actions] == ["plan work"]


async def test_a_command_that_came_too_late_changes_nothing(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        assert "too late" in await room.says("/diam abcd2345", date=NOW - 3600)
        assert not room.incident.in_hand


async def test_an_unknown_chat_gets_no_answer_and_is_counted(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        assert await room.says("/aktif", chat=-666) == ""
        assert await room.presses("acknowledge:abcd2345", chat=-666) == ""
        assert room.readers.handled["unknown_chat"] == 2
        assert not room.incident.in_hand
        assert {call.method for call in room.server.calls} == {"getMe", "setMyCommands", "getUpdates"}


async def test_an_update_is_not_done_again_after_a_crash_before_its_confirmation(tmp_path: Path) -> None:
    async with telegram_server() as server:
        update = server.pressed("acknowledge:abcd2345", CHAT, 1)
        async with reading(tmp_path, server) as room:
            await until(lambda: room.actions, seconds=20)
        server.confirmed = 0
        server.updates = [{"update_id": update, "callback_query": _query("unacknowledge:abcd2345")}]
        async with reading(tmp_path, server) as room:
            await room.says("/aktif")
            assert room.incident.in_hand
            assert [action.what for action in room.actions] == ["acknowledge"]


async def test_an_action_and_its_update_are_stored_in_one_transaction(tmp_path: Path) -> None:
    """The answer never came, and the mark behind the action was never written: the desk wrote it."""
    async with telegram_server() as server, reading(tmp_path, server) as room:
        room.store.telegram.handled = None  # type: ignore[method-assign,assignment]
        update = server.pressed("cause:abcd2345:power", CHAT, 1)
        await until(lambda: room.actions, seconds=20)
        last = room.store.telegram.last_update("123456789")
        assert last is not None
        assert last.number == update


async def test_while_nothing_can_be_stored_an_update_waits(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        await room.says("/aktif")
        room.store.full = True
        update = room.server.pressed("acknowledge:abcd2345", CHAT, 1)
        await asyncio.sleep(0.1)
        assert room.server.confirmed < update
        room.store.full = False
        await room.confirmed(update)
        assert room.incident.in_hand
        assert len(room.actions) == 1


async def test_another_reader_of_the_same_bot_is_named_once_and_survived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with chat_room(tmp_path) as room:
        await room.says("/aktif")
        bot = TelegramBot(room.server.url, TOKEN)
        for _ in range(3):
            polls = len(room.server.calls)
            await call(bot, "getUpdates", {})
            await until(lambda: len(room.server.calls) > polls + 1, seconds=20)  # noqa: B023
        await room.says("/aktif")
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warnings
    assert set(warnings) == {
        "Telegram: HTTP 409, Conflict: terminated by other getUpdates request; make sure that only one bot "
        "instance is running; another program reads this bot's updates: give pantau a bot of its own"
    }
    assert 30 in room.pauses


async def test_receivers_that_share_a_bot_share_one_reader(tmp_path: Path) -> None:
    async with telegram_server() as server:
        first = group(tmp_path, server)
        receivers = {"first": first, "second": other_chat(first, -2)}
        async with reading(tmp_path, server, receivers) as room:
            assert await room.says("/active")
            assert await room.says("/active", chat=-2)
            assert [call.status for call in server.calls if call.status == 409] == []
            assert len([call for call in server.calls if call.method == "getMe"]) == 1


async def test_a_chat_that_moved_is_still_known(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        await room.confirmed(room.server.said("", CHAT, migrate_to_chat_id=-100))
        assert await room.says("/active", chat=-100)


async def test_after_a_week_numbers_may_begin_anew(tmp_path: Path) -> None:
    async with telegram_server() as server, reading(tmp_path, server) as room:
        with transaction(room.store._engine) as connection:
            row = {"bot": "123456789", "number": 2**40, "at": NOW - 7 * 86400}
            connection.execute(sa.insert(tables.updates).values(row))
        assert await room.says("/active")


async def test_a_server_that_repeats_itself_does_nothing_twice(tmp_path: Path) -> None:
    async with telegram_server() as server, reading(tmp_path, server) as room:
        await room.says("/active")
        pressed = _query("acknowledge:abcd2345")
        server.fixed_updates = [{"update_id": 800_000_000, "callback_query": pressed}]
        await until(lambda: room.pauses.count(1) >= 5, seconds=20)
        assert [action.what for action in room.actions] == ["acknowledge"]
        assert len([call for call in server.calls if call.method == "answerCallbackQuery"]) == 1


@pytest.mark.parametrize("updates", [{"message_id": 1}, [7], [{"update_id": "7"}], "x"])
async def test_updates_in_an_odd_form_are_a_trouble_that_waits(
    tmp_path: Path, updates: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with telegram_server() as server:
        server.fixed_updates = updates
        async with reading(tmp_path, server) as room:
            await until(lambda: len(room.pauses) >= 4, seconds=20)
            server.fixed_updates = None
            assert await room.says("/active")
    assert len([one for one in caplog.records if one.levelname == "WARNING"]) == 1


async def test_an_answer_waits_as_long_as_telegram_asks(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        refusals = [Refused(429, "Too Many Requests: retry after 7", retry_after=7)]
        room.server.refuse = lambda method, _: (
            refusals.pop() if method == "sendMessage" and refusals else None
        )
        assert (await room.says("/active")).startswith("1 open:")
        assert 7 in room.pauses


async def test_a_bot_that_is_told_to_wait_a_year_reads_again_within_an_hour(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        refusals = [Refused(429, "Too Many Requests", retry_after=31_536_000)]
        room.server.refuse = lambda method, _: refusals.pop() if refusals else None
        assert await room.says("/active")
        assert max(room.pauses) <= 3600


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("/rawat Warkop Winny 90 menit Ganti 3 baterai", "Ganti 3 baterai"),
        ("/rawat Warkop Winny 90 menit Kabel 30 m", "Kabel 30 m"),
        ("/rawat warkop 2h", "Work at Warkop Winny"),
        ("/rawat warkop 2 JAM", "Work at Warkop Winny"),
    ],
)
async def test_numbers_in_the_title_of_planned_work_are_no_time(
    tmp_path: Path, text: str, title: str
) -> None:
    async with chat_room(tmp_path) as room:
        await room.says(text)
        assert [(one.window.title, one.window.sites) for one in room.watch.windows.values()] == [
            (title, ["warkop"])
        ]


async def test_a_site_whose_name_has_a_number_and_a_unit_is_found(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        sites = {
            **room.city.sites,
            "tower": msgspec.structs.replace(room.city.sites["warkop"], name="Menara 30 m"),
        }
        room.city = msgspec.structs.replace(room.city, sites=sites)
        await room.says("/rawat Menara 30 m 2h Cat ulang 12 m")
        (made,) = room.watch.windows.values()
        assert (made.window.title, made.window.sites) == ("Cat ulang 12 m", ["tower"])


async def test_a_phone_that_begins_with_a_capital_letter_still_names_the_incident(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        await room.says("/Diam Abcd2345 menuju lokasi")
        assert room.incident.acknowledged_note == "menuju lokasi"


async def test_a_fault_in_one_answer_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chat_room(tmp_path) as room:

        async def broken() -> Any:
            raise KeyError("a bug")

        with monkeypatch.context() as patched:
            patched.setattr(room.services, "open_incidents", broken)
            await room.says("/active")
        assert (await room.says("/active")).startswith("1 open:")
        assert room.readers.handled["failed"] == 1
    assert "KeyError" in caplog.text


async def test_the_people_on_duty_are_named_where_the_inventory_names_them(tmp_path: Path) -> None:
    async with chat_room(tmp_path) as room:
        assert await room.says("/piket") == "The inventory names nobody on duty."
        people = {
            "desk": Duty(name="NOC desk", phone="0561 1"),
            "budi": Duty(name="Budi", districts=["Pontianak Selatan"]),
        }
        room.city = msgspec.structs.replace(room.city, duty=people)
        assert await room.says("/duty") == "NOC desk · 0561 1\nBudi (Pontianak Selatan)"
        assert "/duty – who is on duty" in await room.says("/help")


async def test_commands_work_where_telegram_takes_no_menu_of_them(tmp_path: Path) -> None:
    async with telegram_server() as server:
        no = Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        server.refuse = lambda method, _: no if method == "setMyCommands" else None
        async with reading(tmp_path, server) as room:
            assert (await room.says("/active")).startswith("1 open:")


async def test_the_commands_that_work_are_offered(tmp_path: Path) -> None:
    async with chat_room(tmp_path, language="id") as room:
        await room.says("/bantuan")
        offered = [command["command"] for command in room.server.commands]
    assert offered == ["aktif", "lokasi", "rawat", "diam", "lepas", "catat", "bantuan"]
    assert OPEN.id == "abcd2345"


def _query(data: str) -> dict[str, Any]:
    return {
        "id": "q9",
        "from": {"id": 42, "first_name": "Sari"},
        "message": {"message_id": 1, "chat": {"id": CHAT}},
        "data": data,
    }
