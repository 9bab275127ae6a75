"""The working latency of a link in words. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from collector.latency import LatencyFigures, LoadFigure, WorkingLatency
from collector.notices.quantities import share, time
from collector.web.words import Speaker

WEEK_DAYS = 7
DAYS_SHOWN = 14


class LatencyDay(NamedTuple):
    """A day in texts; "" where a figure is not known. `idle` and `busy` are a median and its p95."""

    day: str
    idle: tuple[str, str]
    busy: tuple[str, str]
    added: str
    minutes: str
    used: str


class LinkLatency(NamedTuple):
    """`week` is the last seven days in one line, "" if nothing is known; then `why` says why."""

    week: str
    why: str
    days: Sequence[LatencyDay]


def link_latency(id: str, latency: WorkingLatency, say: Speaker) -> LinkLatency:
    days = latency.by_day(id, say.now)[:DAYS_SHOWN]
    week = latency_week(id, latency, say)
    return LinkLatency(week, "" if days else _why_not(id, latency, say), [_day(one, say) for one in days])


def latency_week(id: str, latency: WorkingLatency, say: Speaker) -> str:
    """ "idle 12 ms, busy 180 ms, +168 ms when full" of the last seven days; "" if nothing is known."""
    known = latency.last_days(id, say.now, WEEK_DAYS)
    if known is None:
        return ""
    parts = [_of_load("idle", known.idle, say), _of_load("busy", known.busy, say)]
    if known.added is not None:
        parts.append(_added(known.added, say))
    return ", ".join(parts)


def _of_load(load: str, its: LoadFigure, say: Speaker) -> str:
    if its.rtt.median is not None:
        return say(f"latency_{load}", time=time(its.rtt.median))
    if its.minutes == 0:
        return say(f"latency_never_{load}")
    return say(f"latency_few_{load}" if its.measured else f"latency_unmeasured_{load}")


def _added(seconds: float, say: Speaker) -> str:
    return say("latency_added", time=time(seconds)) if seconds > 0 else say("latency_none_added")


def _why_not(id: str, latency: WorkingLatency, say: Speaker) -> str:
    if not latency.crossed(id):
        return say("latency_no_ping")
    carried = latency.carried.get(id)
    return say("latency_not_yet") if carried and carried.port else say("latency_no_port", id=id)


def _day(one: LatencyFigures, say: Speaker) -> LatencyDay:
    known = one.mean is not None and one.fullest is not None
    day = f"{date.fromordinal(one.day):%d-%m-%Y}"
    return LatencyDay(
        day=say("latency_today", day=day) if day == say.day(say.now) else day,
        idle=_quantiles(one.idle, say),
        busy=_quantiles(one.busy, say),
        added="" if one.added is None else f"+{time(one.added)}" if one.added > 0 else "0 ms",
        minutes=" / ".join(
            say.duration(60 * minutes) if minutes else "0"
            for minutes in (one.idle.minutes, one.between, one.busy.minutes)
        ),
        used=say("latency_used", mean=share(one.mean), fullest=share(one.fullest)) if known else "",
    )


def _quantiles(its: LoadFigure, say: Speaker) -> tuple[str, str]:
    median, p95 = its.rtt
    return (
        "" if median is None else time(median),
        "" if p95 is None else say("latency_p95", time=time(p95)),
    )
