"""Agents as a terminal shows them: a table, worst first, or all of one. Pure: time is a parameter."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from collector.commands.times import stamp
from collector.notices.phrases import duration
from collector.web.lists.agent_entry import AgentEntry
from collector.web.quantities import size

DAY_SECONDS = 86400.0
HEAD = (
    "AGENT",
    "STATE",
    "HEARD",
    "VERSION",
    "CERT",
    "CLOCK",
    "SPOOL",
    "DROPPED",
    "REFUSED",
    "TODAY",
    "WORRIES",
)
TO_THE_RIGHT = {"HEARD", "CERT", "SPOOL", "DROPPED", "REFUSED", "TODAY"}
NOBODY_KNOWS = "-"


def table(entries: Sequence[AgentEntry], now: float, zone: tzinfo) -> Iterator[str]:
    """One line for each agent; the last line sums up."""
    if not entries:
        yield "no agents; add sites to the inventory"
        return
    rows = [HEAD, *(_row(one, now) for one in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(HEAD, row, widths, strict=True)
        yield "  ".join(
            cell.rjust(width) if head in TO_THE_RIGHT else cell.ljust(width) for head, cell, width in cells
        ).rstrip()
    worried = sum(bool(one.worries) for one in entries)
    total = size(sum(one.bytes_today for one in entries))
    yield f"{len(entries)} agents, {worried} with worries; today is since {_since(entries[0], zone)}: {total}"


def details(one: AgentEntry, now: float, zone: tzinfo) -> Iterator[str]:
    """Each thing in a line of its own."""
    heard = NOBODY_KNOWS if one.heard_at is None else f"{_heard(one, now)} ago, {stamp(one.heard_at, zone)}"
    ends = NOBODY_KNOWS
    if one.certificate_ends is not None:
        ends = f"{_days(one, now)}, {stamp(one.certificate_ends, zone)}"
    until = "" if one.invited_until is None else f" until {stamp(one.invited_until, zone)}"
    synchronized = {None: "", True: ", NTP keeps it", False: ", NTP does not keep it"}[one.synchronized]
    for name, said in (
        ("agent", f"{one.id} ({one.name})"),
        ("state", one.state),
        ("worries", ", ".join(one.worries) or "none"),
        ("last heard", heard),
        ("version", one.version or NOBODY_KNOWS),
        ("certificate ends", ends),
        ("joining", (one.joining or NOBODY_KNOWS) + until),
        ("clock", (one.clock or NOBODY_KNOWS) + synchronized),
        ("reports to send", _count(one.spooled_reports)),
        ("measurements dropped", _count(one.dropped)),
        ("measurements refused", _count(one.refused)),
        ("bytes today", f"{one.bytes_today}, since {_since(one, zone)}"),
        ("assignment", one.assignment or NOBODY_KNOWS),
        ("conditions", ", ".join(one.conditions) or "none"),
    ):
        yield f"{name + ':':22} {said}"


def _row(one: AgentEntry, now: float) -> tuple[str, ...]:
    joining = "" if one.joining in ("", "joined") else f", {one.joining}"
    return (
        one.id,
        one.state + joining,
        _heard(one, now),
        one.version or NOBODY_KNOWS,
        _days(one, now),
        one.clock or NOBODY_KNOWS,
        _count(one.spooled_reports),
        _count(one.dropped),
        _count(one.refused),
        size(one.bytes_today),
        ", ".join([*one.worries, *one.conditions]),
    )


def _heard(one: AgentEntry, now: float) -> str:
    return NOBODY_KNOWS if one.heard_at is None else duration(now - one.heard_at, "en")


def _days(one: AgentEntry, now: float) -> str:
    if one.certificate_ends is None:
        return NOBODY_KNOWS
    days = (one.certificate_ends - now) // DAY_SECONDS
    return "over" if one.certificate_ends <= now else f"{days:.0f} d"


def _count(number: int | None) -> str:
    return NOBODY_KNOWS if number is None else str(number)


def _since(one: AgentEntry, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(one.bytes_since, zone):%H:%M}"
