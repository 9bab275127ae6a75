"""The desk with a real pipeline and store: stored before it answers, and true in the same moment."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from collector.changes import Changes
from collector.city.taken import Taken
from collector.clock import SteadyClock
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.incidents import Acknowledged, Incident, Noted
from collector.intake.desk import Desk
from collector.intake.pipeline import Pipeline
from collector.streams.ingest import Ingest
from tests.collector.waiting import until
from tests.fakes.played_city import PlayedCity, sample_city

POP, CHILD = "pop-utara", "camat-utara"


class BusyStore(Store):
    """A commit waits for `free`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.free = asyncio.Event()
        self.free.set()
        self.loop = asyncio.get_running_loop()
        self.full = False

    def commit(self, changes: Changes) -> None:
        asyncio.run_coroutine_threadsafe(self.free.wait(), self.loop).result(10)
        if self.full:
            raise StoreUnavailable("the disk is full")
        super().commit(changes)


class Room:
    """A control room at the moment in which a site of the sample city is down.

    If it `plays`, the reports of a second come in with each transaction.
    """

    def __init__(self, store: BusyStore) -> None:
        self.plays = False
        self.store = store
        self.city = PlayedCity(sample_city())
        self.city.run(40)
        self.city.cut.add(CHILD)
        self.city.run(80)
        clock = SteadyClock(lambda: self.city.now, lambda: self.city.now)
        self.pipeline = Pipeline(Ingest(store.epoch, self.city.state, {}), store, self, clock)
        self.desk = Desk(self.city.watch, self.pipeline, clock)

    def judge(self, taken: Sequence[Taken]) -> Changes:
        if self.plays:
            self.city.run(1)
        return self.city.watch.judge(taken, True, self.city.now)

    def stored(self, changes: Changes) -> None:
        pass

    @property
    def incident(self) -> Incident:
        return next(one for one in self.city.watch.incidents.saved() if one.root == CHILD)


@pytest.fixture
async def room(tmp_path: Path) -> Iterator[Room]:  # type: ignore[misc]
    with closing(BusyStore(f"sqlite:///{tmp_path}/store.sqlite")) as store:
        yield Room(store)


async def test_the_answer_comes_after_incident_and_action_are_stored(room: Room) -> None:
    room.store.free.clear()
    asked = asyncio.create_task(room.desk.do(Acknowledged(room.incident.id, "Sari"), "page"))
    await until(lambda: room.incident.in_hand)
    assert not asked.done()
    room.store.free.set()
    reply = await asked
    assert (reply.outcome, reply.wider) == ("done", None)
    assert room.store.incidents() == [reply.incident]
    (action,) = room.store.actions(room.incident.id)
    assert (action.by, action.via, action.what, action.at) == ("Sari", "page", "acknowledge", room.city.now)


async def test_of_two_at_once_the_first_keeps_it_and_both_learn_who(room: Room) -> None:
    names = "Sari", "Budi", "Ani"
    doings = [Acknowledged(room.incident.id, name) for name in names]
    replies = await asyncio.gather(*(room.desk.do(doing, "telegram:-100") for doing in doings))
    assert [reply.outcome for reply in replies] == ["done", "in_hand", "in_hand"]
    assert [reply.incident.acknowledged_by for reply in replies if reply.incident] == ["Sari"] * 3
    assert len(room.store.actions()) == 1


async def test_an_incident_that_merges_in_the_same_moment_names_the_wider_one(room: Room) -> None:
    """A person writes each second, in the transaction of that second's reports, until one merges it."""
    room.city.cut.add(POP)
    room.plays = True
    for _ in range(100):
        reply = await room.desk.do(Noted(room.incident.id, "Sari", "one site"), "page")
        assert reply.outcome == "done"
        if reply.wider is not None:
            assert reply.incident == room.incident
            assert (room.incident.status, room.incident.merged_into) == ("merged", reply.wider.id)
            assert (reply.wider.root, reply.wider.in_hand) == (POP, False)
            return
    raise AssertionError("the site's incident never merged")


async def test_nothing_is_done_and_the_person_does_not_wait_while_the_store_is_away(room: Room) -> None:
    room.store.full = True
    stuck = asyncio.create_task(room.pipeline.transact(lambda: Changes(forgotten=[("a", "b")])))
    await until(lambda: bool(room.pipeline.trouble))
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        await room.desk.do(Acknowledged(room.incident.id, "Sari"), "page")
    assert not room.incident.in_hand
    room.store.full = False
    await stuck
