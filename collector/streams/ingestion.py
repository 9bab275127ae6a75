"""The decisions of the ingest about messages that came in together."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple, get_args

from msgspec import Struct

from collector.city.taken import Taken
from collector.streams.marks import Marks
from wire.messages import Commit, Rejected
from wire.report import DropReason

OUTCOMES = ("live", "late", "duplicate", "presence", "refused")
REFUSALS = (
    "topic",
    "unknown_agent",
    "revoked",
    "newer_version",
    "undecodable",
    "presence",
    "gaps",
    "failed",
)


class Message(NamedTuple):
    """`received` is Unix seconds, or those of the boot clock while the message waits in the inbox.

    `retained`: the broker had kept the message, nobody knows for how long.
    """

    topic: str
    payload: bytes
    received: float
    retained: bool = False


class Quarantined(Struct, frozen=True):
    """The beginning of a payload that can never be taken."""

    agent: str
    digest: str
    reason: str
    received: float
    payload: bytes


@dataclass(slots=True)
class AckDraft:
    """The answer about one stream, which becomes an Ack."""

    hold: str = ""
    rejected: list[Rejected] = field(default_factory=list)
    echo: float | None = None
    received: float = 0.0
    past: Commit | None = None


@dataclass(slots=True)
class Ingestion:
    """The reports that the state took in, the marks that changed, and the answers by (agent, stream)."""

    taken: list[Taken] = field(default_factory=list)
    marks: dict[tuple[str, str], Marks] = field(default_factory=dict)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    answers: dict[tuple[str, str], AckDraft] = field(default_factory=dict)

    def touch(self, marks: Marks) -> None:
        self.marks[marks.agent, marks.stream] = marks

    def answer(self, agent: str, stream: str) -> AckDraft:
        return self.answers.setdefault((agent, stream), AckDraft())


@dataclass(slots=True)
class MessageCounts:
    """Since the program's start. `messages` by outcome; `refused` and `dropped_measurements` by reason."""

    messages: Counter[str] = field(default_factory=lambda: _zeros(OUTCOMES))
    refused: Counter[str] = field(default_factory=lambda: _zeros(REFUSALS))
    dropped_measurements: Counter[str] = field(default_factory=lambda: _zeros(get_args(DropReason)))
    unknown_fields: int = 0
    doubled_agents: int = 0


def _zeros(names: tuple[str, ...]) -> Counter[str]:
    """Each name is there from the start: Prometheus sees no increase in a series that begins at 1."""
    return Counter(dict.fromkeys(names, 0))
