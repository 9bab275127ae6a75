"""The working latency comes back from the store as it was written."""

from contextlib import closing

from collector.changes import Changes
from collector.database.store import Store
from collector.latency import LatencyChanges


def test_days_come_back_and_a_day_is_overwritten(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(Changes(latency=LatencyChanges({("radio", 7): b"old"})))
        store.commit(Changes(latency=LatencyChanges({("radio", 7): b"\0new", ("fiber", 8): b"x"})))
    with closing(Store(url)) as again:
        assert again.latency_days() == {("radio", 7): b"\0new", ("fiber", 8): b"x"}


def test_days_that_are_too_old_go(url: str) -> None:
    with closing(Store(url)) as store:
        store.commit(Changes(latency=LatencyChanges({("radio", day): b"x" for day in range(10)})))
        store.commit(Changes(latency=LatencyChanges({}, 7)))
        assert sorted(store.latency_days()) == [("radio", day) for day in (7, 8, 9)]
