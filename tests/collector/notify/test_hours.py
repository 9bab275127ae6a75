"""Office hours are those of the clock on the wall, in each zone and on each day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from collector.inventory.city import OfficeHours
from collector.notify.hours import opened_at, opens_at

ZONES = ["Asia/Pontianak", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo"]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def shown(hours: OfficeHours, zone: ZoneInfo, at: float) -> bool:
    """Does the clock on the wall show a time within office hours?"""
    local = datetime.fromtimestamp(at, zone)
    return DAYS[local.weekday()] in hours.days and hours.from_ <= f"{local:%H:%M}" < hours.to


def test_friday_evening_waits_for_monday_morning() -> None:
    zone = ZoneInfo("Asia/Pontianak")
    evening = datetime(2026, 11, 27, 16, 0, tzinfo=zone)
    opening = datetime(2026, 11, 30, 7, 30, tzinfo=zone)
    assert opens_at(OfficeHours(), zone, evening.timestamp()) == opening.timestamp()
    assert opens_at(OfficeHours(), zone, evening.timestamp() - 1) == evening.timestamp() - 1
    assert opened_at(OfficeHours(), zone, opening.timestamp() + 5) == opening.timestamp()


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 22),
    st.integers(1, 23),
)
def test_a_notice_goes_out_at_the_first_moment_of_office_hours(
    name: str, local: datetime, days: set[str], begin: int, length: int
) -> None:
    zone = ZoneInfo(name)
    end = min(begin + length, 23)
    if end == begin:
        return
    hours = OfficeHours(days=tuple(days), from_=f"{begin:02}:00", to=f"{end:02}:30")  # type: ignore[arg-type]
    now = local.replace(tzinfo=zone).timestamp() // 60 * 60
    opens, at = opens_at(hours, zone, now), now
    while at < opens and at < now + 9 * 86400:
        assert not shown(hours, zone, at)
        at += 1800
    assert opens - now < timedelta(days=8).total_seconds()
    assert shown(hours, zone, opens)
    assert opened_at(hours, zone, opens) <= opens
