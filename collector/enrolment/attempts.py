"""How many failed attempts an address has, and all together. Sans-IO; bounded."""

from collections import Counter, deque

from collector.enrolment.sender import PROXY

HOUR_SECONDS = 3600.0
PER_SENDER = 10
IN_ALL = 1000


class Attempts:
    """A sender that failed `PER_SENDER` times within an hour has to wait; so has everybody after `IN_ALL`.

    Those behind a proxy can't be told apart, so only the second limit holds for them.
    """

    def __init__(self, per_sender: int = PER_SENDER, in_all: int = IN_ALL) -> None:
        self._per_sender = per_sender
        self._in_all = in_all
        self._failed: deque[tuple[float, str]] = deque()
        self._of_sender: Counter[str] = Counter()

    def too_many(self, sender: str, now: float) -> bool:
        self._forget(now)
        if len(self._failed) >= self._in_all:
            return True
        return sender != PROXY and self._of_sender[sender] >= self._per_sender

    def failed(self, sender: str, now: float) -> None:
        if len(self._failed) >= self._in_all:
            self._forget_oldest()
        self._failed.append((now, sender))
        self._of_sender[sender] += 1

    def _forget(self, now: float) -> None:
        """A clock that was set back must not lock anybody out for longer than an hour."""
        while self._failed and not 0 <= now - self._failed[0][0] < HOUR_SECONDS:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, sender = self._failed.popleft()
        self._of_sender[sender] -= 1
        if not self._of_sender[sender]:
            del self._of_sender[sender]
