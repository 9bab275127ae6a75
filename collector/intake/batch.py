"""What goes from the socket to the store in one transaction, and the answers that may follow it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, get_args

from collector.city.state import Measured, StateChange
from collector.intake.marks import Marks
from wire.messages import Commit, Rejected
from wire.report import DropReason, Report

if TYPE_CHECKING:  # incidents are judged from a batch, and go into it
    from collector.backfill.unwritten import Unscraped
    from collector.incidents import Incident
    from collector.notify.document import Letter

OUTCOMES = ("live", "late", "duplicate", "presence", "refused")
REFUSALS = ("topic", "unknown_agent", "newer_version", "undecodable", "presence", "gaps", "failed")


class Message(NamedTuple):
    """As it came, `received` in Unix seconds. `retained`: the broker had kept it for who knows how long."""

    topic: str
    payload: bytes
    received: float
    retained: bool = False


class Taken(NamedTuple):
    """A report that the state took in, and what came of it: see state.Applied."""

    agent: str
    report: Report
    received: float
    late: bool
    transitions: list[StateChange]
    unseen: list[Measured]


class Quarantined(NamedTuple):
    """The beginning of a payload that can never be taken."""

    agent: str
    digest: str
    reason: str
    received: float
    payload: bytes


@dataclass(slots=True)
class AckDraft:
    """What an Ack will say of one stream."""

    hold: str = ""
    rejected: list[Rejected] = field(default_factory=list)
    echo: float | None = None
    received: float = 0.0
    past: Commit | None = None


@dataclass(slots=True)
class Batch:
    """What state took in, what one transaction writes, and whom to answer by (agent, stream)."""

    taken: list[Taken] = field(default_factory=list)
    marks: dict[tuple[str, str], Marks] = field(default_factory=dict)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    answers: dict[tuple[str, str], AckDraft] = field(default_factory=dict)
    incidents: "dict[str, Incident]" = field(default_factory=dict)
    letters: "list[Letter]" = field(default_factory=list)
    unwritten: "list[Unscraped]" = field(default_factory=list)

    def touch(self, marks: Marks) -> None:
        self.marks[marks.agent, marks.stream] = marks

    def answer(self, agent: str, stream: str) -> AckDraft:
        return self.answers.setdefault((agent, stream), AckDraft())

    def writes(self) -> bool:
        return any(
            (self.marks, self.forgotten, self.quarantined, self.incidents, self.letters, self.unwritten)
        )


@dataclass(slots=True)
class MessageCounts:
    """Since the program's start. `messages` by outcome; `refused` and `dropped_measurements` by reason."""

    messages: Counter[str] = field(default_factory=lambda: _zeros(OUTCOMES))
    refused: Counter[str] = field(default_factory=lambda: _zeros(REFUSALS))
    dropped_measurements: Counter[str] = field(default_factory=lambda: _zeros(get_args(DropReason)))
    unknown_fields: int = 0
    doubled_agents: int = 0


def _zeros(names: tuple[str, ...]) -> Counter[str]:
    """Told from the start: Prometheus sees no increase in a series that begins at 1."""
    return Counter(dict.fromkeys(names, 0))
