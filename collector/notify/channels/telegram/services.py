"""All that a chat may ask of the collector. collector/intake/chat_desk.py implements it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from collector.changes import HandledUpdate
from collector.incidents import ByPerson, Incident, Outcome
from collector.inventory import City
from collector.planned import MadeWindow, WantedWork

Handled = Mapping[str, HandledUpdate]
"""By bot the update that asks. It is stored in the transaction of its action, so no action happens twice."""


class DoneReply(Protocol):
    """See DeskReply."""

    @property
    def outcome(self) -> Outcome: ...

    @property
    def incident(self) -> Incident | None: ...

    @property
    def wider(self) -> Incident | None: ...


class ChatServices(Protocol):
    """Each method but the properties raises StoreUnavailable while nothing can be stored."""

    @property
    def city(self) -> City: ...

    def now(self) -> float: ...

    async def open_incidents(self) -> Sequence[Incident]: ...

    async def do(self, doing: ByPerson, via: str, handled: Handled) -> DoneReply: ...

    async def plan(self, wanted: WantedWork, by: str, via: str, handled: Handled) -> MadeWindow:
        """Raises BadWork."""
