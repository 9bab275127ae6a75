"""The desk that sends fault reports to providers, from page, API and command line."""

import asyncio
from collections.abc import Callable

from collector.access import Visitor, audit_rows
from collector.changes import Changes
from collector.clock import SteadyClock
from collector.database.engine import StoreError
from collector.incidents import Action
from collector.intake.transactions import Transactions
from collector.inventory import City
from collector.notices.ticket import Ticket, TicketNotSent
from collector.notices.ticket_says import clock, says
from collector.notify import ticket_mail

ACTIONS_READ = 1000
"""The newest of an incident."""

ActionsOf = Callable[[str | None, int | None, int], list[Action]]


class TicketDesk:
    """It sends each report once to each provider, and records that. `actions` reads the store."""

    def __init__(
        self, pipeline: Transactions, clock: SteadyClock, city: Callable[[], City], actions: ActionsOf
    ) -> None:
        self._pipeline = pipeline
        self._clock = clock
        self._city = city
        self._actions = actions
        self._one_by_one = asyncio.Lock()

    async def send(self, ticket: Ticket, by: str, via: str, visitor: Visitor) -> None:
        """`via` is as in Action. Raises TicketNotSent and StoreUnavailable."""
        async with self._one_by_one:
            async with self._pipeline.reading():
                pass  # else a report would go out that nothing records
            await self._refuse_second(ticket)
            await ticket_mail.send(ticket, self._city())
            sent = Action(self._clock.now(), by, via, "sent ticket", ticket.incident, ticket.provider)
            try:
                await self._pipeline.transact(
                    lambda: Changes(actions=[sent], audit=audit_rows([sent], visitor))
                )
            except StoreError as error:
                told = says("not_recorded", ticket.language, provider=ticket.provider, why=error)
                raise TicketNotSent(told) from None

    async def _refuse_second(self, ticket: Ticket) -> None:
        for one in await asyncio.to_thread(self._actions, ticket.incident, None, ACTIONS_READ):
            if one.what == "sent ticket" and one.text == ticket.provider:
                known = {"by": one.by, "id": ticket.incident, "provider": ticket.provider}
                at = clock(one.at, self._city())
                raise TicketNotSent(says("sent_before", ticket.language, at=at, **known))
