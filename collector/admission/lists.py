"""The lists of revoked certificates, one of each authority (RFC 5280, section 5), and the canary.

A list that ended locks everybody out (measured with Mosquitto 2.0.11), so a new one is made each day. Each
names a canary: a certificate that was made to be revoked. Once the broker refuses it, the list is in force.
"""

import ssl
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from msgspec.structs import replace

from collector.authority.ca import Ca
from collector.authority.folder import AuthorityFolder
from collector.authority.issued import CANARY, IssuedCertificate
from collector.authority.keys import new_key, private_pem

LIST_DAYS = 30.0
RENEWED_AFTER_SECONDS = 86400.0
CANARY_DAYS = 2.0


class RevocationList(NamedTuple):
    """`serials` are in hex. Times are in Unix seconds."""

    serials: frozenset[str]
    made_at: float
    ends: float


Revoked = Callable[[str], Sequence[IssuedCertificate]]
"""The revoked certificates of the authority with this id that have not ended."""


class RevocationLists:
    """`record` writes the book; `revoked` reads it, or is None: then only a list that is missing is made."""

    def __init__(
        self,
        folder: AuthorityFolder,
        record: Callable[[IssuedCertificate], None],
        revoked: Revoked | None,
        now: Callable[[], float],
    ) -> None:
        self._folder = folder
        self._record = record
        self._revoked = revoked
        self._now = now

    @property
    def canary_file(self) -> Path:
        """Key and certificate of the canary that the newest list names."""
        return self._folder.canary_file

    def current(self, authorities: Sequence[Ca]) -> bytes:
        """The lists of all, in PEM; none of an authority that a person signs for and has not.

        Raises BadAuthority, BadKey, OSError and StoreError.
        """
        lists, anew = list[bytes](), False
        for ca in authorities:  # the newest last: an older one's canary would outlive it
            held = self._folder.crl(ca)
            lists.append(self._current(ca, held, anew))
            anew = anew or lists[-1] != held
        return b"".join(lists)

    def ends(self, authorities: Sequence[Ca]) -> float | None:
        """The end of the list that ends first; None where one is missing. Raises BadAuthority."""
        lists = [read_list(self._folder.crl(ca)) for ca in authorities]
        return min((one.ends for one in lists if one), default=None) if all(lists) else None

    def _current(self, ca: Ca, held: bytes, anew: bool) -> bytes:
        revoked = [] if self._revoked is None else self._revoked(ca.id)
        if ca.key is None or not (anew or self._is_due(read_list(held), revoked)):
            return held
        now = self._now()
        named = [*revoked, self._new_canary(ca, now)]
        made = ca.crl(named, now, LIST_DAYS, number=int(now))
        self._folder.save_crl(ca, made)
        return made

    def _is_due(self, held: RevocationList | None, revoked: Sequence[IssuedCertificate]) -> bool:
        if held is None:
            return True
        if self._revoked is None:
            return False
        old = not 0 <= self._now() - held.made_at < RENEWED_AFTER_SECONDS
        return old or not {one.serial for one in revoked} <= held.serials

    def _new_canary(self, ca: Ca, now: float) -> IssuedCertificate:
        key = new_key()
        made = ca.issue("canary", CANARY, key.public_key(), now, CANARY_DAYS, "the collector")
        canary = replace(made, revoked_at=now, revoked_why="it shows whether the broker has the newest list")
        self._record(canary)
        pem = private_pem(key) + ssl.DER_cert_to_PEM_cert(canary.der).encode()
        self._folder.save_canary(pem)
        return canary


def read_list(pem: bytes) -> RevocationList | None:
    """None for what is none."""
    try:
        made = x509.load_pem_x509_crl(pem)
        ends = made.next_update_utc
        if ends is None:
            return None
        number = made.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        serials = frozenset(f"{one.serial_number:x}" for one in made)
    except (ValueError, x509.ExtensionNotFound):
        return None
    return RevocationList(serials, float(number), ends.timestamp())
