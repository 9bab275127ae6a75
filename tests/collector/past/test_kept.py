"""A restart loses nothing after a clean stop, and a few minutes of cells after any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.city.step import Step
from collector.past import CELL_SECONDS, NOT_MEASURED, Cell, Past
from collector.past.cells import BLOCK_CELLS
from collector.past.saved import SavedCells
from collector.past.unsaved import SAVE_SECONDS, SPREAD_SECONDS, UnsavedBlocks
from tests.collector.past.playing import PAIRS, PING, WEB, Kept, past, ping, running, stored, take
from tests.fakes.small_city import NOW, table

HOUR = 3600.0


@given(
    st.lists(st.tuples(st.floats(0, 26 * HOUR), st.floats(0, 1), st.none() | st.floats(0, 5)), max_size=30),
    st.floats(0, 30 * HOUR),
)
def test_after_a_clean_stop_the_cells_are_as_before(
    made: list[tuple[float, float, float | None]], off: float
) -> None:
    before, kept = past(), Kept()
    for ago, loss, seconds in made:
        take(before, NOW - ago, ping(loss, seconds))
        kept.take(before, NOW)
    after = past(NOW + off, kept.cells | before.last().cells)
    before.take([], NOW + off)
    assert after.cells(PING) == before.cells(PING)


def test_a_kill_loses_the_last_minutes_alone() -> None:
    before, kept = past(), Kept()
    for second in range(0, 1800, 10):
        take(before, NOW + second, ping(0.0, 0.004), now=NOW + second)
        kept.take(before, NOW + second)
    after = past(NOW + 1800, kept.cells)
    lost = sum(cell.up for cell in before.cells(PING)) - sum(cell.up for cell in after.cells(PING))
    assert 0 <= lost <= (SAVE_SECONDS + SPREAD_SECONDS) / 10


def test_measurements_after_a_restart_are_added_to_those_of_before() -> None:
    before = past()
    take(before, NOW, ping(0.5, 0.004))
    after = past(NOW + 60, before.last().cells)
    take(after, NOW + 60, ping(0.0, 0.002), now=NOW + 60)
    assert running(after) == Cell(up=2, loss=0.25, typical=0.003, worst=0.004)


def test_a_backlog_after_a_restart_fills_its_old_cells_in_the_store_too() -> None:
    before = past()
    take(before, NOW - 20 * HOUR, ping(0.0, 0.004))
    between = past(NOW, before.last().cells)
    take(between, NOW - 20 * HOUR, ping(1.0, reason="timeout"))
    after = past(NOW, between.last().cells)
    assert Cell(1, 1, loss=0.5, typical=0.004, worst=0.004) in after.cells(PING)


def test_the_store_keeps_the_blocks_of_one_day() -> None:
    running_past, kept = past(), Kept()
    for hour in range(60):
        take(running_past, NOW + hour * HOUR, ping(0.0, 0.004), now=NOW + hour * HOUR)
        kept.take(running_past, NOW + hour * HOUR + 600)
    assert 12 <= len(kept.cells) <= 13


def test_sites_are_saved_one_after_another() -> None:
    unsaved = UnsavedBlocks()
    for number in range(1000):
        unsaved.touch(f"site-{number}", {1}, NOW)
    counts = [len(list(unsaved.due(NOW + second, 100))) for second in range(SAVE_SECONDS + SPREAD_SECONDS)]
    assert sum(counts) == 1000
    assert sum(counts[:SAVE_SECONDS]) == 0
    assert max(counts) < 30


def test_a_block_of_another_shape_is_left_out_and_counted() -> None:
    odd = SavedCells([("icmp", "gateway")], [b"\1"])
    after = past(NOW, {("gradasi", int(NOW) // CELL_SECONDS // BLOCK_CELLS): odd})
    assert (running(after), after.counts.blocks) == (NOT_MEASURED, 1)


def test_a_path_that_left_while_the_collector_was_off_does_not_come_back() -> None:
    before = past()
    take(before, NOW, ping(0.0, 0.004), table("http", "sehat", {"probe_duration_seconds": 0.2}))
    after = Past(NOW, stored(before.last().cells))
    after.adopt({"gradasi": [("http", "sehat")]})
    assert (running(after, PING), running(after, WEB).up) == (NOT_MEASURED, 1)
    after.adopt(PAIRS)
    assert running(after, PING) == NOT_MEASURED


def test_a_block_that_no_release_can_read_is_left_out_and_counted() -> None:
    after = Past(NOW, {("gradasi", int(NOW) // CELL_SECONDS // BLOCK_CELLS): b"\0odd"})
    after.adopt(PAIRS)
    assert (running(after), after.counts.blocks) == (NOT_MEASURED, 1)


@pytest.mark.parametrize("behind", [400 * 86400.0, 7 * HOUR])
def test_saved_cells_ahead_of_a_wrong_clock_wait_until_it_is_set(behind: float) -> None:
    before = past()
    take(before, NOW - HOUR, ping(0.0, 0.004))
    kept = Kept()
    kept.cells = before.last().cells
    after = past(NOW - behind, kept.cells)
    take(after, NOW - behind, ping(1.0, reason="timeout"), now=NOW - behind)
    kept.take(after, NOW - behind)
    after.stepped(Step(behind, NOW - behind - 1, NOW - behind), [], NOW)
    assert running(after) == Cell(down=1, loss=1.0)
    assert after.cells(PING)[-5] == Cell(up=1, loss=0.0, typical=0.004, worst=0.004)
    assert past(NOW, kept.cells | after.last().cells).cells(PING) == after.cells(PING)
