"""A day of the script repeats with small differences, and the same day is always the same."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from demo.day import Days
from demo.fault import FaultKind
from demo.scenario import Scenario, ScriptedFault
from demo.script_time import ScriptTime

ZONE = ZoneInfo("Asia/Pontianak")
START = 1_790_233_200.0  # 24 September 2026, 14:00 in Pontianak
TODAY = date(2026, 9, 24)


def days(*faults: ScriptedFault, seed: int = 1, speed: float = 1.0) -> Days:
    return Days(Scenario(seed, list(faults)), seed, ZONE, ScriptTime(START, speed))


def scripted(kind: FaultKind = "fibre_cut", at: str = "10:00", chance: float = 1.0) -> ScriptedFault:
    return ScriptedFault(kind=kind, where=["a", "b"], at=at, minutes=30, chance=chance)


def test_the_same_day_has_the_same_faults_and_another_day_others() -> None:
    made = days(scripted(), scripted(at="23:50"))
    tomorrow = TODAY + timedelta(days=1)

    assert made.faults(TODAY) == days(scripted(), scripted(at="23:50")).faults(TODAY)
    assert made.faults(TODAY) != days(scripted(), scripted(at="23:50"), seed=2).faults(TODAY)
    assert [one.begins_at + 86400 for one in made.faults(TODAY)] != [
        one.begins_at for one in made.faults(tomorrow)
    ]


def test_a_fault_begins_about_its_hour_and_lasts_about_its_time() -> None:
    ten = days().midnight(TODAY) + 10 * 3600
    for number in range(30):
        (fault,) = days(scripted(), seed=number).faults(TODAY)
        assert abs(fault.begins_at - ten) <= 600
        assert 0.7 * 1800 <= fault.ends_at - fault.begins_at <= 1.3 * 1800


def test_planned_work_keeps_its_time() -> None:
    (work,) = days(scripted("planned_work")).faults(TODAY)

    assert work.begins_at == days().midnight(TODAY) + 10 * 3600
    assert work.ends_at - work.begins_at == 1800


def test_a_fault_by_chance_comes_on_some_days() -> None:
    made = days(scripted(chance=0.5))
    came = [bool(made.faults(TODAY + timedelta(days=n))) for n in range(40)]

    assert 8 < sum(came) < 32


@pytest.mark.parametrize("speed", [1.0, 60.0])
def test_a_fault_after_the_start_counts_real_time_and_comes_once(speed: float) -> None:
    soon = ScriptedFault(kind="fibre_cut", where=["a"], after_start_seconds=20, minutes=2)
    made = days(soon, speed=speed)
    (fault,) = made.faults(TODAY)

    assert made.pace.real(fault.begins_at) == pytest.approx(START + 20)
    assert made.pace.real(fault.ends_at) == pytest.approx(START + 140)
    assert made.faults(TODAY + timedelta(days=1)) == []
