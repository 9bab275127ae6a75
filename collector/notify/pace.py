"""The pace of one receiver: which of its waiting letters go out now, and which wait. Sans-IO.

A letter goes out alone while there are few. When the limit leaves room for one message and more letters
wait, they go out together, as one digest. Letters that wait for office hours go out together when the office
opens. A summary goes alone. No letter is lost, and none overtakes an earlier one about the same incident, or
about one that the incident took in: people would get its begin after its end.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from collector.inventory import Receiver
from collector.notices.document import Letter
from collector.notify.hours import opened_at, opens_at
from collector.streams.budget import Budget

LIMIT_SECONDS = 300.0
MESSAGES = 10
"""The limit of a channel that people read, if the inventory names none."""
SUMMARY = "summary"
UPDATED = "updated"
"""The kind of the notices that only edit a message. They ring nowhere, and no digest has them."""
EDITS_AT_ONCE = 3.0
EDITS_PER_SECOND = 0.2
"""With the messages below Telegram's limit of 20 a minute for a group (https://core.telegram.org/bots/faq)."""
INCIDENTS_IN_DIGEST = 30
"""So many incidents a digest names, so that it stays one message."""


Threads = Mapping[str, str]
"""By incident its thread: the incident and all that took it in, or that it took in, have the same one."""


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
        threads = _threads(waiting)
        others = [one for one in waiting if one.document.kind != UPDATED]
        outgoing = self._message(others, threads, receiver, zone, now)
        if outgoing.letters:
            return outgoing
        blocked = {threads[one.document.incident] for one in others}
        edits = [one for one in waiting if one.document.kind == UPDATED]
        free = [one for one in edits if threads[one.document.incident] not in blocked]
        if not free:
            return outgoing
        ready_at = self._edits.ready_at(1, now)
        return NextMessage((free[0],) if ready_at <= now else (), min(outgoing.due, ready_at))

    def _message(
        self, waiting: Sequence[Letter], threads: Threads, receiver: Receiver, zone: tzinfo, now: float
    ) -> NextMessage:
        """The next letter, or several of them as a digest."""
        ready, opens = _ready(waiting, threads, receiver, zone, now)
        if not ready:
            return NextMessage((), opens)
        together = _waited_for_office(ready, threads, receiver, zone, now)
        if len(together) > 1:
            return NextMessage(together, now)
        room_at = self._room_at(receiver, 1, now)
        if room_at > now:
            return NextMessage((), min(room_at, opens))
        alone = len(ready) == 1 or ready[0].document.kind == SUMMARY
        if alone or self._room_at(receiver, 2, now) <= now:
            return NextMessage((ready[0],), now)
        return NextMessage(_together(ready, threads), now)

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
    return letter.document.severity in receiver.hours.severity and letter.document.kind != SUMMARY


def _threads(letters: Iterable[Letter]) -> Threads:
    joined: dict[str, set[str]] = {}
    for one in letters:
        ids = (one.document.incident, *one.document.merged)
        thread = set().union(*(joined.get(id, {id}) for id in ids))
        joined |= dict.fromkeys(thread, thread)
    return {id: min(thread) for id, thread in joined.items()}


def _ready(
    waiting: Sequence[Letter], threads: Threads, receiver: Receiver, zone: tzinfo, now: float
) -> tuple[list[Letter], float]:
    """The letters that may go now, and the time at which the others may.

    A letter that may wait goes out before a more urgent one of the same thread.
    """
    mild = [one for one in waiting if _may_wait(one, receiver)]
    opens = opens_at(receiver.hours, zone, now) if mild else now
    if opens <= now:
        return list(waiting), float("inf")
    urgent = {threads[one.document.incident] for one in waiting if not _may_wait(one, receiver)}
    return [one for one in waiting if threads[one.document.incident] in urgent], opens


def _waited_for_office(
    ready: Sequence[Letter], threads: Threads, receiver: Receiver, zone: tzinfo, now: float
) -> tuple[Letter, ...]:
    """The letters that waited for the office to open, with all others of their threads."""
    if not receiver.hours.severity or opens_at(receiver.hours, zone, now) > now:
        return ()
    opened = opened_at(receiver.hours, zone, now)
    waited = {
        threads[one.document.incident]
        for one in ready
        if _may_wait(one, receiver) and one.document.at < opened
    }
    return _together([one for one in ready if threads[one.document.incident] in waited], threads)


def _together(letters: Sequence[Letter], threads: Threads) -> tuple[Letter, ...]:
    """As many of them as one digest names, none before an earlier one of its thread."""
    listed = [one for one in letters if one.document.kind != SUMMARY]
    named = set(list(dict.fromkeys(one.document.incident for one in listed))[:INCIDENTS_IN_DIGEST])
    held: set[str] = set()
    taken = []
    for one in listed:
        thread = threads[one.document.incident]
        if one.document.incident in named and thread not in held:
            taken.append(one)
        else:
            held.add(thread)
    return tuple(taken)
