"""Runs of equal measurements are the same, whatever order the measurements come in."""

from hypothesis import given
from hypothesis import strategies as st

from collector.causes.runs import RUNS_KEPT, Runs

PAUSE = 25.0
measurements = st.dictionaries(st.integers(0, 60).map(lambda step: 10.0 * step), st.booleans(), max_size=22)


def runs_of(measured: list[tuple[float, bool]]) -> list[tuple[float, float, bool]]:
    runs: Runs[bool] = Runs()
    for at, value in measured:
        runs.add(at, value, PAUSE)
    return [(run.since, run.until, run.value) for run in runs]


@given(measurements, st.randoms())
def test_late_measurements_make_the_same_runs(measured: dict[float, bool], random: st.DataObject) -> None:
    """Within the pause that a run may have: it keeps its ends alone."""
    in_order = sorted(measured.items())
    shuffled = list(in_order)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    expected, found = runs_of(in_order), runs_of(shuffled)
    assert [run for run in found if not any(alike(run, one) for one in expected)] == []
    assert [run for run in expected if not any(alike(one, run) for one in found)] == []


def alike(one: tuple[float, float, bool], other: tuple[float, float, bool]) -> bool:
    return one[2] == other[2] and all(abs(one[end] - other[end]) < PAUSE for end in (0, 1))


@given(measurements)
def test_a_run_holds_only_its_own_measurements(measured: dict[float, bool]) -> None:
    for since, until, value in runs_of(sorted(measured.items())):
        assert {found for at, found in measured.items() if since <= at <= until} == {value}


def test_a_pause_ends_a_run() -> None:
    assert runs_of([(0.0, True), (10.0, True), (40.0, True)]) == [(0.0, 10.0, True), (40.0, 40.0, True)]


def test_only_the_newest_runs_are_kept_and_the_others_counted() -> None:
    runs: Runs[bool] = Runs()
    for number in range(RUNS_KEPT + 5):
        runs.add(100.0 * number, True, PAUSE)
    assert (len(list(runs)), runs.dropped) == (RUNS_KEPT, 5)
    assert min(run.since for run in runs) == 500.0


def test_a_run_that_only_spans_a_short_time_shows_nothing_of_it() -> None:
    runs: Runs[bool] = Runs()
    runs.add(0.0, True, PAUSE)
    runs.add(20.0, True, PAUSE)
    assert runs.mostly(5.0, 15.0, PAUSE) is None
    runs.add(10.0, True, PAUSE)
    assert runs.mostly(5.0, 25.0, PAUSE) is True


def test_the_longer_state_counts() -> None:
    runs: Runs[bool] = Runs()
    for at, value in ((0.0, True), (10.0, False), (20.0, False), (30.0, False), (40.0, True)):
        runs.add(at, value, PAUSE)
    assert runs.mostly(0.0, 40.0, PAUSE) is False
