"""A network that can be simulated for hours: it drives a stream as the engine does, with time as a number."""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.probes.icmp.stream import EchoStream

CONFIRM_SPACING_SECONDS = 0.05


@dataclass(frozen=True)
class Flip:
    at: float
    state: str | None
    reason: str | None
    since: float | None


@dataclass
class Simulation:
    """`answer(sent_at)` is the round-trip time of an echo, or None where no reply ever comes."""

    stream: EchoStream
    answer: Callable[[float], float | None]
    now: float = 0.0
    flips: list[Flip] = field(default_factory=list)
    confirm_echoes: int = 0
    _replies: list[tuple[float, int]] = field(default_factory=list)
    _echo_at: float = 0.0
    _confirm_at: float = 0.0

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while (next_at := self._next()) <= end:
            self.now = max(self.now, next_at)
            self._receive()
            self._note(self.stream.expire(self.now))
            if self.now >= self._echo_at:
                self._echo_at += self.stream.period_seconds
                self._send(confirm=False)
            if self.stream.confirm_echoes and self.now >= self._confirm_at:
                self._confirm_at = self.now + CONFIRM_SPACING_SECONDS
                self.confirm_echoes += 1
                self._send(confirm=True)
        self.now = end

    def _next(self) -> float:
        reply_at = self._replies[0][0] if self._replies else math.inf
        confirm_at = self._confirm_at if self.stream.confirm_echoes else math.inf
        return min(self._echo_at, reply_at, confirm_at, self.stream.deadline)

    def _receive(self) -> None:
        while self._replies and self._replies[0][0] <= self.now:
            received, sequence = heapq.heappop(self._replies)
            self._note(self.stream.reply(sequence, received))

    def _send(self, confirm: bool) -> None:
        sequence = self.stream.sequence
        self.stream.sent(self.now, confirm)
        rtt_seconds = self.answer(self.now)
        if rtt_seconds is not None:
            heapq.heappush(self._replies, (self.now + rtt_seconds, sequence))

    def _note(self, flipped: bool) -> None:
        if flipped:
            self.flips.append(Flip(self.now, self.stream.state, self.stream.reason, self.stream.since))
