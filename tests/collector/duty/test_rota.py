"""The rota gives the people to call, at each hour of a week and on days on which the clock is changed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.duty import Gap, OnDuty, Rota, Shift, gaps
from collector.planned.days import WEEKDAYS

PONTIANAK = ZoneInfo("Asia/Pontianak")
BERLIN = ZoneInfo("Europe/Berlin")
HAVANA = ZoneInfo("America/Havana")
WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
DISTRICTS = ("Barat", "Selatan")
SHIFTS: list[dict[str, Any]] = [
    {"people": ["sari"], "days": WORKDAYS, "from": "07:00", "to": "15:00"},
    {"people": ["budi"], "days": WORKDAYS, "from": "15:00", "to": "23:00"},
    {"people": ["dewi"], "from": "23:00", "to": "07:00"},
    {"people": ["joko", "budi"], "days": ["saturday"], "from": "07:00", "to": "23:00"},
    {"people": ["joko"], "days": ["sunday"], "from": "07:00", "to": "23:00"},
    {"people": ["eko"], "date": "2026-12-25", "from": "07:00", "to": "23:00"},
    {"people": ["fitri"], "date": "2026-12-22", "until": "2026-12-23", "from": "23:00", "to": "07:00"},
]
WEEK = """
      mon tue wed thu fri sat sun
00:00  D   D   F   F   D   D   D
01:00  D   D   F   F   D   D   D
02:00  D   D   F   F   D   D   D
03:00  D   D   F   F   D   D   D
04:00  D   D   F   F   D   D   D
05:00  D   D   F   F   D   D   D
06:00  D   D   F   F   D   D   D
07:00  S   S   S   S   E  JB   J
08:00  S   S   S   S   E  JB   J
09:00  S   S   S   S   E  JB   J
10:00  S   S   S   S   E  JB   J
11:00  S   S   S   S   E  JB   J
12:00  S   S   S   S   E  JB   J
13:00  S   S   S   S   E  JB   J
14:00  S   S   S   S   E  JB   J
15:00  B   B   B   B   E  JB   J
16:00  B   B   B   B   E  JB   J
17:00  B   B   B   B   E  JB   J
18:00  B   B   B   B   E  JB   J
19:00  B   B   B   B   E  JB   J
20:00  B   B   B   B   E  JB   J
21:00  B   B   B   B   E  JB   J
22:00  B   B   B   B   E  JB   J
23:00  D   F   F   D   D   D   D
"""


def rota(shifts: Sequence[dict[str, Any]], zone: ZoneInfo = PONTIANAK, **districts: list[str]) -> Rota:
    """The people of the shifts; `districts` are those of some of them, or of people besides."""
    made = msgspec.convert(list(shifts), list[Shift])
    people = {person: districts.get(person, []) for shift in made for person in shift.people}
    return Rota(people | districts, made, DISTRICTS, zone)


def at(time: str, zone: ZoneInfo = PONTIANAK, fold: int = 0) -> float:
    return datetime.fromisoformat(time).replace(tzinfo=zone, fold=fold).timestamp()


def table(of: Rota, monday: date) -> str:
    """Who is on duty, by hour and day, each by a letter."""
    lines = ["      " + " ".join(day[:3] for day in WEEKDAYS)]
    for hour in range(24):
        cells = []
        for day in range(7):
            local = datetime(monday.year, monday.month, monday.day + day, hour, tzinfo=of.zone)
            on_duty = of.on_duty((), local.timestamp())
            cells.append("".join(person[0].upper() for person in on_duty).rjust(2).ljust(3))
        lines.append(f"{hour:02}:00 " + " ".join(cells).rstrip())
    return "\n".join(lines)


def test_a_week_by_hour_with_two_exceptions() -> None:
    assert table(rota(SHIFTS), date(2026, 12, 21)) == WEEK.strip("\n")


def test_a_handover_is_exactly_at_its_hour() -> None:
    of = rota(SHIFTS)
    handover = at("2026-12-21T15:00")
    assert (of.on_duty((), handover - 0.001), of.on_duty((), handover)) == (["sari"], ["budi"])
    assert of.handover(handover - 1) == handover
    assert of.handover(handover) == at("2026-12-21T23:00")


def test_a_shift_without_an_end_lasts_until_its_hour_of_the_next_day() -> None:
    of = rota([{"people": [day], "days": [day], "from": "07:00"} for day in WEEKDAYS])
    assert of.on_duty((), at("2026-12-22T06:59:59")) == ["monday"]
    assert of.on_duty((), at("2026-12-22T07:00")) == ["tuesday"]
    assert gaps(of) == []


def test_a_night_shift_follows_the_clock_when_it_is_changed() -> None:
    of = rota([{"people": ["dewi"], "from": "22:00", "to": "06:00"}], BERLIN)
    forward, back = ["2026-03-28", "2026-03-29"], ["2026-10-24", "2026-10-25"]
    for (evening, morning), hours in ((forward, 7), (back, 9)):
        begin, end = at(f"{evening}T22:00", BERLIN), at(f"{morning}T06:00", BERLIN)
        assert end - begin == hours * 3600
        assert of.handover(begin) == end
        assert of.on_duty((), end - 1) == ["dewi"]
        assert of.on_duty((), end) == []


def test_a_handover_in_an_hour_that_the_clock_leaves_out_is_after_it() -> None:
    of = rota([{"people": ["a"], "to": "02:30"}, {"people": ["b"], "from": "02:30", "to": "00:00"}], BERLIN)
    three = at("2026-03-29T03:00", BERLIN)
    assert (of.on_duty((), three - 1), of.on_duty((), three)) == (["a"], ["b"])


def test_a_handover_in_an_hour_that_comes_twice_is_at_its_first() -> None:
    of = rota([{"people": ["a"], "to": "02:30"}, {"people": ["b"], "from": "02:30", "to": "00:00"}], BERLIN)
    first, second = at("2026-10-25T02:30", BERLIN), at("2026-10-25T02:00", BERLIN, fold=1)
    assert (of.on_duty((), first - 1), of.on_duty((), first)) == (["a"], ["b"])
    assert of.on_duty((), second) == ["b"]


def test_a_day_that_begins_at_one_has_its_shift_all_day() -> None:
    of = rota([{"people": ["a"], "days": ["sunday"]}], HAVANA)
    begin = at("2026-03-08T01:00", HAVANA)
    assert (of.on_duty((), begin - 1), of.on_duty((), begin)) == ([], ["a"])
    assert of.on_duty((), at("2026-03-08T23:59:59", HAVANA)) == ["a"]


def test_a_person_without_a_shift_is_on_duty_always_and_comes_last() -> None:
    of = rota(SHIFTS, desk=[], barat_desk=["Barat"])
    monday = at("2026-12-21T09:00")
    assert of.on_duty(["Selatan"], monday) == ["sari", "desk"]
    assert of.on_duty(["Barat", "Selatan"], monday) == ["sari", "desk", "barat_desk"]


def test_a_city_without_a_rota_calls_the_people_of_the_district() -> None:
    of = rota([], desk=[], ani=["Barat"])
    assert of.on_duty(["Barat"], 0.0) == ["desk", "ani"]
    assert of.on_duty(["Selatan"], 0.0) == ["desk"]
    assert of.on_duty([], 0.0) == ["desk"]
    assert of.handover(0.0) > 0.0


def test_the_city_as_a_whole_calls_everybody_if_nobody_serves_all_of_it() -> None:
    of = rota([{"people": ["a"]}, {"people": ["b"]}], a=["Barat"], b=["Selatan"])
    assert of.on_duty([], 0.0) == ["a", "b"]
    assert of.on_duty(["Barat"], 0.0) == ["a"]


def test_an_exception_takes_the_place_of_the_shifts_of_its_districts_alone() -> None:
    exception = {"people": ["c"], "date": "2026-12-25", "districts": ["Barat"]}
    of = rota([{"people": ["a"]}, exception])
    day = at("2026-12-25T12:00")
    assert of.on_duty(["Barat"], day) == ["c"]
    assert of.on_duty(["Selatan"], day) == ["a"]
    assert of.at(day) == (OnDuty("a", ("Selatan",)), OnDuty("c", ("Barat",)))
    assert of.at(day + 86400) == (OnDuty("a"),)


def test_an_exception_whose_person_does_not_serve_a_district_leaves_it_as_it_is() -> None:
    of = rota([{"people": ["a"]}, {"people": ["c"], "date": "2026-12-25"}], c=["Barat"])
    assert of.on_duty(["Selatan"], at("2026-12-25T12:00")) == ["a"]


def test_the_spans_of_a_week_go_from_handover_to_handover() -> None:
    of = rota(SHIFTS)
    since = at("2026-12-24T12:00")
    spans = list(of.spans(since, since + 7 * 86400))
    assert [(one.people[0].person, (one.until - one.since) / 3600) for one in spans[:4]] == [
        ("sari", 3),
        ("budi", 8),
        ("dewi", 8),
        ("eko", 16),
    ]
    assert (spans[0].since, spans[-1].until) == (since, since + 7 * 86400)


def test_the_hours_without_anybody_are_found_by_district() -> None:
    shift = {"people": ["a", "b"], "days": WORKDAYS, "from": "07:00", "to": "19:00"}
    of = rota([shift, {"people": ["b"], "from": "19:00", "to": "07:00"}], b=["Barat"])
    found = gaps(of)
    assert found[0] == Gap(("Selatan",), "monday 00:00", "monday 07:00")
    assert Gap(("Barat", "Selatan"), "saturday 07:00", "saturday 19:00") in found
    assert gaps(rota([shift], desk=[])) == []


hours = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
shifts = st.builds(
    lambda people, days, begin, end: {"people": people, "days": days, "from": begin, "to": end},
    st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True),
    st.lists(st.sampled_from(WEEKDAYS), unique=True),
    hours,
    st.one_of(st.just(""), hours),
)


@given(st.lists(shifts, max_size=4), st.floats(0, 365 * 86400), st.sampled_from([PONTIANAK, BERLIN, HAVANA]))
def test_nobody_changes_between_two_handovers(
    some: list[dict[str, Any]], after: float, zone: ZoneInfo
) -> None:
    of = rota(some, zone)
    since = at("2026-01-01T00:00", zone) + after
    until = of.handover(since)
    assert since < until
    assert of.at(since) == of.at((since + until) / 2) == of.at(until - 0.001)


@given(st.lists(shifts, min_size=1, max_size=4), st.integers(0, 7 * 24 * 60 - 1))
def test_a_clock_that_nobody_changes_reads_as_the_table(some: list[dict[str, Any]], minute: int) -> None:
    """The shifts of a minute of the week, read off the table as a person reads it."""
    monday = datetime(2026, 12, 21, tzinfo=UTC).timestamp()
    of = rota(some, ZoneInfo("UTC"))
    wanted = set()
    for shift in msgspec.convert(some, list[Shift]):
        begin, end = _minutes(shift.from_), _minutes(shift.to or shift.from_)
        lasts = (end - begin) % 1440 or 1440
        for number, day in enumerate(WEEKDAYS):
            if (not shift.days or day in shift.days) and (minute - number * 1440 - begin) % 10080 < lasts:
                wanted.update(shift.people)
    assert set(of.on_duty([], monday + minute * 60)) == wanted


def _minutes(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:])


@pytest.mark.parametrize("zone", [PONTIANAK, BERLIN])
def test_an_exception_far_ahead_is_found_in_its_time(zone: ZoneInfo) -> None:
    of = rota([{"people": ["a"], "date": "2027-05-01", "from": "08:00", "to": "09:00"}], zone)
    at_eight = at("2027-05-01T08:00", zone)
    now = at("2027-01-01T00:00", zone)
    for _ in range(30):
        if (now := of.handover(now)) == at_eight:
            break
    assert now == at_eight
    assert of.on_duty([], now) == ["a"]
