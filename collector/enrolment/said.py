"""How often the journal says that somebody is refused, since anybody may ask. Sans-IO."""

from runtime.trouble import OncePerKey

HOUR_SECONDS = 3600.0
LINES_AN_HOUR = 200


class Said:
    """Once an hour for each sender and reason, and at most so many lines for all."""

    def __init__(self) -> None:
        self._lines = OncePerKey(LINES_AN_HOUR)
        self._since = 0.0

    def first(self, sender: str, reason: str, now: float) -> bool:
        """Whether to say it."""
        if not 0 <= now - self._since < HOUR_SECONDS:
            self._lines.clear()
            self._since = now
        return self._lines.first((sender, reason))
