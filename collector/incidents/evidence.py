"""Evidence about the city. Times are Unix seconds; a measurement without a time is no evidence."""

from typing import Literal

from msgspec import Struct

from collector.incidents.incident import Cause, Severity, Subject
from wire.report import Table

State = Literal["up", "down", "unknown"]


class ReportReceived(Struct, frozen=True, gc=False):
    """A report of an agent came in.

    `measured_at` is the time of its newest measurement; 0 if that is unknown. `received_at` is the time at
    which it came in, if the collector judges it later; None means now. `version` is the agent's.
    """

    agent: str
    measured_at: float
    received_at: float | None = None
    version: str = ""


class Finding(Struct, frozen=True, gc=False):
    """The result of one probe. It comes in whenever the target is not up, and when it is up first or again.

    `since` is the time at which the agent sent the first echo that showed it, or else `measured_at`. Late
    evidence is history: no notice follows from it. `status_code` is that of an HTTP answer with an unexpected
    status.
    """

    agent: str
    kind: str
    target: str
    state: State
    measured_at: float
    since: float
    reason: str = ""
    late: bool = False
    status_code: int | None = None


class ReportedValues(Struct, frozen=True, gc=False):
    """The values of a live report's table, `measured_at` the time of the report.

    An undefined value is absent or None.
    """

    agent: str
    measured_at: float
    table: Table


class Flip(Struct, frozen=True, gc=False):
    """An agent's echo stream went from up to down, or from down to up, by a live report.

    A confirm burst decides about each. One failed run of another probe is no change of state.
    """

    agent: str
    target: str
    at: float


class UpkeepSeen(Struct, frozen=True, gc=False):
    """A thing that needs upkeep, as it is at that time. `not_after` is the end of a certificate."""

    subject: Subject
    at: float
    bad: bool
    severity: Severity = "info"
    not_after: float | None = None


class Connected(Struct, frozen=True):
    """The collector has its connection to the broker."""


class Disconnected(Struct, frozen=True):
    """The collector lost its connection to the broker, and is blind."""


class Acknowledged(Struct, frozen=True):
    """A person took the incident in hand."""

    incident: str
    by: str
    note: str = ""


class Unacknowledged(Struct, frozen=True):
    """A person gave the incident back: nobody has it in hand now."""

    incident: str
    by: str


class Noted(Struct, frozen=True):
    """A person added a note to the incident."""

    incident: str
    by: str
    text: str


class CauseSet(Struct, frozen=True):
    """A person set the cause of the incident; "" takes it back."""

    incident: str
    by: str
    cause: Cause


ByPerson = Acknowledged | Unacknowledged | Noted | CauseSet
Evidence = ReportReceived | Finding | ReportedValues | Flip | UpkeepSeen | Connected | Disconnected | ByPerson
