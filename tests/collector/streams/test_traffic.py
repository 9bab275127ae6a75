"""The bytes of each agent since midnight, to the byte."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from collector.streams.ingest import Ingest
from collector.streams.ingestion import Message
from collector.streams.traffic import Traffic
from tests.collector.streams.test_ingest import City

PONTIANAK = ZoneInfo("Asia/Pontianak")
MIDNIGHT = datetime(2026, 11, 28, tzinfo=PONTIANAK).timestamp()
DAY = 86400.0
HOUR = 3600.0


def sent(at: float, size: int, agent: str = "gradasi", retained: bool = False) -> Message:
    return Message(f"pantau/v1/{agent}/report", b"x" * size, at, retained)


def counting(now: float) -> Traffic:
    traffic = Traffic()
    traffic.adopt(PONTIANAK, now)
    return traffic


def test_a_day_has_just_what_came_in_on_it_however_late_it_is_taken() -> None:
    traffic = counting(MIDNIGHT - HOUR)
    traffic.count("gradasi", sent(MIDNIGHT - 0.1, 100))
    assert traffic.today(MIDNIGHT - 0.05) == (MIDNIGHT - HOUR, {"gradasi": 100})
    traffic.count("gradasi", sent(MIDNIGHT, 7))
    traffic.count("dinkes", sent(MIDNIGHT - 0.01, 1000))
    traffic.count("gradasi", sent(MIDNIGHT + 1, 3))
    assert traffic.today(MIDNIGHT + 2) == (MIDNIGHT, {"gradasi": 10})
    assert traffic.today(MIDNIGHT + DAY) == (MIDNIGHT + DAY, {})


def test_after_a_start_the_count_says_since_when() -> None:
    traffic = counting(MIDNIGHT + 9 * HOUR)
    assert traffic.today(MIDNIGHT + 10 * HOUR).since == MIDNIGHT + 9 * HOUR


def test_a_clock_that_is_set_on_the_same_day_loses_no_count() -> None:
    traffic = counting(MIDNIGHT + 9 * HOUR)
    traffic.count("gradasi", sent(MIDNIGHT + 9 * HOUR, 5))
    traffic.stepped(-HOUR, MIDNIGHT + 8 * HOUR)
    traffic.count("gradasi", sent(MIDNIGHT + 8 * HOUR, 5))
    assert traffic.today(MIDNIGHT + 8 * HOUR) == (MIDNIGHT + 8 * HOUR, {"gradasi": 10})


def test_a_clock_that_is_set_to_another_day_begins_the_count_anew() -> None:
    traffic = counting(0.0)
    traffic.count("gradasi", sent(5.0, 5))
    traffic.stepped(MIDNIGHT + HOUR, MIDNIGHT + HOUR)
    assert traffic.today(MIDNIGHT + HOUR) == (MIDNIGHT + HOUR, {})


def test_another_zone_has_another_midnight() -> None:
    traffic = counting(MIDNIGHT + HOUR)
    traffic.count("gradasi", sent(MIDNIGHT + HOUR, 5))
    traffic.adopt(PONTIANAK, MIDNIGHT + 2 * HOUR)
    assert traffic.today(MIDNIGHT + 2 * HOUR).by_agent == {"gradasi": 5}
    traffic.adopt(UTC, MIDNIGHT + 2 * HOUR)
    assert traffic.today(MIDNIGHT + 2 * HOUR) == (MIDNIGHT + 2 * HOUR, {})


def test_a_day_of_25_hours_is_one_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    midnight = datetime(2026, 10, 25, tzinfo=berlin).timestamp()
    traffic = Traffic()
    traffic.adopt(berlin, midnight)
    traffic.count("gradasi", sent(midnight + 24.5 * HOUR, 5))
    assert traffic.today(midnight + 24.9 * HOUR).by_agent == {"gradasi": 5}
    assert traffic.today(midnight + 25 * HOUR).by_agent == {}


def test_messages_of_strangers_and_retained_ones_do_not_count() -> None:
    ingest = Ingest("e0", City(), {"gradasi": 10.0})
    ingest.traffic.adopt(PONTIANAK, MIDNIGHT)
    now = MIDNIGHT + HOUR
    messages = [sent(now, 20), sent(now, 30, agent="stranger"), sent(now, 40, retained=True)]
    ingest.take(messages, now)
    assert ingest.traffic.today(now).by_agent == {"gradasi": 20}
