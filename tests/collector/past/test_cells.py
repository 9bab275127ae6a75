"""Each measurement counts in the cell of its own time, whatever the order and however late it comes in."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest

from collector.city.taken import Taken
from collector.past import CELL_SECONDS, CELLS_SHOWN, NOT_MEASURED, Cell, Past
from collector.past.cells import MOST_MEASUREMENTS
from collector.prometheus.past_metrics import PastMetrics
from tests.collector.past.playing import PAIRS, PING, WEB, past, ping, running, take
from tests.fakes.small_city import NOW, report, table
from wire.report import Report, Table


def test_a_cell_counts_up_and_down_with_loss_and_times() -> None:
    cells = past()
    take(cells, NOW, ping(0.0, 0.004, 0.009))
    take(cells, NOW, ping(0.1, 0.006, 0.2))
    take(cells, NOW, ping(1.0, reason="timeout"))
    assert running(cells) == Cell(up=2, down=1, loss=11_000 / 3 / 10_000, typical=0.005, worst=0.2)


def test_of_another_kind_only_a_success_has_a_time() -> None:
    cells = past()
    take(cells, NOW, table("http", "sehat", {"probe_duration_seconds": 0.2}))
    take(cells, NOW, table("http", "sehat", {"probe_duration_seconds": 9.0}, reason="timeout"))
    assert running(cells, WEB) == Cell(up=1, down=1, typical=0.2, worst=0.2)


def test_a_quarter_of_an_hour_without_a_measurement_is_no_good_one() -> None:
    cells = past()
    take(cells, NOW - CELL_SECONDS, ping(0.0, 0.004))
    assert running(cells) == NOT_MEASURED
    assert [cell.measured for cell in cells.cells(PING)[-3:]] == [0, 1, 0]


def test_a_probe_that_could_not_run_is_not_measured() -> None:
    cells = past()
    take(cells, NOW, table("icmp", "gateway", reason="permission"))
    assert running(cells) == NOT_MEASURED


def test_a_backlog_fills_the_cells_of_its_own_time() -> None:
    cells = past()
    take(cells, NOW - 20 * 3600, ping(1.0, reason="timeout"))
    assert cells.cells(PING)[CELLS_SHOWN - 1 - 80] == Cell(down=1, loss=1.0)


def test_one_older_than_the_day_or_ahead_of_the_clock_is_counted_only() -> None:
    cells = past()
    take(cells, NOW - 27 * 3600, ping(0.0, 0.004))
    take(cells, NOW + 60, ping(0.0, 0.004))
    take(cells, NOW, table("tcp", "nobody-asked"))
    assert (cells.counts.outside, cells.counts.unassigned, cells.counts.taken) == (2, 1, 0)


def test_a_day_later_the_cells_are_empty_again() -> None:
    cells = past()
    take(cells, NOW, ping(0.0, 0.004))
    cells.take([], NOW + 24 * 3600)
    assert cells.cells(PING)[0].up == 1
    cells.take([], NOW + 30 * 3600)
    take(cells, NOW + 30 * 3600, ping(0.5, 0.004), now=NOW + 30 * 3600)
    assert [cell for cell in cells.cells(PING) if cell.measured] == [
        Cell(1, 0, loss=0.5, typical=0.004, worst=0.004)
    ]


def test_a_cell_that_an_agent_floods_counts_what_it_does_not_take() -> None:
    cells = past()
    flood = Table("icmp", ["gateway"] * 500, [0] * 500, {"icmp_loss_ratio": [1e300] * 500})
    for _ in range(21):
        take(cells, NOW, flood)
    assert running(cells) == Cell(up=MOST_MEASUREMENTS, loss=1.0)
    assert cells.counts.excess == 500


def test_a_path_that_left_the_inventory_is_forgotten_and_the_others_stay() -> None:
    cells = past()
    take(cells, NOW, ping(0.0, 0.004), table("http", "sehat", {"probe_duration_seconds": 0.2}))
    cells.adopt({"gradasi": [("http", "sehat")]})
    assert running(cells) == NOT_MEASURED
    assert running(cells, WEB).up == 1
    cells.adopt(PAIRS)
    assert running(cells) == NOT_MEASURED


measurements = st.lists(
    st.tuples(
        st.floats(0, 26 * 3600).map(lambda age: NOW - age),
        st.booleans(),
        st.floats(0, 1),
        st.none() | st.floats(0, 5),
    ),
    max_size=40,
)


@given(st.data(), measurements)
def test_any_order_of_the_same_measurements_gives_the_same_cells(
    data: st.DataObject, made: list[tuple[float, bool, float, float | None]]
) -> None:
    shuffled = data.draw(st.permutations(made))
    assert _after(made).cells(PING) == _after(shuffled).cells(PING)


def _after(made: Iterable[tuple[float, bool, float, float | None]]) -> Past:
    cells = past(NOW - 3600)
    for at, up, loss, seconds in made:
        take(cells, at, ping(loss, seconds, reason="" if up else "timeout"), now=max(at, NOW - 3600))
    cells.take([], NOW)
    return cells


def test_a_report_without_a_time_is_not_remembered() -> None:
    undated: Report = report(ping(0.0, 0.004), dated=False)
    cells = past()
    cells.take([Taken("gradasi", undated, NOW, True, [], [])], NOW)
    assert (running(cells), cells.counts.outside) == (NOT_MEASURED, 1)


def test_the_metrics_say_what_was_taken_and_what_was_not() -> None:
    cells = past()
    take(cells, NOW, ping(0.0, 0.004))
    take(cells, NOW - 27 * 3600, ping(0.0, 0.004))
    text = generate_latest(_registered(cells)).decode()
    assert 'pantau_collector_past_measurements_total{outcome="taken"} 1.0' in text
    assert 'pantau_collector_past_measurements_total{outcome="outside"} 1.0' in text
    assert f"pantau_collector_past_bytes {float(cells.bytes)}" in text


def _registered(cells: Past) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(PastMetrics(cells))
    return made
