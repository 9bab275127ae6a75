"""How much of something one agent may ask for: a token bucket. Sans-IO: time is a parameter."""


class Budget:
    """`at_most` at once, and `per_second` more as time passes."""

    __slots__ = ("_at", "_at_most", "_left", "_per_second")

    def __init__(self, at_most: float, per_second: float) -> None:
        self._at_most, self._per_second = at_most, per_second
        self._left, self._at = at_most, 0.0

    def ready_at(self, wanted: int, now: float) -> float:
        """The time at which so much is left, if nobody takes anything before."""
        self._pass(now)
        return now if wanted <= self._left else now + (wanted - self._left) / self._per_second

    def take(self, wanted: int, now: float) -> bool:
        """All of it or nothing."""
        self._pass(now)
        if wanted > self._left:
            return False
        self._left -= wanted
        return True

    def _pass(self, now: float) -> None:
        """A clock that is set back gives nothing at that moment, and holds nothing up afterwards."""
        self._left = min(self._at_most, self._left + max(0.0, now - self._at) * self._per_second)
        self._at = now
