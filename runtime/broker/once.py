"""How much is said of a connection that comes and goes. Pure."""

REASONS_AT_MOST = 16


class Once:
    """Each reason of a loss once, until a connection has lasted; being connected once after each."""

    def __init__(self) -> None:
        self._reasons: set[str] = set()
        self._well_due = True

    def lost(self, reason: str, *, lasted: bool) -> bool:
        """Whether to say it; `lasted`: the connection that was lost had been up for a while."""
        if lasted:
            self._reasons.clear()
        if reason in self._reasons or len(self._reasons) >= REASONS_AT_MOST:
            return False
        self._reasons.add(reason)
        self._well_due = True
        return True

    def connected(self) -> bool:
        """Whether to say that it is."""
        due, self._well_due = self._well_due, False
        return due
