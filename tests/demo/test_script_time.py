"""The script's time and real time."""

from hypothesis import given
from hypothesis import strategies as st

from demo.script_time import ScriptTime

TIMES = st.floats(1.7e9, 1.9e9)


@given(TIMES, TIMES, st.floats(1, 3600))
def test_both_times_lead_to_each_other(began: float, at: float, speed: float) -> None:
    pace = ScriptTime(began, speed)
    assert abs(pace.real(pace.script(at)) - at) < 0.01


def test_a_minute_of_a_time_lapse_of_60_is_an_hour_of_the_script() -> None:
    pace = ScriptTime(1000.0, 60.0)
    assert pace.script(1000.0) == 1000.0
    assert pace.script(1060.0) == 1000.0 + 3600
    assert pace.real(1000.0 + 3600) == 1060.0
