"""What is put into the queue to remote write, and how much of it one agent may put there."""

from pathlib import Path

import pytest

from collector.backfill import backfill
from collector.backfill.backfill import Backfill
from collector.city.state import Measured, State
from collector.city.taken import Taken
from collector.config import History
from collector.database.store import Store
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW, report, table


def test_one_agent_fills_only_its_part_of_the_queue_and_gets_more_with_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "VALUES", (2.0 * backfill.VALUES_AT_LEAST, 1.0))
    store = Store(f"sqlite:///{tmp_path}/store.sqlite")
    state = State(CITY, EXPECTED, ASSIGNMENTS)
    config = History(remote_write_url="http://127.0.0.1:9/")
    history = Backfill(config, state, store, lambda: NOW)
    loud, healthy = list(CITY.sites)[:2]
    one = table("icmp", "gateway")

    def kept(agent: str, at: float) -> bool:
        taken = Taken(agent, report(one, at=at), at, True, [], [Measured(at, one, 0)])
        return bool(history.judge([taken]))

    assert [kept(loud, NOW) for _ in range(3)] == [True, True, False]
    assert kept(healthy, NOW)
    assert store.dropped_unscraped == 1
    assert kept(loud, NOW + backfill.VALUES_AT_LEAST)
    store.close()
