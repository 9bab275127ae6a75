"""One look at all evidence at one time."""

from dataclasses import dataclass, field

from collector.incidents.incident import Subject


@dataclass(slots=True)
class Review:
    """`confirmed` are incidents that present evidence supports: only they may be announced.

    `look_again_at` is the next time at which something may change without new evidence.
    """

    now: float
    look_again_at: float = float("inf")
    confirmed: set[Subject] = field(default_factory=set)

    def again(self, at: float) -> None:
        self.look_again_at = min(self.look_again_at, at)
