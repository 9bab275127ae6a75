"""All that the working latency has for one transaction. Pure."""

from msgspec import Struct, field

DayKey = tuple[str, int]
"""A link, and the ordinal of a day of the city."""


class LatencyChanges(Struct, frozen=True):
    """`days` are packed. The store forgets what is older than `oldest`; None: as before."""

    days: dict[DayKey, bytes] = field(default_factory=dict)
    oldest: int | None = None

    def __bool__(self) -> bool:
        return bool(self.days or self.oldest is not None)

    def then(self, later: "LatencyChanges") -> "LatencyChanges":
        oldest = self.oldest if later.oldest is None else later.oldest
        return LatencyChanges(self.days | later.days, oldest)
