"""The pace of one receiver: which of its waiting letters go out now, and which wait. Sans-IO.

A letter goes out alone while there are few. When the limit leaves room for one message and more letters
wait, they go out together, as one digest. Letters that wait for office hours go out together when the office
opens. No letter is lost, and none overtakes an earlier one about the same incident.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from collector.inventory import Receiver
from collector.notices.document import Letter
from collector.notify.hours import opened_at, opens_at
from collector.streams.budget import Budget

LIMIT_SECONDS = 300.0
MESSAGES = 10
"""The limit of a channel that people read, if the inventory names none."""
UPDATED = "updated"
"""The kind of the notices that only edit a message. They ring nowhere, and no digest has them."""
EDITS_AT_ONCE = 3.0
EDITS_PER_SECOND = 0.2
"""With the messages below Telegram's limit of 20 a minute for a group (https://core.telegram.org/bots/faq)."""
INCIDENTS_IN_DIGEST = 30
"""So many incidents a digest names, so that it stays one message."""


class NextMessage(NamedTuple):
    """Letters for one message: a notice, or the digest of several. Without letters: look again at `due`."""

    letters: tuple[Letter, ...]
    due: float


class ReceiverPace:
    """`next` decides, and `sent` counts the message once the receiver has it."""

    def __init__(self) -> None:
        self._messages = 0
        self._budget = Budget(0.0, 0.0)
        self._edits = Budget(EDITS_AT_ONCE, EDITS_PER_SECOND)

    def next(self, waiting: Sequence[Letter], receiver: Receiver, zone: tzinfo, now: float) -> NextMessage:
        """`waiting` are the letters of the receiver in the order in which they were written.

        A letter that only edits goes out when no other one can.
        """
        others = [one for one in waiting if one.document.kind != UPDATED]
        outgoing = self._message(others, receiver, zone, now)
        if outgoing.letters:
            return outgoing
        blocked = {one.document.incident for one in others}
        edits = [one for one in waiting if one.document.kind == UPDATED]
        free = [one for one in edits if one.document.incident not in blocked]
        if not free:
            return outgoing
        ready_at = self._edits.ready_at(1, now)
        return NextMessage((free[0],) if ready_at <= now else (), min(outgoing.due, ready_at))

    def _message(
        self, waiting: Sequence[Letter], receiver: Receiver, zone: tzinfo, now: float
    ) -> NextMessage:
        """The next letter, or several of them as a digest."""
        ready, opens = _ready(waiting, receiver, zone, now)
        if not ready:
            return NextMessage((), opens)
        together = _waited_for_office(ready, receiver, zone, now)
        if len(together) > 1:
            return NextMessage(together, now)
        room_at = self._room_at(receiver, 1, now)
        if room_at > now:
            return NextMessage((), min(room_at, opens))
        if len(ready) == 1 or self._room_at(receiver, 2, now) <= now:
            return NextMessage((ready[0],), now)
        return NextMessage(_of_first_incidents(ready), now)

    def sent(self, receiver: Receiver, now: float) -> None:
        if self._limit(receiver):
            self._budget.take(1, now)

    def edited(self, now: float) -> None:
        """The channel has edited a message."""
        self._edits.take(1, now)

    def _room_at(self, receiver: Receiver, messages: int, now: float) -> float:
        """The time from which the limit has room for so many messages."""
        limit = self._limit(receiver)
        if messages > limit > 0:
            return float("inf")
        return self._budget.ready_at(messages, now) if limit else now

    def _limit(self, receiver: Receiver) -> int:
        limit = messages_limit(receiver)
        if limit != self._messages:
            self._messages, self._budget = limit, Budget(float(limit), limit / LIMIT_SECONDS)
        return limit


def messages_limit(receiver: Receiver) -> int:
    """The messages within five minutes; 0: no limit. A webhook is a program, which reads any number."""
    if receiver.limit.messages is not None:
        return receiver.limit.messages
    return 0 if receiver.webhook is not None else MESSAGES


def superseded(waiting: Sequence[Letter], edits: bool) -> list[Letter]:
    """The letters that would only edit a message which a later letter brings up to date.

    All of them where the receiver's channel does not edit any more.
    """
    last = {one.document.incident: one for one in waiting}
    updates = [one for one in waiting if one.document.kind == UPDATED]
    return [one for one in updates if not edits or last[one.document.incident] is not one]


def due_since(letter: Letter, receiver: Receiver, zone: tzinfo, now: float) -> float:
    """The time from which the letter could go out."""
    if not _may_wait(letter, receiver):
        return letter.document.at
    return max(letter.document.at, opened_at(receiver.hours, zone, now))


def _may_wait(letter: Letter, receiver: Receiver) -> bool:
    """May it wait for office hours? A summary has its own hour."""
    return letter.document.severity in receiver.hours.severity and letter.document.kind != "summary"


def _ready(
    waiting: Sequence[Letter], receiver: Receiver, zone: tzinfo, now: float
) -> tuple[list[Letter], float]:
    """The letters that may go now, and the time at which the others may.

    A letter that may wait goes out before a more urgent one about the same incident.
    """
    mild = [one for one in waiting if _may_wait(one, receiver)]
    opens = opens_at(receiver.hours, zone, now) if mild else now
    if opens <= now:
        return list(waiting), float("inf")
    urgent = {one.document.incident for one in waiting if not _may_wait(one, receiver)}
    return [one for one in waiting if one.document.incident in urgent or one not in mild], opens


def _waited_for_office(
    ready: Sequence[Letter], receiver: Receiver, zone: tzinfo, now: float
) -> tuple[Letter, ...]:
    """The letters that waited for the office to open."""
    if not receiver.hours.severity or opens_at(receiver.hours, zone, now) > now:
        return ()
    opened = opened_at(receiver.hours, zone, now)
    mild = [one for one in ready if _may_wait(one, receiver)]
    return _of_first_incidents([one for one in mild if one.document.at < opened])


def _of_first_incidents(letters: Sequence[Letter]) -> tuple[Letter, ...]:
    named = list(dict.fromkeys(one.document.incident for one in letters))[:INCIDENTS_IN_DIGEST]
    return tuple(one for one in letters if one.document.incident in named)
