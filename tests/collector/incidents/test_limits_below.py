"""Limits of signals, light and batteries: less is worse, each part counts, slow polls need more time."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.incidents import ReportedValues
from collector.incidents.network import Network
from collector.incidents.paths.bad import times_limit
from collector.incidents.paths.course import Path
from collector.incidents.paths.degradation import Degradation
from collector.incidents.paths.limits import Limit
from collector.incidents.paths.window import Window
from collector.inventory.limits import LIMITABLE, UTILIZATION, is_beyond, times, well_again
from collector.notices.excess import excess_words, metric_words
from tests.fakes.virtual_time import START
from wire.metrics import CATALOGUE
from wire.report import Table

HERE = Path("east-1", "snmp", "radio")
BELOW = [name for name, side in LIMITABLE.items() if side == "below"]


def network(**limits: float) -> Network:
    its = {name: Limit(name, limit, 300.0) for name, limit in limits.items()}
    return Network(
        sites={}, uplinks={}, probes={}, applications={}, limits={"east-1": {("snmp", "radio"): its}}
    )


def polls(
    found: Degradation, minutes: range, metric: str, rows: Mapping[str, float], period_seconds: float = 0.0
) -> None:
    for minute in minutes:
        columns: dict[str, list[float | None]] = {metric: [*rows.values()]}
        table = Table(
            "snmp",
            ["radio"] * len(rows),
            [0] * len(rows),
            columns,
            row=list(rows) if any(rows) else [],
            period_seconds=period_seconds,
        )
        found.take(ReportedValues("east-1", START + 60.0 * minute, table))


def test_a_radio_whose_signal_stays_below_its_limit_is_degraded_by_name() -> None:
    found = Degradation(network(radio_signal_dbm=-75.0))
    polls(found, range(10), "radio_signal_dbm", {"wlan1": -60.0, "wlan2": -81.0})
    excess = found.bad[HERE].excess
    assert excess is not None
    assert (excess.row, excess.value, excess.limit) == ("wlan2", -81.0, -75.0)
    assert excess_words(excess, "en") == "radio signal -81 dBm on wlan2, limit -75 dBm"
    assert excess_words(excess, "id") == "sinyal radio -81 dBm di wlan2, batas -75 dBm"
    polls(found, range(10, 20), "radio_signal_dbm", {"wlan1": -60.0, "wlan2": -74.0})
    assert HERE in found.bad
    polls(found, range(20, 30), "radio_signal_dbm", {"wlan1": -60.0, "wlan2": -72.0})
    assert found.bad == {}


def test_a_better_signal_than_the_limit_is_never_degraded() -> None:
    found = Degradation(network(radio_signal_dbm=-75.0))
    polls(found, range(30), "radio_signal_dbm", {"wlan1": -75.0, "wlan2": -20.0})
    assert found.bad == {}


def test_a_battery_that_would_not_last_long_is_degraded() -> None:
    found = Degradation(network(ups_battery_remaining_seconds=900.0))
    polls(found, range(10), "ups_battery_remaining_seconds", {"": 420.0})
    excess = found.bad[HERE].excess
    assert excess is not None
    assert excess_words(excess, "en") == "battery time left 7 min, limit 15 min"
    assert times_limit(excess) == pytest.approx(900 / 420)


def test_onus_that_are_polled_each_ten_minutes_need_five_polls() -> None:
    found = Degradation(network(onu_receive_power_dbm=-27.0))
    polls(found, range(0, 41, 10), "onu_receive_power_dbm", {"1/1/1": -29.0}, period_seconds=600.0)
    assert found.bad == {}
    polls(found, range(50, 81, 10), "onu_receive_power_dbm", {"1/1/1": -29.0}, period_seconds=600.0)
    assert found.bad[HERE].excess is not None


def test_each_limitable_value_is_in_the_catalogue_and_has_words() -> None:
    assert LIMITABLE.keys() - {UTILIZATION} <= CATALOGUE.keys()
    assert all(metric_words(name, "en") != name for name in LIMITABLE)
    assert not any(name.endswith("_total") for name in BELOW)


def limits() -> Iterator[st.SearchStrategy[tuple[str, float]]]:
    for name in LIMITABLE:
        least, most = (-120.0, 0.0) if name.endswith(("_dbm", "_decibels")) else (0.01, 0.99)
        yield st.tuples(st.just(name), st.floats(least, most))


@given(st.one_of(*limits()), st.floats(-150, 150))
def test_a_value_is_more_than_once_its_limit_just_beyond_it(limit: tuple[str, float], value: float) -> None:
    metric, bound = limit
    value = abs(value) if not metric.endswith(("_dbm", "_decibels")) else value
    if abs(value - bound) > 1e-6:
        assert is_beyond(metric, value, bound) == (times(metric, value, bound) > 1)
    assert not is_beyond(metric, well_again(metric, bound), bound)


@given(st.one_of(*limits()), st.floats(-100, 100))
def test_no_window_is_over_and_calm_at_once(limit: tuple[str, float], value: float) -> None:
    window = Window(Limit(limit[0], limit[1], 300.0))
    for number in range(60):
        window.add(10.0 * (number + 1), value)
    assert window.verdict() != "over" or not window.calm()
    if window.verdict() == "over":
        assert is_beyond(limit[0], value, limit[1]) or value == pytest.approx(limit[1])
