"""How often the log speaks of a connection that comes and goes. Sans-IO."""

from runtime.trouble import OncePerKey

REASONS_AT_MOST = 16


class Once:
    """The log says each reason of a loss once, until a connection has lasted; after each, one connection."""

    def __init__(self) -> None:
        self._reasons = OncePerKey(REASONS_AT_MOST)
        self._well_due = True

    def lost(self, reason: str, *, lasted: bool) -> bool:
        """Whether to say it; `lasted`: the connection that was lost had been up for a while."""
        if lasted:
            self._reasons.clear()
        new = self._reasons.first(reason)
        self._well_due = self._well_due or new
        return new

    def connected(self) -> bool:
        """Whether to say that it is."""
        due, self._well_due = self._well_due, False
        return due
