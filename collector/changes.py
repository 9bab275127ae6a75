"""All that one transaction writes. Each part of the collector returns its own; the pipeline adds them up."""

from dataclasses import dataclass, field
from typing import NamedTuple

from collector.access import AccessChanges, AuditRow
from collector.city.unscraped import Unscraped
from collector.incidents import Action, Incident
from collector.latency import LatencyChanges
from collector.notices.document import Letter
from collector.past import PastChanges
from collector.planned import MadeWindow
from collector.streams.ingestion import Ingestion, Quarantined
from collector.streams.marks import Marks


class HandledUpdate(NamedTuple):
    """The number of an update of Telegram, and the time at which it was handled."""

    number: int
    at: float


@dataclass(slots=True)
class Changes:
    """`marks` are by agent and stream, `forgotten` such keys; `incidents` are by id, each as it is now.

    `windows` are by id those that people made or ended. `telegram_updates` are by bot the newest update of
    Telegram that is handled. `audit` has a row for each change that a person or a program of people makes.
    """

    marks: dict[tuple[str, str], Marks] = field(default_factory=dict)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    incidents: dict[str, Incident] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    unscraped: list[Unscraped] = field(default_factory=list)
    windows: dict[str, MadeWindow] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    telegram_updates: dict[str, HandledUpdate] = field(default_factory=dict)
    past: PastChanges = field(default_factory=PastChanges)
    access: AccessChanges = field(default_factory=AccessChanges)
    audit: list[AuditRow] = field(default_factory=list)
    latency: LatencyChanges = field(default_factory=LatencyChanges)

    @classmethod
    def of(cls, ingestion: Ingestion) -> "Changes":
        return cls(ingestion.marks, ingestion.forgotten, ingestion.quarantined)

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return any(getattr(self, part) for part in self.__slots__)

    def then(self, later: "Changes") -> "Changes":
        """Both, in this order: of one stream or one incident the later state stays."""
        return Changes(
            self.marks | later.marks,
            self.forgotten + later.forgotten,
            self.quarantined + later.quarantined,
            self.incidents | later.incidents,
            self.letters + later.letters,
            self.unscraped + later.unscraped,
            self.windows | later.windows,
            self.actions + later.actions,
            self.telegram_updates | later.telegram_updates,
            self.past.then(later.past),
            self.access.then(later.access),
            self.audit + later.audit,
            self.latency.then(later.latency),
        )
