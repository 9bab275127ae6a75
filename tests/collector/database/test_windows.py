"""The windows of maintenance that people made, in a store that is opened again."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collector.changes import Changes
from collector.database.store import Store
from collector.database.windows import KEPT_SECONDS
from collector.planned import MadeWindow, MaintenanceWindow, ended, made
from collector.planned.window import Repeat
from tests.servers.postgresql import needs_postgresql, new_database, postgresql

ZONE = ZoneInfo("Asia/Pontianak")
STARTS = datetime(2026, 9, 24, 14)
NOW = STARTS.replace(tzinfo=ZONE).timestamp()
HOUR = 3600.0


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'pantau.sqlite'}"
    return new_database(request.getfixturevalue("server"))


def window(title: str = "Work", repeat: Repeat = "never", made_at: float = NOW) -> MadeWindow:
    work = MaintenanceWindow(
        title=title, starts=STARTS, ends=STARTS + timedelta(hours=2), repeat=repeat, sites=["pop"]
    )
    return made(work, "Sari", "cli", made_at, ZONE)


def keep(store: Store, *windows: MadeWindow) -> None:
    store.commit(Changes(windows={one.id: one for one in windows}))


def test_a_window_is_there_after_a_restart_until_it_is_over(url: str) -> None:
    one, nightly = window(), window("Nightly", "daily")
    with closing(Store(url)) as store:
        keep(store, one, nightly)
    with closing(Store(url)) as store:
        assert {found.id: found for found in store.windows(NOW)} == {one.id: one, nightly.id: nightly}
        assert store.windows(NOW + 2 * HOUR) == [nightly]
        assert store.windows(NOW + 1000 * HOUR) == [nightly], "it has no last occurrence"


def test_a_window_that_a_person_ended_is_over_after_a_restart(url: str) -> None:
    nightly = window("Nightly", "daily")
    over = ended(nightly, NOW + HOUR)
    with closing(Store(url)) as store:
        keep(store, nightly)
        keep(store, over)
    with closing(Store(url)) as store:
        assert store.windows(NOW) == [over]
        assert store.windows(NOW + HOUR) == []


def test_windows_that_are_over_for_long_make_room(url: str) -> None:
    old, nightly = window(), window("Nightly", "daily")
    with closing(Store(url)) as store:
        keep(store, old, nightly)
        assert old in store.windows(0.0)
        keep(store, window("Last", made_at=NOW + KEPT_SECONDS + 3 * HOUR))
        assert {found.window.title for found in store.windows(0.0)} == {"Nightly", "Last"}
