"""The way of an incident in one order: what it did, what pantau told whom, what people did. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from collector.incidents import Action
from collector.inventory import City
from collector.notices.phrases import cause_words
from collector.web.incident.around import Around
from collector.web.incident.moments import own_points
from collector.web.incident.point import SIGNS, Detail, TimelinePoint
from collector.web.incident.told import told_points
from collector.web.lists.named import Named
from collector.web.words import Speaker

FIRST_SHOWN = 40
NEWEST_SHOWN = 160
"""Between them points are left out, and counted."""
VIAS = ("page", "cli", "api")


class TimelineLine(NamedTuple):
    """A point as people read it. `iso` is its time for programs. `gap` points before it are left out."""

    iso: str
    clock: str
    sign: str
    symbol: str
    text: str
    names: Sequence[Named]
    rest: str
    details: Sequence[Detail]
    gap: int = 0


def timeline(around: Around, city: City, say: Speaker) -> list[TimelineLine]:
    """In the order of time; of one moment in the order in which one thing leads to the other."""
    points = [
        *own_points(around.incident, around.others, city, say),
        *told_points(around, city, say),
        *(_done(action, city, say) for action in reversed(around.actions)),
    ]
    points.sort(key=lambda one: one.at)
    left_out = max(0, len(points) - FIRST_SHOWN - NEWEST_SHOWN)
    kept = points[:FIRST_SHOWN] + points[FIRST_SHOWN + left_out :]
    lines = [_line(point, say) for point in kept]
    left_out += around.incident.moments_dropped
    if left_out:
        at = min(FIRST_SHOWN, len(lines) - 1)
        lines[at] = lines[at]._replace(gap=left_out)
    return lines


def _line(point: TimelinePoint, say: Speaker) -> TimelineLine:
    return TimelineLine(
        iso=datetime.fromtimestamp(point.at, say.zone).isoformat(timespec="seconds"),
        clock=say.clock(point.at, seconds=True),
        sign=point.sign,
        symbol=SIGNS[point.sign],
        text=point.text,
        names=point.names,
        rest=point.rest,
        details=point.details,
    )


def _done(action: Action, city: City, say: Speaker) -> TimelinePoint:
    """A channel without words of its own, as Telegram's, stands for itself."""
    via = say(f"via_{action.via}") if action.via in VIAS else action.via.partition(":")[0].capitalize()
    did = say(f"did_{action.what.replace(' ', '_')}")
    text = f"{action.by} {did}"
    if said := _said(action, city, say):
        text = f"{text}: {said}"
    return TimelinePoint(action.at, "person", text, rest=f"({via})")


def _said(action: Action, city: City, say: Speaker) -> str:
    """The note, the cause in words, or the provider's name."""
    if action.what == "set cause":
        return cause_words(action.text, say.language)
    if action.what == "sent ticket" and action.text in city.providers:
        return city.providers[action.text].name
    return action.text


def ticket_lines(actions: Sequence[Action], city: City, say: Speaker) -> Iterator[str]:
    """The fault reports that went out, the oldest first."""
    for action in reversed(actions):
        if action.what == "sent ticket":
            to = _said(action, city, say)
            key = "ticket_sent_to" if to else "ticket_sent"
            yield say(key, to=to, by=action.by, at=say.clock(action.at))
