"""The enrolment port, its desk and the keeper of the certificates, put together."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import TypeVar

from collector.admission.doorkeeper import Doorkeeper
from collector.authority.folder import AuthorityFolder
from collector.clock import SteadyClock
from collector.config import Authority
from collector.database.certificates import AuthorityBook
from collector.enrolment.app import enrolment_app
from collector.enrolment.authority_desk import AuthorityDesk
from collector.enrolment.by_hand import ByHand
from collector.enrolment.desk import EnrolmentDesk
from collector.enrolment.keeper import ENROLMENT, WEB, AuthorityKeeper, OwnFile
from collector.enrolment.port import EnrolmentServer, enrolment_listener
from collector.intake.invitation_desk import InvitationDesk
from collector.intake.signing_desk import SigningDesk
from collector.inventory import City
from runtime.broker.settings import Broker
from runtime.broker.validity import file_ends
from runtime.tasks import alongside

T = TypeVar("T")


class EnrolmentService:
    """Opening raises StoreError, BadAuthority, BadConfig and CannotEnrol. It bars who is barred.

    `on_barred` learns of which agents nothing is to be taken, `on_new_authority` that another one signs.
    """

    def __init__(
        self,
        settings: Authority,
        book: AuthorityBook,
        sites: Callable[[], Collection[str]],
        now: Callable[[], float],
        broker: Broker,
        on_barred: Callable[[frozenset[str]], None],
        on_new_authority: Callable[[], Awaitable[None]],
    ) -> None:
        self._settings, self._book = settings, book
        by_hand = ByHand(Path(settings.directory), book)
        self.keeper = AuthorityKeeper(settings, book.record, now, lambda id: book.revoked(id, now()), by_hand)
        self.keeper.look()
        self.doorkeeper = Doorkeeper(
            broker,
            self.keeper,
            lambda: book.certificates("agent", ending_after=now()),
            now,
            on_barred,
            on_new_authority,
        )
        self.doorkeeper.remember()
        self.desk = AuthorityDesk(self.keeper, self.doorkeeper, book, sites, now)
        self._loop: asyncio.AbstractEventLoop | None = None
        desk = EnrolmentDesk(
            settings,
            book,
            lambda: self.keeper.authorities,
            sites,
            now,
            lambda revoked: self._from_thread(self.doorkeeper.revoked, revoked),
            lambda agent: self._from_thread(self.doorkeeper.issued, agent),
        )
        bound = enrolment_listener(settings.host, settings.port)
        self._port = EnrolmentServer(
            bound, enrolment_app(desk), self.keeper.path(ENROLMENT), settings.fallback_port != 0
        )
        self.keeper.on_renewed = self._renewed

    @property
    def signing_authority(self) -> str:
        """As in an Assignment."""
        return self.keeper.signing.id

    def desks(self, clock: SteadyClock, city: Callable[[], City]) -> tuple[InvitationDesk, SigningDesk]:
        """The desks at which admins invite, and hand in what they signed by hand."""
        settings, book, keeper = self._settings, self._book, self.keeper
        invitations = InvitationDesk(
            book, clock, city, lambda: keeper.signing.pin, settings.names[0], settings.port
        )
        folder, changed = AuthorityFolder(Path(settings.directory)), self.doorkeeper.changed
        terms = (keeper.addresses, settings.agent_days, folder.save_list, changed)
        return invitations, SigningDesk(book, clock, city, lambda: keeper.authorities.cas, *terms)

    def ends(self) -> dict[str, float | None]:
        """Of the list that the broker has, and of two servers' certificates, by name. It reads files."""
        ends: dict[str, float | None] = {"revocation list": self.doorkeeper.list_in_force_ends}
        return ends | {own.kind: file_ends(str(self.keeper.path(own))) for own in (ENROLMENT, WEB)}

    @property
    def turned_away(self) -> int:
        """The connections that there was no room for, since the start."""
        return self._port.turned_away

    async def run(self) -> None:
        """Until cancelled."""
        self._loop = asyncio.get_running_loop()
        async with alongside(self._port.run(), self.doorkeeper.run()):
            await asyncio.Event().wait()

    def _from_thread(self, call: Callable[[T], None], argument: T) -> None:
        """The port has a thread of its own; the doorkeeper lives in the collector's loop."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(call, argument)

    def _renewed(self, own: OwnFile) -> None:
        if own == ENROLMENT:
            self._port.renewed()
