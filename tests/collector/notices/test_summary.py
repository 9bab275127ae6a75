"""The daily summary: at its hour, once a day, and also on a day without any incident."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from collector.incidents import Incident, Incidents, network_of
from collector.inventory import City
from collector.notices.document import Letter
from collector.notices.summary import LATE_SECONDS, LOOK_AGAIN_SECONDS, Summaries
from tests.fakes.incidents import incident, over
from tests.fakes.receivers import notifying, webhook

ZONE = ZoneInfo("Asia/Pontianak")
SEVEN = datetime(2026, 9, 22, 7, 0, tzinfo=ZONE).timestamp()
DAY = 86400.0


def city(at: str = "07:00", language: str = "id", **match: Any) -> City:
    receiver = msgspec.structs.replace(webhook(**match), summary=at, language=language)
    return notifying(shift=receiver, other=webhook())


def incidents_of(town: City, *known: Incident) -> Incidents:
    return Incidents(network_of(town, {}), SEVEN, known)


def written(town: City, now: float, *known: Incident, before: tuple[str, ...] = ()) -> list[Letter]:
    return Summaries(before).due(town, incidents_of(town, *known), now)


def test_it_comes_at_its_hour_and_to_those_who_want_one() -> None:
    assert written(city(), SEVEN - 1) == []
    (letter,) = written(city(), SEVEN)
    assert (letter.receiver, letter.document.id) == ("shift", "summary-shift-2026-09-22")


def test_it_comes_once_a_day_also_after_a_restart() -> None:
    town, summaries = city(), Summaries()
    known = incidents_of(town)
    ids = [
        letter.document.id
        for second in range(0, int(3 * DAY), int(LOOK_AGAIN_SECONDS))
        for letter in summaries.due(town, known, SEVEN - 3600 + second)
    ]
    assert ids == [f"summary-shift-2026-09-{day}" for day in (22, 23, 24)]
    assert written(town, SEVEN + 60, before=("summary-shift-2026-09-22",)) == []


def test_a_collector_that_starts_late_still_writes_it_but_not_in_the_evening() -> None:
    assert len(written(city(), SEVEN + LATE_SECONDS - 1)) == 1
    assert written(city(), SEVEN + LATE_SECONDS) == []


def test_a_clock_that_was_a_day_ahead_takes_no_summary_away() -> None:
    town, summaries = city(), Summaries(["summary-shift-2026-09-25"])
    known = incidents_of(town)
    seen = [
        [letter.document.id for letter in summaries.due(town, known, now)]
        for now in (SEVEN + DAY, SEVEN, SEVEN + 30, SEVEN + DAY, SEVEN + DAY + 30, SEVEN + 3 * DAY)
    ]
    days = [[id.rpartition("-")[2] for id in ids] for ids in seen]
    assert days == [["23"], ["22"], [], ["23"], [], ["25"]]


def test_a_clock_that_is_set_back_by_an_hour_sends_no_summary_twice() -> None:
    town, summaries = city("23:30"), Summaries()
    known, midnight = incidents_of(town), SEVEN + 17 * 3600
    assert len(list(summaries.due(town, known, midnight - 60))) == 1
    assert summaries.due(town, known, midnight + 600) == []
    assert summaries.due(town, known, midnight - 1200) == []


def test_a_quiet_day_has_a_summary_too() -> None:
    (letter,) = written(city(), SEVEN)
    assert letter.document.text.splitlines() == [
        "📋 RINGKASAN: 0 insiden terbuka",
        f"0 dari {len(city().sites)} lokasi normal, 0 putus, {len(city().sites)} tidak diketahui.",
        "Tidak ada insiden dalam 24 jam terakhir. Pesan ini menunjukkan bahwa saluran ini berfungsi.",
    ]


def test_it_lists_open_incidents_and_those_that_ended_within_a_day() -> None:
    still = incident(root="pop-selatan", id="aaaa2345", severity="critical")
    ended = over(incident(id="bbbb2345"))
    (letter,) = written(city(language="en"), SEVEN, still, ended)
    lines = letter.document.text.splitlines()
    assert lines[0] == "📋 SUMMARY: 1 incidents are open"
    assert "🔴 DOWN: POP Selatan · #aaaa2345 · since 21-09 21:11" in lines
    assert "🟢 RECOVERED: Kampung Digital Gradasi · #bbbb2345 · 21-09 21:11, lasted 2 min" in lines


@pytest.mark.parametrize("match", [{"severity": ["critical"]}, {"role": ["noc"]}])
def test_it_has_only_the_incidents_of_its_receiver(match: dict[str, Any]) -> None:
    (letter,) = written(city(language="en", **match), SEVEN, incident(id="aaaa2345"))
    assert "aaaa2345" not in letter.document.text
