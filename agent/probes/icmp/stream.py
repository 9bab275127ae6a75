"""One target's stream of echoes, from sending to fate.

Sans-IO: time is a parameter, in seconds on a clock that is never set (the agent's is CLOCK_BOOTTIME).
"""

import math
from typing import NamedTuple

from agent.probes.icmp.loss_timeout import LossTimeout
from agent.probes.icmp.quality import Echoes, Quality
from agent.probes.icmp.verdict import EchoVerdict, State
from wire.probes import Reason

LATE_SECONDS = 5.0
"""How long after its sending a lost echo is remembered, to know a late reply or a late error as its own."""


class Sent(NamedTuple):
    """An echo on its way. `number` is its place in the stream from 1; a confirm echo has 0."""

    at: float
    deadline: float
    number: int


class EchoStream:
    """The echoes of one target and their answers. The engine sends and listens; the stream decides.

    `reply`, `fail`, `expire` and `unsent` return whether `state` changed.
    """

    def __init__(
        self, target: str, address: str, period_seconds: float = 1.0, first_sequence: int = 0
    ) -> None:
        self.target = target
        self.address = address
        self.period_seconds = period_seconds
        self.late = 0
        self.duplicates = 0
        self.sequence = first_sequence & 0xFFFF  # of the next echo
        self._number = 0
        self._on_their_way: dict[int, Sent] = {}
        self._lost: dict[int, float] = {}  # sequence -> sending time
        self._timeout = LossTimeout()
        self._quality = Quality()
        self._verdict = EchoVerdict(period_seconds)

    @property
    def state(self) -> State | None:
        """None without evidence, and while this machine may not send."""
        return self._verdict.state

    @property
    def reason(self) -> Reason | None:
        """The reason why the target is down, or why the agent may not send to it."""
        return self._verdict.reason

    @property
    def since(self) -> float | None:
        """When the first echo that showed the state was sent: the first lost, the first answered."""
        return self._verdict.since

    @property
    def confirm_echoes(self) -> int:
        """The number of echoes of a burst, which decides whether the target is down."""
        return self._verdict.confirm_echoes

    @property
    def deadline(self) -> float:
        """When the next echo is overdue; infinity when none is on its way."""
        return min((sent.deadline for sent in self._on_their_way.values()), default=math.inf)

    def awaits(self, sequence: int) -> bool:
        return sequence in self._on_their_way

    def sent(self, at: float, confirm: bool = False) -> None:
        """The echo `sequence` left."""
        number = 0
        if confirm:
            self._verdict.confirm_echoes -= 1
        else:
            self._number += 1
            number = self._number
        self._on_their_way[self.sequence] = Sent(at, at + self._timeout.seconds, number)
        self.sequence = (self.sequence + 1) & 0xFFFF

    def unsent(self, at: float, confirm: bool = False, reason: Reason | None = None) -> bool:
        """The echo did not leave this machine, and counts nowhere. With a reason, no echo may leave."""
        if confirm:
            self._verdict.confirm_echoes -= 1
        return reason is not None and self._verdict.blind(at, reason)

    def reply(self, sequence: int, received: float) -> bool:
        """A reply, stamped when it came in; perhaps late, perhaps not the first."""
        sent = self._on_their_way.pop(sequence, None)
        if sent is None:
            lost_at = self._lost.pop(sequence, None)
            if lost_at is None:
                self.duplicates += 1
                return False
            return self._came_late(lost_at, received)
        if received > sent.deadline:
            flipped = self._came_late(sent.at, received)
            return self._lose(sent, "timeout") or flipped
        rtt_seconds = max(0.0, received - sent.at)
        self._timeout.learn(rtt_seconds)
        if sent.number:
            self._quality.came_back(sent.number, rtt_seconds)
        return self._verdict.came_back(sent.at, confirm=not sent.number)

    def fail(self, sequence: int, reason: Reason) -> bool:
        """A router, or a route of this machine, says that the echo will not arrive."""
        sent = self._on_their_way.pop(sequence, None)
        if sent is not None:
            self._lost[sequence] = sent.at
            return self._lose(sent, reason)
        if sequence in self._lost:
            self._verdict.explain(reason)
        return False

    def expire(self, now: float, blind_until: float = -math.inf) -> bool:
        """Decide about the overdue echoes. This machine may have dropped the reply to an echo sent until
        `blind_until`: such an echo counts nowhere.
        """
        flipped = False
        for sequence, sent in list(self._on_their_way.items()):
            if sent.deadline <= now:
                del self._on_their_way[sequence]
                if sent.at > blind_until:
                    self._lost[sequence] = sent.at
                    flipped |= self._lose(sent, "timeout")
        self._forget(now)
        return flipped

    def take(self) -> Echoes:
        """The values since the last take, and the totals."""
        return self._quality.take()

    def _lose(self, sent: Sent, reason: Reason) -> bool:
        if sent.number:
            self._quality.lost()
        undecided = len(self._on_their_way)
        return self._verdict.lost(sent.at, confirm=not sent.number, reason=reason, undecided=undecided)

    def _came_late(self, sent_at: float, received: float) -> bool:
        self.late += 1
        self._timeout.learn(received - sent_at)
        return self._verdict.came_late(sent_at)

    def _forget(self, now: float) -> None:
        while self._lost:
            oldest = next(iter(self._lost))
            if now - self._lost[oldest] <= LATE_SECONDS:
                break
            del self._lost[oldest]
