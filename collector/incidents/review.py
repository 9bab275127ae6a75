"""One look at everything: at what time, what it confirmed, and when to look again."""

from dataclasses import dataclass, field

from collector.incidents.incident import Subject


@dataclass(slots=True)
class Review:
    """`confirmed` are the open incidents that evidence of now supports: only they may be announced."""

    now: float
    look_again_at: float = float("inf")
    confirmed: set[Subject] = field(default_factory=set)

    def again(self, at: float) -> None:
        self.look_again_at = min(self.look_again_at, at)
