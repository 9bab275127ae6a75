"""How much backlog may be under way: as much as is answered promptly. Pure.

A city that reconnects shares one collector. Backlog yields as soon as answers slow down, as RFC 6817 has it
for transfers that can wait: so the line at the collector stays short, and live reports stay live.
"""

TARGET_SECONDS = 1.0
AT_FIRST = 2.0


class Pace:
    """`reports` is between 1 and `at_most`: doubled with each round of prompt answers, then, once one was
    late, halved at each late one and a report more a round.
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
        elif self._slowed_at is None or sent >= self._slowed_at:  # what was sent before tells nothing new
            self._allowed = max(1.0, self._allowed / 2)
            self._slowed_at = now
