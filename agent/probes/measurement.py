"""The result of a probe: named values, for its target and for each part of it."""

from dataclasses import dataclass, field


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
    period_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one run for one part of its target; `row` is "" for the target itself.

    `info` is text that becomes labels of the metrics that name it. `period_seconds` is the time between two
    such runs, 0 if that is the probe's own period.
    """

    values: dict[str, float]
    row: str = ""
    info: dict[str, str] = field(default_factory=dict)
    period_seconds: float = 0.0
