"""What every probe is: one coroutine that measures once and returns named values, or fails with a reason."""

from dataclasses import dataclass, field

from wire.probes import Reason
from wire.text import printable

MAX_DETAIL_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run of one probe. `at` is the boot clock in seconds; `reason` is "" where it succeeded."""

    kind: str
    target: str
    at: float
    values: dict[str, float]
    reason: str = ""
    row: str = ""
    info: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """What one run measured of one part of its target; `row` is "" for the target itself. `info` is text that
    becomes labels of the metrics that name it."""

    values: dict[str, float]
    row: str = ""
    info: dict[str, str] = field(default_factory=dict)


class Failed(Exception):
    """A measurement that did not succeed: the reason out of the fixed set, words for a person, and the values
    that were measured all the same."""

    def __init__(self, reason: Reason, detail: str, values: dict[str, float] | None = None) -> None:
        self.detail = printable(detail, MAX_DETAIL_CHARACTERS)  # a server's words may stand in it
        super().__init__(self.detail)
        self.reason = reason
        self.values = values or {}
