"""Levels of a signal: few stretches for many readings, and the fall before a moment."""

from hypothesis import given
from hypothesis import strategies as st

from collector.causes.levels import STRETCHES_KEPT, Fall, Levels

PAUSE = 150.0


def levels(*readings: tuple[float, float]) -> Levels:
    kept = Levels()
    for at, level in readings:
        kept.add(at, level, PAUSE)
    return kept


def test_a_steady_signal_is_one_stretch() -> None:
    kept = levels(*((60.0 * minute, -62.0 + minute % 3 - 1) for minute in range(1000)))
    assert len(kept) == 1
    assert kept.newest == 999 * 60.0


def test_a_fall_goes_from_the_last_good_reading_to_the_last_of_all() -> None:
    kept = levels((0, -62), (60, -61), (120, -70), (180, -80), (240, -88))
    assert kept.fall_before(250, 1800) == Fall(-61, -88, 180)


def test_a_signal_that_rose_did_not_fall() -> None:
    kept = levels((0, -80), (60, -70), (120, -62))
    assert kept.fall_before(130, 1800) == Fall(-62, -62, 0)


def test_a_good_level_of_long_ago_is_no_part_of_the_fall() -> None:
    kept = levels((0, -50), (3000, -70), (3060, -75))
    assert kept.fall_before(3070, 1800) == Fall(-70, -75, 60)


def test_readings_after_the_moment_do_not_count() -> None:
    kept = levels((0, -62), (60, -88), (120, -40))
    assert kept.fall_before(70, 1800) == Fall(-62, -88, 60)


def test_without_a_reading_near_the_moment_nothing_is_known() -> None:
    assert levels((0, -62)).fall_before(500, 1800) is None
    assert levels((700, -62)).fall_before(500, 1800) is None
    assert levels().fall_before(500, 1800) is None


@given(
    st.lists(st.tuples(st.integers(0, 500).map(lambda step: 30.0 * step), st.integers(-99, -30)), max_size=90)
)
def test_readings_in_any_order_stay_few_and_in_order(readings: list[tuple[float, int]]) -> None:
    kept = levels(*((at, float(level)) for at, level in readings))
    assert len(kept) <= STRETCHES_KEPT
    for moment in (0.0, 5000.0, 20_000.0):
        fall = kept.fall_before(moment, 1800)
        assert fall is None or (fall.seconds >= 0 and fall.decibels >= 0)
