"""What waits for remote write: stored with its batch or not at all, in order, and bounded."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from collector.changes import Changes
from collector.city.unscraped import Unscraped
from collector.database import backfill_queue
from collector.database.store import Store
from collector.streams.marks import Marks
from tests.fakes.small_city import NOW, table
from wire.report import Body


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


def row(number: int, measurements: int = 1) -> Unscraped:
    return Unscraped("gradasi", "Selatan", Body(NOW + number, [table("tcp", "sehat")] * measurements))


def batch(*numbers: int) -> Changes:
    return Changes(unscraped=[row(number) for number in numbers])


def waiting(store: Store) -> list[Unscraped]:
    return store.backfill_queue.oldest()[1]


def test_what_is_added_is_there_after_a_restart_in_its_order(url: str) -> None:
    with closing(Store(url)) as store:
        assert len(store.backfill_queue) == 0
        store.commit(batch(1, 2))
        store.commit(batch(3))
    with closing(Store(url)) as store:
        assert len(store.backfill_queue) == 3
        assert waiting(store) == [row(1), row(2), row(3)]


def test_what_is_written_goes_and_what_came_meanwhile_stays(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(batch(1, 2))
        through, _ = store.backfill_queue.oldest()
        store.commit(batch(3))
        store.backfill_queue.remove(through)
        assert waiting(store) == [row(3)]
        store.backfill_queue.remove(store.backfill_queue.oldest()[0])
        assert waiting(store) == []
        store.commit(batch(4))
        assert (len(store.backfill_queue), waiting(store)) == (1, [row(4)])


def test_a_batch_that_fails_leaves_neither_marks_nor_samples(url: str) -> None:
    with closing(Store(url)) as store:
        broken = batch(1)
        broken.marks["gradasi", "0" * 16] = Marks("gradasi", "0" * 16)
        broken.unscraped.append(Unscraped("gradasi", None, Body(NOW)))  # type: ignore[arg-type]
        with pytest.raises(sa.exc.IntegrityError):
            store.commit(broken)
        assert (store.marks(), waiting(store)) == ([], [])


def test_a_full_queue_drops_the_oldest_and_counts_their_measurements(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_queue, "REPORTS_AT_MOST", 3)
    with closing(Store(url)) as store:
        store.commit(Changes(unscraped=[row(1, measurements=40), row(2), row(3)]))
        assert store.dropped_unscraped == 0
        store.commit(batch(4, 5))
        assert (len(store.backfill_queue), waiting(store)) == (3, [row(3), row(4), row(5)])
        assert store.dropped_unscraped == 41


def test_much_is_read_in_parts(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill_queue, "MEASUREMENTS_AT_ONCE", 2)
    with closing(Store(url)) as store:
        store.commit(batch(1, 2, 3))
        assert waiting(store) == [row(1), row(2)]
