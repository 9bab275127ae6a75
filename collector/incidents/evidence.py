"""What the incidents are judged by. Times are Unix seconds; what can't be dated is no evidence."""

from typing import Literal

from msgspec import Struct

State = Literal["up", "down", "unknown"]


class Heard(Struct, frozen=True, gc=False):
    """A report of an agent came in; `measured_at` is its newest measurement.

    `received_at` is when that was, where it was not just now: a collector with much to do takes its time.
    """

    agent: str
    measured_at: float
    received_at: float | None = None


class Finding(Struct, frozen=True, gc=False):
    """What one probe found. Told whenever it is not up, and when it is up for the first time or again.

    `since` is when the first echo that showed it was sent; where nobody knows, `measured_at`. Late evidence
    is history: it never opens an incident that anyone is told of.
    """

    agent: str
    kind: str
    target: str
    state: State
    measured_at: float
    since: float
    reason: str = ""
    late: bool = False


class Connected(Struct, frozen=True):
    """The collector hears the broker."""


class Disconnected(Struct, frozen=True):
    """It doesn't, and is blind."""


class Acknowledged(Struct, frozen=True):
    """A person has taken the incident in hand."""

    incident: str
    by: str


Evidence = Heard | Finding | Connected | Disconnected | Acknowledged
