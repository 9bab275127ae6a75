"""The desk at which admins revoke certificates, and hand the city over to a new authority."""

import asyncio
from collections.abc import Callable, Collection
from typing import NamedTuple

from collector.access import Asker
from collector.admission.doorkeeper import Doorkeeper
from collector.authority.ca import Ca
from collector.authority.issued import IssuedCertificate, Kind
from collector.database.certificates import AuthorityBook
from collector.enrolment.keeper import AuthorityKeeper

OWN_KINDS: tuple[Kind, ...] = ("collector", "broker", "enrolment", "web")


class NothingToRevoke(ValueError):
    """No certificate that counts has this name or number. One line for a person."""


class AuthorityBusy(ValueError):
    """The step makes no sense now. One line for a person."""


class AuthorityStanding(NamedTuple):
    """One authority. `agents` is how many sites have their newest certificate from it."""

    number: int
    id: str
    ends: float
    has_key: bool
    agents: int


class StandingOfAuthority(NamedTuple):
    """`behind` are sites whose newest certificate is of an older authority than the one that signs.

    `list_ends` is the end of the newest list of revoked certificates that the broker has, None before the
    first look. `own` are the newest certificates of the control room.
    """

    authorities: list[AuthorityStanding]
    signing: int
    behind: list[str]
    barred: list[str]
    list_in_force: bool
    list_ends: float | None
    own: list[IssuedCertificate]


class AuthorityDesk:
    """Everything here raises StoreError and BadAuthority."""

    def __init__(
        self,
        keeper: AuthorityKeeper,
        doorkeeper: Doorkeeper,
        book: AuthorityBook,
        sites: Callable[[], Collection[str]],
        now: Callable[[], float],
    ) -> None:
        self._keeper = keeper
        self._doorkeeper = doorkeeper
        self._book = book
        self._sites = sites
        self._now = now

    async def revoke(self, which: str, why: str, asker: Asker) -> list[IssuedCertificate]:
        """All certificates of an agent, or one by its serial number. Raises NothingToRevoke."""
        revoked = await asyncio.to_thread(self._revoke, which, why, asker)
        self._doorkeeper.revoked(revoked)
        return revoked

    async def standing(self) -> StandingOfAuthority:
        return await asyncio.to_thread(self._standing)

    async def add(self, asker: Asker) -> Ca:
        """The next authority. Raises AuthorityBusy and BadKey."""
        made = await asyncio.to_thread(self._add, asker)
        self._doorkeeper.changed()
        return made

    async def retire(self, asker: Asker) -> list[Ca]:
        """The older authorities are believed no more. Raises AuthorityBusy."""
        retired = await asyncio.to_thread(self._retire, asker)
        self._doorkeeper.changed()
        return retired

    def _revoke(self, which: str, why: str, asker: Asker) -> list[IssuedCertificate]:
        now = self._now()
        every = self._book.certificates("agent", which)
        found = every or [one for one in [self._book.of_serial(which)] if one is not None]
        if all(one.is_revoked for one in found):  # an ended one still renews
            raise NothingToRevoke(
                f"{which}: no agent and no serial number of a certificate that counts; see"
                " pantau-collector agents"
            )
        row = asker.row(now, "revoke certificate", found[0].name, why)
        if every:
            return self._book.revoke_agent(which, now, why, row)
        return self._book.revoke([one.serial for one in found], now, why, row)

    def _standing(self) -> StandingOfAuthority:
        authorities, now = self._keeper.authorities, self._now()
        newest = newest_of_each(self._book.certificates("agent", ending_after=now), now)
        at = {site: newest[site].authority for site in self._sites() if site in newest}
        behind = sorted(site for site, id in at.items() if id != authorities.signing.id)
        own = [one for kind in OWN_KINDS for one in self._book.certificates(kind)[:1]]
        return StandingOfAuthority(
            [
                AuthorityStanding(
                    ca.number, ca.id, ca.ends, ca.key is not None, list(at.values()).count(ca.id)
                )
                for ca in authorities.cas
            ],
            authorities.signing.number,
            behind,
            sorted(self._doorkeeper.barred),
            self._doorkeeper.in_force,
            self._doorkeeper.list_in_force_ends,
            own,
        )

    def _add(self, asker: Asker) -> Ca:
        keeper = self._keeper
        if keeper.newest.number != keeper.signing.number:
            raise AuthorityBusy(
                f"authority {keeper.newest.number} waits until the broker believes it; see that"
                " pantau-broker.path and pantau-broker.service run"
            )
        made = keeper.add_newest()
        self._book.note(asker.row(self._now(), "new authority", f"authority {made.number}"))
        return made

    def _retire(self, asker: Asker) -> list[Ca]:
        retired = self._keeper.retire_older()
        if not retired:
            raise AuthorityBusy("there is no older authority to retire")
        numbers = ", ".join(str(ca.number) for ca in retired)
        self._book.note(asker.row(self._now(), "retire authority", f"authority {numbers}"))
        return retired


def newest_of_each(certificates: Collection[IssuedCertificate], now: float) -> dict[str, IssuedCertificate]:
    """By name, of those that count. `certificates` come newest first."""
    found: dict[str, IssuedCertificate] = {}
    for one in certificates:
        if not one.is_revoked and one.ends > now:
            found.setdefault(one.name, one)
    return found
