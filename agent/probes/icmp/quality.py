"""Loss, round-trip time and delay variation of a stream: an interval's values, and totals since the start."""

import statistics
from collections import deque
from dataclasses import dataclass

RTTS_KEPT = 1024


@dataclass(frozen=True, slots=True)
class Echoes:
    """An undefined value is None, never 0. Times are in seconds.

    Only echoes with a known fate count, so over any window the loss ratio (RFC 6673) is
    1 - Δreplies/Δrequests, exactly, and the mean round-trip time (RFC 2681) Δrtt_seconds/Δreplies. Delay
    variation is the mean |IPDV| of successive echoes that both came back (RFC 3393; RFC 5481 section 4.1).
    Minimum, median and maximum are of the interval's last 1,024 replies.
    """

    loss_ratio: float | None
    rtt_min_seconds: float | None
    rtt_median_seconds: float | None
    rtt_max_seconds: float | None
    delay_variation_seconds: float | None
    echo_requests_total: int
    echo_replies_total: int
    rtt_seconds_total: float


class Quality:
    """Echoes are numbered as they are sent, from 1: the next number is the next echo."""

    def __init__(self) -> None:
        self._requests = 0
        self._replies = 0
        self._rtt_seconds = 0.0
        self._last = (0, 0.0)
        self._taken = (0, 0)
        self._rtts: deque[float] = deque(maxlen=RTTS_KEPT)
        self._variation_seconds = 0.0
        self._variations = 0

    def lost(self) -> None:
        self._requests += 1

    def came_back(self, number: int, rtt_seconds: float) -> None:
        self._requests += 1
        self._replies += 1
        self._rtt_seconds += rtt_seconds
        self._rtts.append(rtt_seconds)
        last_number, last_rtt_seconds = self._last
        if 0 < last_number == number - 1:
            self._variation_seconds += abs(rtt_seconds - last_rtt_seconds)
            self._variations += 1
        self._last = (number, rtt_seconds)

    def take(self) -> Echoes:
        """The values since the last take."""
        requests, replies = self._requests - self._taken[0], self._replies - self._taken[1]
        rtts = self._rtts
        values = Echoes(
            loss_ratio=(requests - replies) / requests if requests else None,
            rtt_min_seconds=min(rtts, default=None),
            rtt_median_seconds=statistics.median(rtts) if rtts else None,
            rtt_max_seconds=max(rtts, default=None),
            delay_variation_seconds=self._variation_seconds / self._variations if self._variations else None,
            echo_requests_total=self._requests,
            echo_replies_total=self._replies,
            rtt_seconds_total=self._rtt_seconds,
        )
        self._taken = (self._requests, self._replies)
        self._rtts.clear()
        self._variation_seconds, self._variations = 0.0, 0
        return values
