"""The past before a demo is what the real incidents make of the script's faults."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from collector.assignments.compile import Compiler, expected
from collector.changes import Changes
from collector.database.store import Store
from collector.inventory import load
from collector.inventory.city import Receiver
from collector.past import MeasuredPath
from collector.past import Past as RememberedPast
from demo import month
from demo.past import PlayedPast
from demo.script_time import ScriptTime
from demo.story import CITY, told

SAMPLE = load(CITY)
START = 1_790_233_200.0  # 24 September 2026, 14:00 in Pontianak
STORY = told(SAMPLE, None, None, ScriptTime(START))
RECEIVERS = {"shift": Receiver(telegram=SAMPLE.receivers["shift"].telegram)}
TWO_DAYS = STORY.days.midnight(STORY.days.day(START - 2 * 86400)) + 6.25 * 3600


@pytest.fixture(scope="module")
def past() -> Changes:
    return PlayedPast(STORY, replace(SAMPLE, receivers=RECEIVERS), TWO_DAYS, TWO_DAYS + 86400).changes()


def test_a_day_has_incidents_of_many_kinds_and_all_are_over(past: Changes) -> None:
    kinds = Counter(incident.kind for incident in past.incidents.values())

    assert {"site_down", "application_down", "degraded"} <= kinds.keys()
    assert 8 <= kinds.total() <= 60
    assert not [one for one in past.incidents.values() if one.status == "open"]


def test_each_outage_of_a_router_lasts_as_long_as_the_fault_behind_it(past: Changes) -> None:
    hung = [
        fault
        for day in (0, 1)
        for fault in STORY.days.faults(STORY.days.day(TWO_DAYS + day * 86400))
        if fault.kind == "hung_router" and TWO_DAYS < fault.begins_at < TWO_DAYS + 86000
    ]
    assert hung
    for fault in hung:
        (incident,) = (
            one
            for one in past.incidents.values()
            if (one.kind, one.root) == ("site_down", fault.where) and abs(one.began_at - fault.begins_at) < 1
        )
        assert incident.ended_at == pytest.approx(fault.ends_at, abs=5)


def test_people_take_incidents_in_hand_and_each_announcement_is_a_letter(
    past: Changes,
) -> None:
    announced = [one for one in past.incidents.values() if one.announced_at and not one.planned]
    letters = Counter(letter.document.incident for letter in past.letters)

    assert sum(bool(one.acknowledged_by) for one in announced) > len(announced) / 2
    assert {one.cause for one in announced} >= {"power", "device", "link"}
    assert {action.what for action in past.actions} >= {"acknowledge", "set cause"}
    assert all(letters[one.id] for one in announced)


def test_planned_work_announces_nothing(past: Changes) -> None:
    (work,) = (one for one in past.incidents.values() if one.planned or one.root == "pop-barat")

    assert work.notices == 0


class StoringPipeline:
    not_ready = ""

    def __init__(self, store: Store) -> None:
        self._store = store

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        yield

    async def transact(self, decide: Callable[[], Changes]) -> None:
        self._store.commit(decide())


async def test_the_store_has_the_past_with_each_letter_delivered(
    tmp_path: Path, past: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(month, "workers", lambda _: ThreadPoolExecutor(1))
    monkeypatch.setattr(month, "made", lambda *of: past if of[-1] == START else Changes())
    store = Store(f"sqlite:///{tmp_path / 'pantau.sqlite'}")
    store.begin()
    try:
        number = await month.write_month(STORY, SAMPLE, StoringPipeline(store))
        listed = store.incidents()
        announced = next(one for one in listed if one.notices)
        assert number == len(listed) == len(past.incidents)
        assert store.outbox.counts() == {"waiting": 0, "dead": 0}
        assert all(one.tried_at for one in store.deliveries(announced.id).shown)
        assert any(store.course(one.id) for one in listed if one.kind == "site_down")
    finally:
        store.close()


def test_the_day_before_has_cells_of_each_path(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'pantau.sqlite'}"
    month.write_yesterday(STORY, SAMPLE, url)
    store = Store(url)
    try:
        remembered = RememberedPast(START, store.past_cells())
    finally:
        store.close()
    remembered.adopt(expected(Compiler(SAMPLE).assignments(1)))
    faults = STORY.days.about(START)
    hung = next(fault for fault in faults if fault.kind == "hung_router" and fault.ends_at < START)
    cells = remembered.cells(MeasuredPath("noc-pontive", "icmp", hung.where))

    assert sum(cell.measured > 0 for cell in cells) >= 95
    assert any(cell.down and not cell.up for cell in cells)
    assert all(cell.typical for cell in cells if cell.up)
