"""The past comes back from the store as it was written."""

from contextlib import closing

from collector.changes import Changes
from collector.database.store import Store
from collector.past import Course, PastChanges, PathCourse
from collector.past.saved import SavedCells, packed

CELLS = SavedCells([("icmp", "gateway")], [bytes(range(16))] * 7)
COURSE = Course("abcd2345", 1000.0, 100.0, 10, 181, [PathCourse("noc", "icmp", "gradasi", [0, 9000], [0, 2])])


def test_cells_come_back_and_a_block_is_overwritten(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(Changes(past=PastChanges({("gradasi", 7): SavedCells([], [])})))
        store.commit(Changes(past=PastChanges({("gradasi", 7): CELLS, ("noc", 8): CELLS})))
    with closing(Store(url)) as again:
        assert again.past_cells() == {("gradasi", 7): packed(CELLS), ("noc", 8): packed(CELLS)}


def test_blocks_that_are_not_kept_go(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(Changes(past=PastChanges({("noc", block): CELLS for block in range(10)})))
        store.commit(Changes(past=PastChanges({}, (3, 6))))
        assert sorted(store.past_cells()) == [("noc", block) for block in range(3, 7)]


def test_the_course_of_an_incident_comes_back(url: str) -> None:
    whole = Course(**{name: getattr(COURSE, name) for name in COURSE.__struct_fields__} | {"complete": True})
    with closing(Store(url)) as store:
        store.commit(Changes(past=PastChanges(courses={"abcd2345": COURSE})))
        assert store.courses_to_go_on() == [COURSE]
        store.commit(Changes(past=PastChanges(courses={"abcd2345": whole})))
        assert store.courses_to_go_on() == []
        assert store.course("abcd2345") == whole
        assert store.course("nobody") is None
        assert store.course("\0") is None
