"""How often the log says a thing that lasts or comes again. Sans-IO: the caller writes the log."""

from collections.abc import Hashable


class Trouble:
    """The log says once that a trouble began and once that it ended.

    `reason` is the newest, "" while there is no trouble.
    """

    def __init__(self) -> None:
        self.reason = ""

    def began(self, reason: str) -> bool:
        """Whether to say it: there was no trouble before."""
        new, self.reason = not self.reason, reason
        return new

    def ended(self) -> bool:
        """Whether to say it: there was a trouble until now."""
        was, self.reason = bool(self.reason), ""
        return was


class OncePerKey:
    """The log says a thing once for each key, and for at most so many keys, until `clear`."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._keys: set[Hashable] = set()

    def first(self, key: Hashable) -> bool:
        """Whether to say it."""
        if key in self._keys or len(self._keys) >= self._at_most:
            return False
        self._keys.add(key)
        return True

    def clear(self) -> None:
        self._keys.clear()
