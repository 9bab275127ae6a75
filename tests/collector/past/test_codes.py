"""A time and a loss come back from their codes as they were, but for what nobody sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.past.codes import DOWN, MEASURED, loss_of, state_code, time_code, time_of, up_of
from collector.past.units import MOST_SECONDS, loss_units, time_units


@given(st.floats(1e-4, MOST_SECONDS))
def test_a_time_comes_back_to_a_tenth_of_a_per_cent(seconds: float) -> None:
    assert time_of(time_code(time_units(seconds))) == pytest.approx(seconds, rel=0.001, abs=1e-6)


@given(st.booleans(), st.floats(0, 1))
def test_a_loss_comes_back_to_a_per_cent_and_none_at_all_is_none(up: bool, loss: float) -> None:
    code = state_code(up, loss_units(loss))
    found = loss_of(code)
    assert up_of(code) is up
    assert found is not None
    assert found == pytest.approx(loss, abs=0.01)
    assert (found == 0) == (loss_units(loss) == 0)


def test_a_worse_state_has_a_greater_code() -> None:
    states = [(True, -1), (True, 0), (True, 1), (True, 10_000), (False, -1), (False, 0), (False, 10_000)]
    codes = [state_code(*state) for state in states]
    assert codes == sorted(set(codes))
    assert codes[0] == MEASURED
    assert codes[-1] < 2 * DOWN


@pytest.mark.parametrize("seconds", [-1.0, 0.0, MOST_SECONDS, 1e300])
def test_a_time_out_of_range_is_one_at_its_edge(seconds: float) -> None:
    assert 1 <= time_code(time_units(seconds)) < 2**16


def test_no_value_is_no_value() -> None:
    assert (loss_units(None), time_units(None), time_of(0), up_of(0), loss_of(0)) == (
        -1,
        -1,
        None,
        None,
        None,
    )
    assert loss_of(state_code(False, -1)) is None
