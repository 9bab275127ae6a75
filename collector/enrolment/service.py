"""The enrolment port, its desk and the keeper of the certificates, put together."""

import asyncio
from collections.abc import Callable, Container

from collector.authority.issued import IssuedCertificate
from collector.config import Authority
from collector.database.certificates import AuthorityBook
from collector.enrolment.app import enrolment_app
from collector.enrolment.desk import EnrolmentDesk
from collector.enrolment.keeper import ENROLMENT, AuthorityKeeper, OwnFile
from collector.enrolment.port import EnrolmentServer, enrolment_listener
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
        self.keeper = AuthorityKeeper(settings, book, now)
        self.keeper.look()
        desk = EnrolmentDesk(settings, book, lambda: self.keeper.authorities, sites, now, on_revoked)
        bound = enrolment_listener(settings.host, settings.port)
        self._port = EnrolmentServer(bound, enrolment_app(desk), self.keeper.path(ENROLMENT))
        self.keeper.on_renewed = self._renewed

    @property
    def newest_authority(self) -> str:
        """As in an Assignment."""
        return self.keeper.authorities.newest.id

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
