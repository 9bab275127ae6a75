"""The windows of maintenance that people made, in a store that is opened again."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collector.changes import Changes
from collector.database.store import Store
from collector.database.windows import KEPT_SECONDS
from collector.planned import MadeWindow, MaintenanceWindow, ended, made
from collector.planned.window import Repeat

ZONE = ZoneInfo("Asia/Pontianak")
STARTS = datetime(2026, 9, 24, 14)
NOW = STARTS.replace(tzinfo=ZONE).timestamp()
HOUR = 3600.0


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'pantau.sqlite'}"


def window(title: str = "Work", repeat: Repeat = "never", made_at: float = NOW) -> MadeWindow:
    work = MaintenanceWindow(
        title=title, starts=STARTS, ends=STARTS + timedelta(hours=2), repeat=repeat, sites=["pop"]
    )
    return made(work, "Sari", "cli", made_at, ZONE)


def keep(store: Store, *windows: MadeWindow) -> None:
    store.commit(Changes(windows={one.id: one for one in windows}))


def test_a_window_is_there_after_a_restart_until_it_is_over(url: str) -> None:
    one, nightly = window(), window("Nightly", "daily")
    keep(Store(url), one, nightly)
    store = Store(url)
    assert {found.id: found for found in store.windows(NOW)} == {one.id: one, nightly.id: nightly}
    assert store.windows(NOW + 2 * HOUR) == [nightly]
    assert store.windows(NOW + 1000 * HOUR) == [nightly], "it has no last occurrence"


def test_a_window_that_a_person_ended_is_over_after_a_restart(url: str) -> None:
    nightly = window("Nightly", "daily")
    store = Store(url)
    keep(store, nightly)
    over = ended(nightly, NOW + HOUR)
    keep(store, over)
    assert Store(url).windows(NOW) == [over]
    assert Store(url).windows(NOW + HOUR) == []


def test_windows_that_are_over_for_long_make_room(url: str) -> None:
    store = Store(url)
    old, nightly = window(), window("Nightly", "daily")
    keep(store, old, nightly)
    keep(store, nightly)
    assert old in store.windows(0.0)
    keep(store, window("Last", made_at=NOW + KEPT_SECONDS + 3 * HOUR))
    assert {found.window.title for found in store.windows(0.0)} == {"Nightly", "Last"}
