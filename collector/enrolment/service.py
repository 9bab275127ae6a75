"""The enrolment port, its desk and the keeper of the certificates, put together."""

import asyncio
from collections.abc import Callable, Container
from pathlib import Path

from collector.authority.folder import AuthorityFolder
from collector.authority.issued import IssuedCertificate
from collector.clock import SteadyClock
from collector.config import Authority
from collector.database.certificates import AuthorityBook
from collector.enrolment.app import enrolment_app
from collector.enrolment.desk import EnrolmentDesk
from collector.enrolment.keeper import ENROLMENT, AuthorityKeeper, OwnFile
from collector.enrolment.port import EnrolmentServer, enrolment_listener
from collector.intake.invitation_desk import InvitationDesk
from collector.intake.signing_desk import SigningDesk
from collector.inventory import City
from runtime.tasks import alongside


class EnrolmentService:
    """Opening raises BadAuthority, BadConfig and CannotEnrol. `on_revoked` is called in another thread."""

    def __init__(
        self,
        settings: Authority,
        book: AuthorityBook,
        sites: Callable[[], Container[str]],
        now: Callable[[], float],
        on_revoked: Callable[[list[IssuedCertificate]], None] = lambda revoked: None,
    ) -> None:
        self._settings, self._book = settings, book
        self.keeper = AuthorityKeeper(settings, book.record, now)
        self.keeper.look()
        desk = EnrolmentDesk(settings, book, lambda: self.keeper.authorities, sites, now, on_revoked)
        bound = enrolment_listener(settings.host, settings.port)
        self._port = EnrolmentServer(bound, enrolment_app(desk), self.keeper.path(ENROLMENT))
        self.keeper.on_renewed = self._renewed

    @property
    def newest_authority(self) -> str:
        """As in an Assignment."""
        return self.keeper.authorities.newest.id

    def desks(self, clock: SteadyClock, city: Callable[[], City]) -> tuple[InvitationDesk, SigningDesk]:
        """The desks at which admins invite, and hand in what they signed by hand."""
        settings, book, keeper = self._settings, self._book, self.keeper
        invitations = InvitationDesk(
            book, clock, city, lambda: keeper.authorities.newest.pin, settings.names[0], settings.port
        )
        terms = (settings.names, settings.agent_days, AuthorityFolder(Path(settings.directory)).save_crl)
        return invitations, SigningDesk(book, clock, city, lambda: keeper.authorities.cas, *terms)

    @property
    def turned_away(self) -> int:
        """The connections that there was no room for, since the start."""
        return self._port.turned_away

    async def run(self) -> None:
        """Until cancelled. Raises OSError where the port's certificate can't be read."""
        async with alongside(self._port.run(), self.keeper.run()):
            await asyncio.Event().wait()

    def _renewed(self, own: OwnFile) -> None:
        if own == ENROLMENT:
            self._port.renewed()
