"""The desk takes in what people do with incidents, from page, API, command line and chat."""

from typing import NamedTuple

from collector.access import Visitor, audit_rows
from collector.changes import Changes
from collector.clock import SteadyClock
from collector.incidents import ByPerson, Incident, Outcome
from collector.intake.transactions import Transactions
from collector.intake.watch import Watch


class DeskReply(NamedTuple):
    """`incident` is as the store has it now; None if there is none.

    `wider` is the incident that took it in, perhaps in this very transaction. It is not in hand by that.
    """

    outcome: Outcome
    incident: Incident | None
    wider: Incident | None = None


class Desk:
    """Each thing that a person does is decided and stored in one transaction, and only then answered."""

    def __init__(self, watch: Watch, pipeline: Transactions, clock: SteadyClock) -> None:
        self._watch = watch
        self._pipeline = pipeline
        self._clock = clock

    async def do(
        self, doing: ByPerson, via: str, also: Changes | None = None, visitor: Visitor | None = None
    ) -> DeskReply:
        """`via` is as in Action. `also` is stored in the same transaction, whatever the outcome.

        A chat has no `visitor`.

        Raises StoreUnavailable while nothing can be stored.
        """
        found: Outcome = "unknown"

        def decide() -> Changes:
            nonlocal found
            found, changes = self._watch.do(doing, via, self._clock.now())
            changes = changes.then(Changes(audit=audit_rows(changes.actions, visitor)))
            return changes.then(also or Changes())

        async with self._pipeline.reading():
            pass  # else the person would wait for as long as the store is away
        await self._pipeline.transact(decide)
        return self._reply(found, doing.incident)

    def _reply(self, found: Outcome, id: str) -> DeskReply:
        incident = wider = self._watch.incidents.get(id)
        while wider is not None and wider.status == "merged":
            wider = self._watch.incidents.get(wider.merged_into)
        return DeskReply(found, incident, None if wider is incident else wider)
