"""A real collector and a group of Telegram: nothing is lost in a flood and a kill, and people answer."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_ports import LOOPBACK
from tests.servers.mosquitto import needs_mosquitto
from tests.servers.telegram import TOKEN, TelegramServer, telegram_in_thread
from tests.system.programs import get
from tests.system.watched_city import WatchedCity, watched_city

pytestmark = needs_mosquitto

CHAT = -1001234567890
FLOOD_SECONDS = 6


@contextmanager
def city_with_a_group(folder: Path) -> Iterator[tuple[WatchedCity, TelegramServer]]:
    (folder / "token").write_text(TOKEN)
    with telegram_in_thread() as server:
        receiver = (
            f'\n[receivers.group]\ntelegram = {{ chat = {CHAT}, token_file = "{folder}/token", '
            f'api_url = "{server.url}" }}\nlanguage = "en"\n'
        )
        with watched_city(folder, more_inventory=receiver) as city:
            city.voice.speak()
            city.until_reports(3)
            yield city, server


def titles(server: TelegramServer) -> list[str]:
    """Of the messages that rang, in order."""
    return [text.partition("\n")[0] for text in server.rung(CHAT)]


def test_nothing_is_lost_through_a_flood_and_a_kill_in_the_middle_of_it(tmp_path: Path) -> None:
    with city_with_a_group(tmp_path) as (city, server):
        server.flooded_until = time.monotonic() + FLOOD_SECONDS
        city.voice.down("gradasi")
        city.until(lambda: [call for call in server.calls if call.status == 429])
        city.collector.kill()
        city.start()
        city.until_reports(3)
        city.voice.down("warkop")
        city.until(lambda: len(titles(server)) == 2)
        assert titles(server) == ["🔴 DOWN: Gradasi", "🔴 DOWN: Warkop Winny"]
        city.voice.up("gradasi")
        city.voice.up("warkop")
        city.until(lambda: len(titles(server)) == 4)
        assert sorted(titles(server)[2:]) == ["🟢 RECOVERED: Gradasi", "🟢 RECOVERED: Warkop Winny"]
        assert "123456789:" not in city.collector.said()


def test_a_button_takes_an_incident_in_hand_and_a_kill_repeats_nothing(tmp_path: Path) -> None:
    with city_with_a_group(tmp_path) as (city, server):
        city.voice.down("gradasi")
        city.until(lambda: titles(server) == ["🔴 DOWN: Gradasi"])
        (message,) = server.shown(CHAT)
        update = server.pressed(message.buttons[0], CHAT, message.number)
        city.until(lambda: [one for one in city.incidents() if one.acknowledged_by == "Sari"])
        city.collector.kill()
        city.start()
        city.until(lambda: server.confirmed >= update)
        city.until(lambda: "Sari is on it" in message.text)
        done = json.loads(city.until(lambda: get(f"http://{LOOPBACK}:{city.port}/api/actions")))
        assert [(one["by"], one["via"], one["what"]) for one in done] == [
            ("Sari", f"telegram:{CHAT}", "acknowledge")
        ]
        city.until_reports(3)
        city.voice.up("gradasi")
        city.until(lambda: len(titles(server)) == 2)
        assert message.buttons == []
