"""A step of the clock moves the measurements of this run, and none of another."""

from hypothesis import given
from hypothesis import strategies as st

from collector.city.step import Step
from collector.past import CELL_SECONDS, Cell, Past
from tests.collector.past.playing import PING, past, ping, running, take
from tests.fakes.incidents import incident
from tests.fakes.small_city import NOW

HOUR = 3600.0
BEGAN = NOW // CELL_SECONDS * CELL_SECONDS


def measured(one: Past) -> list[tuple[int, Cell]]:
    return [(place - 96, cell) for place, cell in enumerate(one.cells(PING)) if cell.measured]


@given(
    st.lists(st.tuples(st.floats(0, 20 * HOUR), st.floats(0, 1), st.none() | st.floats(0, 5)), max_size=20),
    st.integers(-40, 40),
)
def test_after_a_step_the_cells_are_those_of_a_clock_that_was_always_right(
    made: list[tuple[float, float, float | None]], quarters: int
) -> None:
    by = quarters * CELL_SECONDS
    wrong, right = past(BEGAN), past(BEGAN + by)
    for ago, loss, seconds in made:
        take(wrong, BEGAN - ago, ping(loss, seconds), now=BEGAN)
        take(right, BEGAN + by - ago, ping(loss, seconds), now=BEGAN + by)
    wrong.stepped(Step(by, BEGAN - 24 * HOUR, BEGAN), [], BEGAN + by)
    assert wrong.cells(PING) == right.cells(PING)


def test_a_small_step_moves_no_cell() -> None:
    one = past(BEGAN + 60)
    take(one, BEGAN + 60, ping(0.0, 0.004), now=BEGAN + 60)
    one.stepped(Step(400, BEGAN, BEGAN + 60), [], BEGAN + 460)
    assert [place for place, _ in measured(one)] == [0]


def test_cells_of_the_run_before_stay_where_they_are() -> None:
    before = past(BEGAN - 2 * HOUR)
    take(before, BEGAN - 2 * HOUR, ping(0.0, 0.004), now=BEGAN - 2 * HOUR)
    one = past(BEGAN, before.last().cells)
    take(one, BEGAN, ping(1.0, reason="timeout"), now=BEGAN)
    one.stepped(Step(HOUR, BEGAN - 1, BEGAN), [], BEGAN + HOUR)
    assert [(place, cell.up, cell.down) for place, cell in measured(one)] == [(-12, 1, 0), (0, 0, 1)]


def test_a_step_back_onto_cells_of_before_adds_both() -> None:
    before = past(BEGAN - HOUR)
    take(before, BEGAN - HOUR, ping(0.0, 0.004), now=BEGAN - HOUR)
    one = past(BEGAN, before.last().cells)
    take(one, BEGAN, ping(1.0, 0.5, reason="timeout"), now=BEGAN)
    one.stepped(Step(-HOUR, BEGAN - 1, BEGAN), [], BEGAN - HOUR)
    assert running(one) == Cell(1, 1, loss=0.5, typical=0.252, worst=0.5)


def test_the_course_of_an_incident_goes_on_over_a_step() -> None:
    one = past(NOW)
    for second in range(0, 600, 10):
        take(one, NOW + second, ping(0.0, 0.004), now=NOW + second)
    began = NOW + 300
    before = one.course(incident("target_down", "gateway", agent="gradasi", began_at=began))
    one.stepped(Step(HOUR, NOW - 1, NOW + 600), [], NOW + 600 + HOUR)
    after = one.course(incident("target_down", "gateway", agent="gradasi", began_at=began + HOUR))
    assert before is not None
    assert after is not None
    assert (after.paths, after.first_at) == (before.paths, before.first_at + HOUR)
