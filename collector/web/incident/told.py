"""The points of the timeline about notices: to whom, and when each receiver took it or why not yet. Pure."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.incidents import Incident
from collector.inventory import City
from collector.notices.delivery import KEPT_SECONDS, NoticeDelivery, StateTaken
from collector.notices.route import receivers
from collector.notify.channels.alerts import AHEAD_SECONDS
from collector.notify.hours import opens_at
from collector.web.incident.around import Around
from collector.web.incident.point import Detail, Sign, TimelinePoint
from collector.web.words import WORDS, Speaker

NAMED = 30
"""So many receivers of one notice."""


class _Sent(NamedTuple):
    notice: str
    at: float
    kind: str


def told_points(around: Around, city: City, say: Speaker) -> Iterator[TimelinePoint]:
    incident = around.incident
    groups: dict[_Sent, list[NoticeDelivery]] = {}
    for one in around.deliveries.shown:
        groups.setdefault(_Sent(one.notice, one.at, one.kind), []).append(one)
    for sent, letters in groups.items():
        yield _point(sent, letters, around, city, say)
    if around.deliveries.dropped:
        first = around.deliveries.shown[0].at
        yield TimelinePoint(first, "known", say("point_notices_dropped", n=around.deliveries.dropped))
    if incident.announced_at is not None and not _has_first(around):
        yield _announced(incident.announced_at, around, city, say)
    elif incident.announced_at is None:
        yield from _not_announced(around, say)
    if incident.recovery_due_at is not None:
        at = say.clock(incident.recovery_due_at, seconds=True)
        yield TimelinePoint(say.now, "known", say("point_end_waits", at=at))


def _has_first(around: Around) -> bool:
    """Do the deliveries still have the first notice? The store forgets old ones."""
    return any(one.kind == "firing" for one in around.deliveries.shown)


def _point(
    sent: _Sent, letters: list[NoticeDelivery], around: Around, city: City, say: Speaker
) -> TimelinePoint:
    names = say.names([one.receiver for one in letters], NAMED)
    key = f"point_notice_{sent.kind}"
    text = say(key if key in WORDS else "point_notice", names=names, kind=sent.kind)
    details = [_detail(one, around, city, say) for one in letters[:NAMED]]
    if sent.kind == "firing" and sent.at == around.incident.announced_at:
        details += _state(around, city, say)
    return TimelinePoint(sent.at, _sign(details), text, details=details)


def _detail(one: NoticeDelivery, around: Around, city: City, say: Speaker) -> Detail:
    values: dict[str, object] = {"name": one.receiver, "n": one.attempts}
    if one.tried_at is not None:
        values["at"] = say.clock(one.tried_at, seconds=True)
        values["after"] = say.duration(one.tried_at - one.at)
    error = f": {one.error}" if one.error and around.private else ""
    if one.status == "delivered":
        return Detail(say(_delivered(one), **values))
    if one.status == "dead":
        key = "given_up" if one.tried_at is not None else "given_up_once"
        return Detail(say(key, **values) + error, bad=True)
    if one.attempts:
        key = "not_taken_yet" if one.tried_at is not None else "not_taken_yet_once"
        return Detail(say(key, **values) + error, bad=True)
    return Detail(_why_waiting(one, around.incident, city, say))


def _delivered(one: NoticeDelivery) -> str:
    """The key of the words."""
    if one.tried_at is None:
        return "delivered_once"
    return "delivered" if one.tried_at - one.at >= 1 else "delivered_at_once"


def _why_waiting(one: NoticeDelivery, incident: Incident, city: City, say: Speaker) -> str:
    receiver = city.receivers.get(one.receiver)
    if receiver is None:
        return say("waits_gone", name=one.receiver)
    if incident.severity in receiver.hours.severity:
        opens = opens_at(receiver.hours, ZoneInfo(city.timezone), say.now)
        if opens > say.now:
            return say("waits_for_office", name=one.receiver, at=say.clock(opens))
    return say("waits_for_turn", name=one.receiver)


def _announced(at: float, around: Around, city: City, say: Speaker) -> TimelinePoint:
    """Of a first notice without a letter: there was none, or it was forgotten."""
    details = _state(around, city, say)
    forgotten = at < say.now - KEPT_SECONDS
    key = "point_announced_old" if forgotten else "point_announced" if details else "point_announced_nobody"
    return TimelinePoint(at, _sign(details), say(key), details=details)


def _sign(details: Iterable[Detail]) -> Sign:
    return "unsent" if any(one.bad for one in details) else "sent"


def _state(around: Around, city: City, say: Speaker) -> list[Detail]:
    """The receivers that get the whole state again and again, and no notices."""
    incident = around.incident
    names = [one for one in receivers(incident, city) if city.receivers[one].alertmanager is not None]
    if incident.ended_at is not None and incident.ended_at < say.now - AHEAD_SECONDS:
        return [Detail(say("got_state", name=name)) for name in names[:NAMED]]
    return [_taken(name, around, say) for name in names[:NAMED]]


def _taken(name: str, around: Around, say: Speaker) -> Detail:
    taken = around.states_taken.get(name, StateTaken())
    at = say.clock(taken.taken_at, seconds=True) if taken.taken_at is not None else ""
    if taken.error:
        error = f": {taken.error}" if around.private else ""
        return Detail(
            say("refuses_state_since" if at else "refuses_state", name=name, at=at) + error, bad=True
        )
    return Detail(say("took_state" if at else "gets_state", name=name, at=at))


def _not_announced(around: Around, say: Speaker) -> Iterator[TimelinePoint]:
    """Why nobody has a notice of it yet, or at all."""
    incident = around.incident
    if incident.status != "open":
        if incident.status == "closed" and not incident.late and not incident.part_of:
            key = "point_never_planned" if incident.planned else "point_never"
            yield TimelinePoint(incident.ended_at or say.now, "known", say(key))
        return
    if incident.planned:
        yield TimelinePoint(say.now, "known", say("point_not_yet_planned"))
    elif incident.part_of:
        yield TimelinePoint(say.now, "known", say("point_not_yet_part"))
    elif around.announce_at > say.now:
        yield TimelinePoint(
            say.now, "known", say("point_not_yet", at=say.clock(around.announce_at, seconds=True))
        )
    else:
        yield TimelinePoint(say.now, "known", say("point_not_yet_confirmed"))
