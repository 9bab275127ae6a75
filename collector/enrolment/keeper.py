"""Keeps the control room's own certificates good: it makes them, and renews them before they end."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from collector.admission.acl import acl
from collector.admission.files import ACL, CERTIFICATE, CRL, STAMP, TRUST, write_files
from collector.admission.files import held as _held
from collector.admission.lists import RevocationLists, Revoked
from collector.authority.ca import Ca, make_ca
from collector.authority.folder import AuthorityFolder, BadAuthority
from collector.authority.issued import IssuedCertificate, Kind
from collector.authority.keys import BadKey
from collector.authority.own import is_due, make_own
from collector.config import WEB_FILE, Authority
from collector.database.engine import StoreError
from collector.enrolment.authorities import Authorities, authorities_in
from collector.enrolment.by_hand import ByHand
from runtime.files.writing import PRIVATE, write_whole
from runtime.trouble import OncePerKey

log = logging.getLogger(__name__)

TROUBLES_KEPT = 16


class OwnFile(NamedTuple):
    """`file` is relative to the authority's directory. A server's has the names of [authority]."""

    file: str
    kind: Kind
    name: str


COLLECTOR = OwnFile("collector.pem", "collector", "_collector")
ENROLMENT = OwnFile("enrolment.pem", "enrolment", "pantau enrolment")
BROKER = OwnFile("broker/broker.pem", "broker", "pantau broker")
WEB = OwnFile(WEB_FILE, "web", "pantau web")
OWN = (COLLECTOR, ENROLMENT, BROKER, WEB)


LOOPBACK = ("localhost", "127.0.0.1")


class AuthorityKeeper:
    """`record` writes the book, `revoked` reads it (None: no list of revoked ones is made anew), and
    `on_renewed` learns of each file that is new. `by_hand` asks a person where the key is kept elsewhere.

    Opening raises BadAuthority and BadConfig.
    """

    def __init__(
        self,
        settings: Authority,
        record: Callable[[IssuedCertificate], None],
        now: Callable[[], float],
        revoked: Revoked | None = None,
        by_hand: ByHand | None = None,
    ) -> None:
        self._settings = settings
        self._directory = Path(settings.directory)
        self._folder = AuthorityFolder(self._directory)
        self.record = record
        self._now = now
        self.on_renewed: Callable[[OwnFile], None] = lambda file: None
        self._troubles = OncePerKey(TROUBLES_KEPT)
        self._one_at_a_time = threading.Lock()
        self._by_hand = by_hand
        self._lists = RevocationLists(self._folder, record, revoked, now)
        self._denied: frozenset[str] = frozenset()
        self.authorities = self._read()

    @property
    def signing(self) -> Ca:
        return self.authorities.signing

    @property
    def newest(self) -> Ca:
        return self.authorities.newest

    @property
    def canary_file(self) -> Path:
        return self._lists.canary_file

    @property
    def list_ends(self) -> float | None:
        """The end of the list of revoked certificates that ends first. Raises BadAuthority."""
        return self._lists.ends(self.authorities.cas)

    def deny(self, agents: frozenset[str]) -> None:
        """The broker is to let nothing of these agents through; the next look tells it."""
        self._denied = agents

    def add_newest(self) -> Ca:
        """Make the next authority. It is believed at once. Raises BadAuthority and BadKey."""
        older, passphrase = self.newest, self._settings.passphrase()
        made = make_ca(self._settings.names[0], self._now(), self._folder.next_number)
        cross = older.cross_sign(made, self._now())
        self._folder.save_cross(made, cross)
        self._folder.save(made, passphrase)
        self.authorities = self._read()
        return made

    def use_newest(self) -> None:
        """The newest authority signs from now on, for agents and control room. Raises BadAuthority."""
        self._folder.use(self.newest.number)
        self.authorities = self._read()
        self.look()

    def retire_older(self) -> list[Ca]:
        """Those before the one that signs are believed no more. Raises BadAuthority."""
        older = [ca for ca in self.authorities.cas if ca.number < self.signing.number]
        for ca in older:
            self._folder.retire(ca)
        self.authorities = self._read()
        self.look()
        return older

    def _read(self) -> Authorities:
        return authorities_in(self._folder, self._settings.passphrase())

    def path(self, own: OwnFile) -> Path:
        return self._directory / own.file

    def knock(self) -> None:
        """The broker's files count as new once more. Raises OSError."""
        with self._one_at_a_time:
            stamp = self._directory / "broker" / STAMP
            write_whole(stamp, _held(stamp))

    def look(self) -> bool:
        """Renew what is due, and write what is missing: whether all is there.

        A trouble is logged; the next look tries again.
        """
        try:
            with self._one_at_a_time:
                self.renew()
        except (BadAuthority, BadKey) as bad:
            self._tell(str(bad))
        except StoreError as error:
            self._tell(f"{error}; the next look tries again")
        except OSError as error:
            self._tell(f"{error.filename}: {error.strerror}; let this user write there")
        else:
            self._troubles.clear()
            return True
        return False

    @property
    def due(self) -> list[OwnFile]:
        """The files that are missing, or whose certificates are to be renewed. Raises OSError."""
        return [own for own in OWN if self._is_due(own)]

    def renew(self) -> None:
        """As `look`, but raises OSError, BadKey and StoreError."""
        self._write_trust()
        for own in self.due:
            self._renew(own)
        self._write_for_broker()

    def _tell(self, trouble: str) -> None:
        if self._troubles.first(trouble):
            log.error("the control room's certificates: %s", trouble)

    def _is_due(self, own: OwnFile) -> bool:
        held = _held(self.path(own))
        return is_due(held, self.signing, own.name, self._addresses(own), self._now())

    def addresses(self, kind: Kind) -> list[str]:
        """The names and addresses in a certificate of the control room."""
        return next((self._addresses(own) for own in OWN if own.kind == kind), [])

    def _addresses(self, own: OwnFile) -> list[str]:
        """The collector on the same machine reaches the broker by the loopback, whatever resolves names."""
        if own == COLLECTOR:
            return []
        return list(dict.fromkeys([*self._settings.names, *(LOOPBACK if own == BROKER else ())]))

    def _write_trust(self) -> None:
        """Raises OSError."""
        self._folder.make_folders()
        (self._directory / "broker").mkdir(mode=0o700, exist_ok=True)
        trust = self.authorities.trust.encode()
        if _held(self._directory / TRUST) != trust:
            write_whole(self._directory / TRUST, trust)

    def _write_for_broker(self) -> None:
        """Raises OSError, BadKey, BadAuthority and StoreError."""
        lists = self._lists.current(self.authorities.cas)
        if self.list_ends is None:
            raise BadKey("an authority has no list of revoked certificates; sign one: pantau-collector sign")
        contents = {
            TRUST: self.authorities.trust.encode(),
            CERTIFICATE: _held(self.path(BROKER)),
            CRL: lists,
            ACL: acl(self._denied).encode(),
        }
        write_files(self._directory / "broker", contents)

    def _renew(self, own: OwnFile) -> None:
        """Raises OSError, BadKey and StoreError. The book is written first."""
        ca, now, file = self.signing, self._now(), self.path(own)
        if ca.key is None and self._by_hand is not None:
            if contents := self._by_hand.signed(own.kind, own.name, self.authorities.chain, now):
                write_whole(file, contents, PRIVATE)
                self._by_hand.forget(own.kind)
                self.on_renewed(own)
            return
        made = make_own(own.kind, own.name, self._addresses(own), ca, self.authorities.chain, now)
        self.record(made.issued)
        write_whole(file, made.pem, PRIVATE)
        log.info("%s: a new certificate, good for %d days", file, (made.issued.ends - now) // 86400)
        self.on_renewed(own)
