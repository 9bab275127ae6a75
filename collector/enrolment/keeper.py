"""Keeps the control room's own certificates good: it makes them, and renews them before they end."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from collector.authority.folder import AuthorityFolder, BadAuthority
from collector.authority.issued import IssuedCertificate, Kind
from collector.authority.keys import BadKey
from collector.authority.own import is_due, make_own
from collector.config import WEB_FILE, Authority
from collector.enrolment.authorities import Authorities, authorities_in
from runtime.files.reading import PEM_BYTES_AT_MOST, data
from runtime.files.writing import PRIVATE, write_whole
from runtime.trouble import OncePerKey

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
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


class AuthorityKeeper:
    """`record` writes the book, and `on_renewed` learns of each file that is new.

    Opening raises BadAuthority and BadConfig.
    """

    def __init__(
        self,
        settings: Authority,
        record: Callable[[IssuedCertificate], None],
        now: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._directory = Path(settings.directory)
        self._folder = AuthorityFolder(self._directory)
        self._record = record
        self._now = now
        self.on_renewed: Callable[[OwnFile], None] = lambda file: None
        self._troubles = OncePerKey(TROUBLES_KEPT)
        self.authorities: Authorities = authorities_in(self._folder, settings.passphrase())

    def path(self, own: OwnFile) -> Path:
        return self._directory / own.file

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Renew what is due, and write what is missing. A trouble is logged; the next look tries again."""
        try:
            self.renew()
        except (BadAuthority, BadKey) as bad:
            self._tell(str(bad))
        except OSError as error:
            self._tell(f"{error.filename}: {error.strerror}; let this user write there")
        else:
            self._troubles.clear()

    @property
    def due(self) -> list[OwnFile]:
        """The files that are missing, or whose certificates are to be renewed. Raises OSError."""
        return [own for own in OWN if self._is_due(own)]

    def renew(self) -> None:
        """As `look`, but raises OSError, BadKey and StoreError."""
        self._write_trust()
        for own in self.due:
            self._renew(own)

    def _tell(self, trouble: str) -> None:
        if self._troubles.first(trouble):
            log.error("the control room's certificates: %s", trouble)

    def _is_due(self, own: OwnFile) -> bool:
        held = _held(self.path(own))
        return is_due(held, self.authorities.newest, own.name, self._addresses(own), self._now())

    def _addresses(self, own: OwnFile) -> list[str]:
        """The collector on the same machine reaches the broker as localhost."""
        if own == COLLECTOR:
            return []
        return list(dict.fromkeys([*self._settings.names, *(["localhost"] if own == BROKER else [])]))

    def _write_trust(self) -> None:
        """Raises OSError."""
        self._folder.make_folders()
        (self._directory / "broker").mkdir(mode=0o700, exist_ok=True)
        for file in ("trust.pem", "broker/trust.pem"):
            trust = self.authorities.trust.encode()
            if _held(self._directory / file) != trust:
                write_whole(self._directory / file, trust)

    def _renew(self, own: OwnFile) -> None:
        """Raises OSError, BadKey and StoreError. The book is written first."""
        ca, now, file = self.authorities.newest, self._now(), self.path(own)
        made = make_own(own.kind, own.name, self._addresses(own), ca, self.authorities.chain, now)
        self._record(made.issued)
        write_whole(file, made.pem, PRIVATE)
        log.info("%s: a new certificate, good for %d days", file, (made.issued.ends - now) // 86400)
        self.on_renewed(own)


def _held(file: Path) -> bytes:
    """Raises OSError."""
    try:
        return data(file, PEM_BYTES_AT_MOST)
    except FileNotFoundError:
        return b""
