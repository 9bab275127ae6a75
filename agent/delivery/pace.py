"""The pace limits the backlog in flight to the amount that the collector answers promptly. Sans-IO.

All agents of a city that reconnects share one collector. Backlog gives way as soon as answers slow down (as
in RFC 6817): the queue at the collector stays short, and live reports are not late.
"""

TARGET_SECONDS = 1.0
AT_FIRST = 2.0


class Pace:
    """`reports` is between 1 and `at_most`. It doubles with each round of prompt answers.

    A late answer halves it; after the first late answer it grows by one report a round.
    """

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self.start_over()

    def start_over(self) -> None:
        self._allowed = AT_FIRST
        self._slowed_at: float | None = None

    @property
    def reports(self) -> int:
        return int(self._allowed)

    def answered(self, sent: float, now: float) -> None:
        if now - sent <= TARGET_SECONDS:
            more = 1.0 if self._slowed_at is None else 1.0 / self._allowed
            self._allowed = min(self._at_most, self._allowed + more)
        elif self._slowed_at is None or sent >= self._slowed_at:  # an earlier sending says nothing new
            self._allowed = max(1.0, self._allowed / 2)
            self._slowed_at = now
