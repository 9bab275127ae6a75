"""How long to wait for a reply before the echo is lost."""

import math
from collections import deque

MIN_SECONDS = 0.25
MAX_SECONDS = 1.0
TIMES_P99 = 4
RECENT_REPLIES = 100
LEAST_REPLIES = 5
REPLIES_BETWEEN = 10


class LossTimeout:
    """Four times the 99th percentile of the last 100 round-trip times, within 0.25 and 1 s; at first 1 s.

    Late replies are learnt too: else a link that grew slow would be lost for ever.
    """

    def __init__(self) -> None:
        self.seconds = MAX_SECONDS
        self._recent: deque[float] = deque(maxlen=RECENT_REPLIES)
        self._wait = LEAST_REPLIES

    def learn(self, rtt_seconds: float) -> None:
        self._recent.append(rtt_seconds)
        self._wait -= 1
        if self._wait <= 0 or rtt_seconds > self.seconds:
            self._wait = REPLIES_BETWEEN
            ranked = sorted(self._recent)
            p99 = ranked[math.ceil(0.99 * len(ranked)) - 1]
            self.seconds = min(MAX_SECONDS, max(MIN_SECONDS, TIMES_P99 * p99))
