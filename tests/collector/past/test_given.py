"""A past made from given values is as one that was measured."""

import pytest

from collector.past import (
    CELL_SECONDS,
    NOT_MEASURED,
    Cell,
    GivenMeasurement,
    MeasuredPath,
    given_cells,
    given_course,
)
from collector.past.codes import loss_of, time_of, up_of
from tests.collector.past.playing import PING, WEB, past
from tests.fakes.incidents import incident
from tests.fakes.small_city import NOW

GOOD = Cell(up=90, loss=0.01, typical=0.004, worst=0.02)
OUT = Cell(down=90, loss=1.0)
SLOW = Cell(up=30, typical=0.2, worst=0.9)


def test_given_cells_are_those_of_the_day_before_the_start() -> None:
    hours = {NOW - place * CELL_SECONDS: OUT if place == 7 else GOOD for place in range(97)}
    made = past(NOW, given_cells({PING: hours, WEB: {NOW - CELL_SECONDS: SLOW}}).cells)
    assert made.cells(PING)[::-1] == [OUT if place == 7 else GOOD for place in range(97)]
    assert made.cells(WEB)[-3:] == [NOT_MEASURED, SLOW, NOT_MEASURED]


def test_a_given_course_shows_the_incident_as_measured() -> None:
    began = NOW - 86400
    seen = MeasuredPath("noc", "icmp", "gradasi")
    measured = [
        GivenMeasurement(began + second, second < 0, float(second >= 0), 0.004 if second < 0 else None)
        for second in range(-1200, 1200, 10)
    ]
    course = given_course(
        incident("site_down", "gradasi", began_at=began, seen_by=("noc",)), {seen: measured}
    )
    assert course is not None
    assert course.complete
    (path,) = course.paths
    before, after = path.states[:90], path.states[90:]
    assert {(up_of(state), loss_of(state)) for state in before} == {(True, 0.0)}
    assert {(up_of(state), loss_of(state)) for state in after} == {(False, 1.0)}
    assert time_of(path.times[0]) == pytest.approx(0.004, rel=0.001)


def test_a_course_without_a_measurement_is_none() -> None:
    assert given_course(incident("site_down", "gradasi"), {}) is None
