"""The pipeline without a broker: decide, store, and only then act."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from collector.changes import Changes
from collector.city.state import State
from collector.city.taken import Taken
from collector.clock import SteadyClock
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.intake import pipeline as module
from collector.intake.pipeline import Pipeline
from collector.inventory import City, Site
from collector.streams.ingest import Ingest
from collector.streams.marks import Marks
from tests.collector.waiting import until
from tests.fakes.reporting import NOW, STREAM, report
from wire.messages import decode_ack

OTHER = "00000000000000aa"


class FailingStore(Store):
    """`full`: nothing can be stored."""

    full = False

    def commit(self, changes: Changes) -> None:
        if self.full:
            raise StoreUnavailable("the disk is full")
        super().commit(changes)


class Judge:
    """It adds a mark to each transaction, and remembers the calls."""

    def __init__(self) -> None:
        self.calls: list[object] = []

    def judge(self, taken: Sequence[Taken]) -> Changes:
        self.calls.append([one.report.seq for one in taken])
        return Changes(marks={("gradasi", OTHER): Marks("gradasi", OTHER)})

    def stored(self, changes: Changes) -> None:
        self.calls.append(sorted(changes.marks))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FailingStore]:
    with closing(FailingStore(f"sqlite:///{tmp_path}/store.sqlite")) as opened:
        yield opened


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
def pipeline(store: FailingStore, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    city = City(name="Pontianak", sites={"gradasi": Site(role="hotspot", name="Gradasi")})
    state = State(city, {"gradasi": frozenset({("tcp", "target-0")})})
    clock = SteadyClock(lambda: NOW, lambda: NOW)
    return Pipeline(Ingest(store.epoch, state, {"gradasi": 10.0}), store, judge, clock)


async def test_a_report_and_all_that_follows_from_it_are_one_transaction(
    pipeline: Pipeline, store: FailingStore, judge: Judge
) -> None:
    acks = [decode_ack(payload) for _, payload in await pipeline.take([report(1)])]
    assert [(ack.commit, ack.stored) for ack in acks] == [(1, [(1, 1)])]
    assert sorted(marks.stream for marks in store.marks()) == [OTHER, STREAM]
    assert judge.calls == [[1], [("gradasi", OTHER), ("gradasi", STREAM)]]


async def test_nothing_is_acknowledged_or_acted_on_while_nothing_can_be_stored(
    pipeline: Pipeline, store: FailingStore, judge: Judge, caplog: pytest.LogCaptureFixture
) -> None:
    store.full = True
    taking = asyncio.create_task(pipeline.take([report(1)]))
    await until(lambda: pipeline.failed_commits > 2)
    assert (taking.done(), judge.calls) == (False, [[1]])
    assert pipeline.trouble == pipeline.not_ready == "the disk is full"
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        async with pipeline.reading():
            pass
    store.full = False
    assert len(list(await taking)) == 1
    assert len(judge.calls) == 2
    assert pipeline.trouble == ""
    assert caplog.text.count("the disk is full") == 1


async def test_a_reader_waits_for_the_transaction_in_hand(pipeline: Pipeline, store: FailingStore) -> None:
    async with pipeline.reading():
        taking = asyncio.create_task(pipeline.take([report(1)]))
        await asyncio.sleep(0)
        assert store.commit_number == 0
    await taking
    async with pipeline.holding():
        assert store.commit_number == 1


async def test_a_transaction_without_changes_is_not_written(tmp_path: Path, store: FailingStore) -> None:
    pipeline = Pipeline(Ingest(store.epoch, State(City(name="Pontianak"), {}), {}), store)
    await pipeline.transact(Changes)
    assert store.commit_number == 0


async def test_the_last_transaction_is_judged_by_nobody(
    pipeline: Pipeline, store: FailingStore, judge: Judge
) -> None:
    await pipeline.transact_last(lambda: Changes(marks={("gradasi", STREAM): Marks("gradasi", STREAM)}))
    assert (store.commit_number, judge.calls) == (1, [])


async def test_after_a_stop_a_commit_that_fails_is_not_tried_again(
    pipeline: Pipeline, store: FailingStore
) -> None:
    store.full = True
    taking = asyncio.create_task(pipeline.take([report(1)]))
    await until(lambda: pipeline.failed_commits)
    pipeline.stop()
    with pytest.raises(StoreUnavailable):
        await taking
