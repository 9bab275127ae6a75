"""The desk at which admins invite sites: a code that one box can use once, within a day."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from collector.access import Asker
from collector.authority.invitation import Invitation, invite, new_secret
from collector.clock import SteadyClock
from collector.database.certificates import AuthorityBook
from collector.inventory import City
from wire.code import Code, write_code


class NoSuchSite(ValueError):
    """The inventory has no such site. One line for a person."""


class Invited(NamedTuple):
    """`code` is in no other place: the store has a digest of it alone.

    `present_ends` is the end of the certificate that the site has already, None where it has none.
    """

    invitation: Invitation
    code: str
    present_ends: float | None


class InvitationDesk:
    """An invitation is stored before a person gets its code.

    `host` and `port` are where boxes reach the enrolment port; `pin` is of the newest authority.
    Everything here raises StoreError.
    """

    def __init__(
        self,
        book: AuthorityBook,
        clock: SteadyClock,
        city: Callable[[], City],
        pin: Callable[[], bytes],
        host: str,
        port: int,
    ) -> None:
        self._book = book
        self._clock = clock
        self._city = city
        self._pin = pin
        self._host = host
        self._port = port

    async def invite(self, site: str, asker: Asker) -> Invited:
        """The open invitation of the same site is withdrawn. Raises NoSuchSite and BadAuthority."""
        if site not in self._city().sites:
            raise NoSuchSite(f"site: {site}: the inventory has no such site; add it there first")
        secret, now = new_secret(), self._clock.now()
        code = write_code(Code(self._host, self._port, await asyncio.to_thread(self._pin), secret))
        made = invite(site, secret, now, asker.by)
        await asyncio.to_thread(self._book.invite, made, asker.row(now, "invite", site))
        return Invited(made, code, await asyncio.to_thread(self._present_ends, site, now))

    def _present_ends(self, site: str, now: float) -> float | None:
        every = self._book.certificates("agent", site)
        return max((one.ends for one in every if not one.is_revoked and one.ends > now), default=None)

    async def withdraw(self, site: str, asker: Asker) -> bool:
        """False: the site has no open invitation."""
        now = self._clock.now()
        row = asker.row(now, "withdraw invitation", site)
        return await asyncio.to_thread(self._book.withdraw, site, now, row)

    async def since(self, at: float) -> list[Invitation]:
        """Those that were made since, the newest first."""
        return await asyncio.to_thread(self._book.invitations, at)
