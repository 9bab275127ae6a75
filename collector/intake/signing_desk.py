"""The desk at which admins hand in what they signed by hand: the authority's key is not at the collector."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from collector.access import Asker
from collector.authority.by_hand import NotAsAsked, list_as_asked, signed_as_asked
from collector.authority.ca import Ca
from collector.authority.invitation import SigningRequest
from collector.authority.issued import IssuedCertificate, Kind
from collector.clock import SteadyClock
from collector.database.certificates import AuthorityBook
from collector.inventory import City


class NoSuchRequest(ValueError):
    """No request with this key waits. One line for a person."""


class WorkByHand(NamedTuple):
    """All that a person needs for signing. `revoked` are those that each authority's list has to name."""

    authorities: Sequence[Ca]
    requests: list[SigningRequest]
    revoked: list[IssuedCertificate]


class SigningDesk:
    """Everything here raises StoreError and BadAuthority. `authorities` are the oldest first.

    `addresses` are those that a certificate of this kind has to name, `days` is the life of a certificate.
    `keep_list` writes a list and its canary; `on_change` learns that something was signed.
    """

    def __init__(
        self,
        book: AuthorityBook,
        clock: SteadyClock,
        city: Callable[[], City],
        authorities: Callable[[], Sequence[Ca]],
        addresses: Callable[[Kind], list[str]],
        days: float,
        keep_list: Callable[[Ca, bytes, bytes], None],
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._book = book
        self._clock = clock
        self._city = city
        self._authorities = authorities
        self.addresses = addresses
        self._on_change = on_change
        self._keep_list = keep_list
        self.days = days

    async def work(self) -> WorkByHand:
        return await asyncio.to_thread(self._work)

    async def hand_in(self, key: str, pem: str, asker: Asker) -> IssuedCertificate:
        """The certificate for the request of this key. Raises NoSuchRequest and NotAsAsked."""
        issued = await asyncio.to_thread(self._hand_in, key, pem, asker)
        self._on_change()
        return issued

    async def refuse(self, key: str, asker: Asker) -> SigningRequest:
        """The request waits no longer. Raises NoSuchRequest."""
        return await asyncio.to_thread(self._refuse, key, asker)

    async def hand_in_list(self, pem: str, canary: str, asker: Asker) -> Ca:
        """A list of revoked certificates, with its canary. Raises NotAsAsked."""
        signer = await asyncio.to_thread(self._hand_in_list, pem, canary, asker)
        self._on_change()
        return signer

    def _work(self) -> WorkByHand:
        authorities, now = self._authorities(), self._clock.now()
        revoked = [one for ca in authorities for one in self._book.revoked(ca.id, now)]
        return WorkByHand(authorities, self._book.requests(), revoked)

    def _hand_in(self, key: str, pem: str, asker: Asker) -> IssuedCertificate:
        asked, now = self._waiting(key), self._clock.now()
        if asked.kind == "agent" and asked.name not in self._city().sites:
            raise NotAsAsked(f"{asked.name} is not in the inventory; refuse the request")
        issued = signed_as_asked(pem, asked, self._authorities(), now, self.days, asker.by)
        if self._book.of_serial(issued.serial) is not None:
            raise NotAsAsked("the serial number of the certificate is in use; sign again")
        self._book.answer(key, issued, asker.row(now, "sign certificate", asked.name, asked.kind))
        return issued

    def _refuse(self, key: str, asker: Asker) -> SigningRequest:
        asked, now = self._waiting(key), self._clock.now()
        self._book.answer(key, None, asker.row(now, "refuse request", asked.name, asked.kind))
        return asked

    def _hand_in_list(self, pem: str, canary: str, asker: Asker) -> Ca:
        work, now = self._work(), self._clock.now()
        signer, made = list_as_asked(
            pem.encode(), canary.encode(), work.authorities, work.revoked, now, asker.by
        )
        self._book.record(made)
        self._keep_list(signer, pem.encode(), canary.encode())
        self._book.note(asker.row(now, "sign revocation list", f"authority {signer.number}"))
        return signer

    def _waiting(self, key: str) -> SigningRequest:
        for one in self._book.requests():
            if one.key == key:
                return one
        raise NoSuchRequest(f"no request {key[:16]} waits; see /api/signing-requests")
