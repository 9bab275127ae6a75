"""The one exception of every probe and of the network below it."""

from wire.probes import Reason
from wire.text import printable

MAX_DETAIL_CHARACTERS = 500


class Failed(Exception):
    """A measurement failed: a reason of the fixed set, a sentence for a person, and the values so far."""

    def __init__(self, reason: Reason, detail: str, values: dict[str, float] | None = None) -> None:
        self.detail = printable(detail, MAX_DETAIL_CHARACTERS)  # it may quote a server
        super().__init__(self.detail)
        self.reason = reason
        self.values = values or {}
