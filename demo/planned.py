"""The planned work of the script, entered into the collector's calendar as a person would."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo

import msgspec

from collector.http.client import NoHttpAnswer, request
from demo.day import Days
from demo.fault import Fault
from demo.script_time import ScriptTime

LOOK_SECONDS = 5.0
TIMEOUT_SECONDS = 5.0
BY = "Demo"
JSON = {"Content-Type": "application/json"}


def windows(
    faults: Iterable[Fault], pace: ScriptTime, zone: tzinfo, now: float
) -> Iterator[dict[str, object]]:
    """The requests for the work that is not over, in real time: the calendar has no time-lapse."""
    for fault in faults:
        begins_at, ends_at = pace.real(fault.begins_at), pace.real(fault.ends_at)
        if fault.kind == "planned_work" and now < ends_at:
            yield {
                "by": BY,
                "title": fault.title or f"Pemeliharaan {fault.where}",
                "starts": _local(begins_at, zone),
                "ends": _local(ends_at + 1, zone),
                "sites": [fault.where],
            }


async def plan(days: Days, page: str) -> None:
    """For ever: the work of the script's today and tomorrow. The same window again is no second one."""
    entered = list[dict[str, object]]()
    while True:
        now = time.time()
        today = days.day(days.pace.script(now))
        faults = [*days.faults(today), *days.faults(today + timedelta(days=1))]
        wanted = list(windows(faults, days.pace, days.zone, now))
        for window in wanted:
            if window not in entered and not await _enter(window, page):
                break
        else:
            entered = wanted
        await asyncio.sleep(LOOK_SECONDS)


async def _enter(window: dict[str, object], page: str) -> bool:
    """False while the collector starts, or is gone."""
    body = msgspec.json.encode(window)
    try:
        answer = await request(
            "POST",
            f"{page}/api/maintenance",
            headers=JSON,
            body=body,
            timeout_seconds=TIMEOUT_SECONDS,
            read_bytes=0,
        )
    except NoHttpAnswer:
        return False
    return answer.status < 500


def _local(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None, microsecond=0).isoformat()
