"""The port of the next attempt: the broker's own, or the one to fall back to (443 passes firewalls). Pure."""

AGAIN_SECONDS = 600.0
"""So long the own port is left alone after it failed and the other worked."""


class BrokerPorts:
    """The two take turns until one works. After that the one that worked is the first again."""

    def __init__(self, port: int, fallback_port: int = 0) -> None:
        self._own = port
        self._other = fallback_port or port
        self._next = port
        self._failed_at = float("-inf")

    def next(self, now: float) -> int:
        """`now` is of any clock that runs on."""
        if self._next != self._own and now - self._failed_at > AGAIN_SECONDS:
            self._next = self._own
        return self._next

    def failed(self, port: int, now: float) -> None:
        """No connection came about at this port."""
        if port == self._own:
            self._failed_at = now
        self._next = self._other if port == self._own else self._own

    def worked(self, port: int) -> None:
        self._next = port
