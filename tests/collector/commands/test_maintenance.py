"""The arguments of `pantau-collector maintenance`: durations, and the lines of a window."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from collector.commands.maintenance import BadArgument, minutes
from collector.commands.windows import ListedWindow, _listed
from collector.planned import MaintenanceWindow

HERE = ZoneInfo("Asia/Pontianak")


@pytest.mark.parametrize(
    ("duration", "expected"), [("45m", 45), ("2h", 120), ("1h30m", 90), ("1d", 1440), ("1d2h3m", 1563)]
)
def test_a_duration_is_read_in_minutes(duration: str, expected: int) -> None:
    assert minutes(duration) == expected


@pytest.mark.parametrize("duration", ["", "2", "h", "-2h", "2h ", "30m2h", "1.5h", "²h", "99999d"])
def test_an_odd_duration_is_refused_with_the_right_form(duration: str) -> None:
    with pytest.raises(BadArgument, match="write it as 45m, 2h, 1h30m or 1d"):
        minutes(duration)


def test_a_window_is_two_lines_of_a_terminal() -> None:
    window = MaintenanceWindow(
        title="New battery",
        starts=datetime(2026, 9, 28, 1),
        ends=datetime(2026, 9, 28, 4),
        repeat="weekly",
        on=["monday"],
        until=date(2026, 12, 31),
        sites=["pop-utara"],
        links=["metro"],
    )
    begins = window.starts.replace(tzinfo=HERE).timestamp()
    entry = ListedWindow("abcd2345", "inventory", "", False, begins, begins + 3 * 3600, window)
    assert _listed([entry], HERE) == [
        "abcd2345  planned  2026-09-28 01:00:00 WIB – 2026-09-28 04:00:00 WIB, weekly monday"
        " until 2026-12-31  New battery",
        "    site pop-utara, link metro  by the inventory",
    ]
    assert _listed([], HERE) == ["no work is planned"]
