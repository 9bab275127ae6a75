"""One value over time: when it is over its limit, and when it is well again."""

from hypothesis import given
from hypothesis import strategies as st

from collector.incidents.paths.limits import Limit
from collector.incidents.paths.rates import Rates
from collector.incidents.paths.window import Window
from collector.inventory.limits import UTILIZATION
from wire.report import Table

LIMIT = Limit("icmp_loss_ratio", 0.05, 300.0)
values = st.lists(st.floats(0, 1), min_size=1, max_size=120)


def window_of(given_values: list[float]) -> Window:
    window = Window(LIMIT)
    for number, value in enumerate(given_values):
        window.add(10.0 * (number + 1), value)
    return window


@given(values)
def test_values_that_are_never_above_the_limit_are_never_over_it(given_values: list[float]) -> None:
    assert window_of([value * LIMIT.value for value in given_values]).verdict() != "over"


@given(st.lists(st.floats(0.051, 1), min_size=1, max_size=29))
def test_no_value_is_over_before_the_time_of_the_limit(given_values: list[float]) -> None:
    assert window_of(given_values[:24]).verdict() == "undecided"


@given(values)
def test_a_value_is_not_over_and_well_at_once(given_values: list[float]) -> None:
    window = window_of(given_values)
    mean = window.mean
    if window.verdict() == "well":
        assert mean is not None
        assert mean < 0.8 * LIMIT.value
    if window.verdict() == "over":
        assert mean is not None
        assert mean > LIMIT.value


def test_a_value_of_before_changes_nothing() -> None:
    window = window_of([0.5] * 40)
    assert not window.add(5.0, 0.0)
    assert window.verdict() == "over"


def polled(octets: float, errors: float) -> Table:
    columns: dict[str, list[float | None]] = {
        "interface_receive_bytes_total": [octets],
        "interface_transmit_bytes_total": [0.0],
        "interface_receive_errors_total": [errors],
        "interface_speed_bits_per_second": [1e6],
    }
    return Table("snmp", ["router"], [0], columns, row=["ether1"])


def test_a_counter_becomes_its_growth_a_second_and_an_interface_its_use() -> None:
    limited = {"interface_receive_errors_total": 1.0, UTILIZATION: 0.8}
    rates = Rates()
    first = rates.with_rates("dinkes", 1000.0, polled(0, 100), limited).values
    assert first["interface_receive_errors_total"] == first[UTILIZATION] == [None]
    then = rates.with_rates("dinkes", 1060.0, polled(6_750_000, 220), limited).values
    assert then["interface_receive_errors_total"] == [2.0]
    assert then[UTILIZATION] == [0.9]
    again = rates.with_rates("dinkes", 1120.0, polled(0, 0), limited).values
    assert again["interface_receive_errors_total"] == [None], "the device started anew"


def test_a_counter_that_jumps_is_no_use_of_the_interface() -> None:
    """From 32 bits to 64, say."""
    rates, limited = Rates(), {UTILIZATION: 0.8}
    rates.with_rates("dinkes", 1000.0, polled(5e8, 0), limited)
    assert rates.with_rates("dinkes", 1060.0, polled(5e12, 0), limited).values[UTILIZATION] == [None]
    assert rates.with_rates("dinkes", 1120.0, polled(5e12 + 6e6, 0), limited).values[UTILIZATION] == [0.8]


def test_two_bad_minutes_apart_are_not_over_the_limit() -> None:
    window = Window(LIMIT)
    for second in range(0, 361, 10):
        window.add(1000.0 * 300 + second, 0.3 if second // 60 in (0, 5) else 0.0)
    assert window.verdict() == "undecided"
    window = Window(LIMIT)
    for second in range(0, 361, 10):
        window.add(1000.0 * 300 + second, 0.3 if second // 60 in (1, 5) else 0.0)
        assert window.verdict() != "over"
