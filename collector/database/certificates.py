"""The authority's book in the store: certificates, invitations, requests. Each method is one transaction.

A certificate is written before it leaves the collector, so none is unknown here.
"""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from collector.access import AuditRow
from collector.authority.invitation import Invitation, SigningRequest
from collector.authority.issued import CODE_USED_TWICE, IssuedCertificate, Kind
from collector.database import audit
from collector.database.engine import tables, transaction

KEPT_SECONDS = 400 * 86400.0
"""An ended certificate stays so long: no grace for a renewal is longer. A revoked one of an agent stays for
good, else a clock that runs ahead for a moment would make a stolen box unknown, and so let it renew."""
SHORT_LIVED: tuple[Kind, ...] = ("takeover", "canary")
SHORT_LIVED_KEPT_SECONDS = 86400.0
REQUESTS_KEPT = 5000

certificates = sa.Table(
    "certificates",
    tables,
    sa.Column("serial", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("begins", sa.Double, nullable=False),
    sa.Column("ends", sa.Double, nullable=False),
    sa.Column("issued_at", sa.Double, nullable=False),
    sa.Column("issued_by", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("der", sa.LargeBinary, nullable=False),
    sa.Column("revoked_at", sa.Double),
    sa.Column("revoked_why", sa.Text, nullable=False),
    sa.Index("certificates_by_name", "kind", "name"),
    sa.Index("certificates_by_key", "key"),
    sa.Index("certificates_by_end", "ends"),
)
invitations = sa.Table(
    "invitations",
    tables,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("ends_at", sa.Double, nullable=False),
    sa.Column("used_at", sa.Double),
    sa.Column("used_key", sa.Text, nullable=False),
    sa.Column("serial", sa.Text, nullable=False),
    sa.Column("withdrawn_at", sa.Double),
    sa.Index("invitations_by_site", "site"),
)
requests = sa.Table(
    "signing_requests",
    tables,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("invitation", sa.Text, nullable=False),
)


class AuthorityBook:
    """Everything here raises StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def record(self, issued: IssuedCertificate) -> None:
        """Those that ended long ago make room."""
        with transaction(self._engine) as connection:
            _record(connection, issued)

    def certificates(
        self, kind: Kind | None = None, name: str | None = None, ending_after: float | None = None
    ) -> list[IssuedCertificate]:
        """The newest first."""
        wanted = sa.select(certificates).order_by(certificates.c.issued_at.desc(), certificates.c.serial)
        if kind is not None:
            wanted = wanted.where(certificates.c.kind == kind)
        if name is not None:
            wanted = wanted.where(certificates.c.name == name)
        if ending_after is not None:
            wanted = wanted.where(certificates.c.ends > ending_after)
        with transaction(self._engine) as connection:
            return _issued(connection, wanted)

    def of_serial(self, serial: str) -> IssuedCertificate | None:
        return self._one(certificates.c.serial == serial)

    def of_key(self, key: str) -> IssuedCertificate | None:
        """The newest certificate of the key with this digest that counts."""
        return self._one(sa.and_(certificates.c.key == key, certificates.c.revoked_at.is_(None)))

    def revoked(self, authority: str, now: float) -> list[IssuedCertificate]:
        """Those of one authority that a list must name: an ended one needs no mention."""
        wanted = sa.select(certificates).where(
            certificates.c.authority == authority,
            certificates.c.revoked_at.is_not(None),
            certificates.c.ends > now,
        )
        with transaction(self._engine) as connection:
            return _issued(connection, wanted)

    def renew(self, old: str, issued: IssuedCertificate) -> bool:
        """A certificate in place of the one with this serial number. False: that one is revoked meanwhile."""
        good = sa.and_(certificates.c.serial == old, certificates.c.revoked_at.is_(None))
        with transaction(self._engine) as connection:
            locked = sa.update(certificates).where(good).values(revoked_why="")
            if not connection.execute(locked).rowcount:
                return False
            _record(connection, issued)
            return True

    def revoke_agent(self, name: str, now: float, why: str, row: AuditRow) -> list[IssuedCertificate]:
        """All of the agent, the ended ones too: those still renew. A renewal at this moment is among them.

        One that waits for a person is forgotten: whoever signs all that waits would sign for the thief.
        """
        own = sa.and_(certificates.c.kind == "agent", certificates.c.name == name)
        with transaction(self._engine) as connection:
            audit.write(connection, [row])
            connection.execute(sa.select(certificates.c.serial).where(own).with_for_update()).all()
            renewals = (requests.c.name == name, requests.c.kind == "agent", requests.c.invitation == "")
            connection.execute(sa.delete(requests).where(*renewals))
            fresh = sa.select(certificates.c.serial).where(own, certificates.c.revoked_at.is_(None))
            return _revoke(connection, list(connection.scalars(fresh)), now, why)

    def revoke(self, serials: Iterable[str], now: float, why: str, row: AuditRow) -> list[IssuedCertificate]:
        """Those that were not revoked before."""
        with transaction(self._engine) as connection:
            audit.write(connection, [row])
            return _revoke(connection, list(serials), now, why)

    def invite(self, invitation: Invitation, row: AuditRow) -> None:
        """The open invitations of the same site are withdrawn. Those of long ago make room."""
        with transaction(self._engine) as connection:
            _withdraw(connection, invitation.site, invitation.made_at)
            old = invitations.c.made_at < invitation.made_at - KEPT_SECONDS
            connection.execute(sa.delete(invitations).where(old))
            connection.execute(sa.insert(invitations), [msgspec.structs.asdict(invitation)])
            audit.write(connection, [row])

    def withdraw(self, site: str, now: float, row: AuditRow) -> bool:
        """The open invitation of the site is good no more. False: it has none."""
        with transaction(self._engine) as connection:
            if not _withdraw(connection, site, now):
                return False
            audit.write(connection, [row])
            return True

    def invitation(self, digest: str) -> Invitation | None:
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(invitations).where(invitations.c.digest == digest))
            return next((Invitation(**row) for row in rows.mappings()), None)

    def invitations(self, since: float = 0.0) -> list[Invitation]:
        """Those that were made since, the newest first."""
        wanted = sa.select(invitations).where(invitations.c.made_at >= since)
        with transaction(self._engine) as connection:
            rows = connection.execute(wanted.order_by(invitations.c.made_at.desc())).mappings()
            return [Invitation(**row) for row in rows]

    def use(self, digest: str, issued: IssuedCertificate) -> Invitation | None:
        """The invitation gives this certificate. None: it has given one to another key in the meantime."""
        with transaction(self._engine) as connection:
            used = sa.update(invitations).where(
                invitations.c.digest == digest,
                sa.or_(invitations.c.used_at.is_(None), invitations.c.used_key == issued.key),
            )
            values = {"used_at": issued.issued_at, "used_key": issued.key, "serial": issued.serial}
            if not connection.execute(used.values(**values)).rowcount:
                return None
            _record(connection, issued)
            connection.execute(sa.delete(requests).where(requests.c.key == issued.key))
            rows = connection.execute(sa.select(invitations).where(invitations.c.digest == digest))
            return Invitation(**rows.mappings().one())

    def used_twice(
        self, invitation: Invitation, now: float, why: str, row: AuditRow
    ) -> list[IssuedCertificate]:
        """Revoke all that the first use led to, renewals too, and forget the site's requests that wait.

        Returns the certificates that were good until now; the audit has a row of the first time alone.
        """
        since = invitation.used_at or now
        fresh = sa.select(certificates.c.serial).where(
            certificates.c.kind == "agent",
            certificates.c.name == invitation.site,
            certificates.c.issued_at >= since,
            certificates.c.revoked_at.is_(None),
        )
        waiting = sa.delete(requests).where(requests.c.name == invitation.site, requests.c.kind == "agent")
        with transaction(self._engine) as connection:
            forgotten = connection.execute(waiting).rowcount
            revoked = _revoke(connection, list(connection.scalars(fresh)), now, why)
            if forgotten or revoked:
                audit.write(connection, [row])
            return revoked

    def sites_in_doubt(self) -> set[str]:
        """Those whose invitation was used twice, and whose newest certificate is one that it led to."""
        newest = sa.select(certificates.c.name, sa.func.max(certificates.c.issued_at).label("at"))
        newest = newest.where(certificates.c.kind == "agent").group_by(certificates.c.name)
        last = newest.subquery()
        wanted = sa.select(certificates.c.name).where(
            certificates.c.name == last.c.name,
            certificates.c.issued_at == last.c.at,
            certificates.c.revoked_why.startswith(CODE_USED_TWICE),
        )
        with transaction(self._engine) as connection:
            return set(connection.scalars(wanted))

    def reserve(self, digest: str, request: SigningRequest) -> bool:
        """The request waits for a person; from now on the invitation belongs to its key."""
        with transaction(self._engine) as connection:
            if digest:
                used = sa.update(invitations).where(
                    invitations.c.digest == digest,
                    sa.or_(invitations.c.used_at.is_(None), invitations.c.used_key == request.key),
                )
                values = {"used_at": request.asked_at, "used_key": request.key}
                if not connection.execute(used.values(**values)).rowcount:
                    return False
            again = sa.update(requests).where(requests.c.key == request.key)
            if connection.execute(again.values(request=request.request)).rowcount:
                return True
            count = sa.select(sa.func.count()).select_from(requests)
            if connection.execute(count).scalar_one() >= REQUESTS_KEPT:
                return False
            connection.execute(sa.insert(requests), [msgspec.structs.asdict(request)])
            return True

    def requests(self) -> list[SigningRequest]:
        """The oldest first."""
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(requests).order_by(requests.c.asked_at)).mappings()
            return [SigningRequest(**row) for row in rows]

    def answer(self, key: str, issued: IssuedCertificate | None, row: AuditRow) -> None:
        """A person has signed the request of this key, or, with None, refused it."""
        with transaction(self._engine) as connection:
            audit.write(connection, [row])
            if issued is not None:
                _record(connection, issued)
                given = sa.update(invitations).where(invitations.c.used_key == key)
                connection.execute(given.values(serial=issued.serial))
            connection.execute(sa.delete(requests).where(requests.c.key == key))

    def note(self, row: AuditRow) -> None:
        """Record a change that a person made beside the book."""
        with transaction(self._engine) as connection:
            audit.write(connection, [row])

    def _one(self, condition: sa.ColumnElement[bool]) -> IssuedCertificate | None:
        wanted = sa.select(certificates).where(condition).order_by(certificates.c.issued_at.desc()).limit(1)
        with transaction(self._engine) as connection:
            return next(iter(_issued(connection, wanted)), None)


def _withdraw(connection: sa.Connection, site: str, now: float) -> int:
    """The number of those that are good no more."""
    still_open = sa.update(invitations).where(
        invitations.c.site == site,
        invitations.c.used_at.is_(None),
        invitations.c.withdrawn_at.is_(None),
        invitations.c.ends_at > now,
    )
    return connection.execute(still_open.values(withdrawn_at=now)).rowcount


def _record(connection: sa.Connection, issued: IssuedCertificate) -> None:
    short, ends = certificates.c.kind.in_(SHORT_LIVED), certificates.c.ends
    before, long_before = (issued.issued_at - kept for kept in (SHORT_LIVED_KEPT_SECONDS, KEPT_SECONDS))
    connection.execute(sa.delete(certificates).where(short, ends.between(long_before, before)))
    lasting = sa.and_(certificates.c.kind == "agent", certificates.c.revoked_at.is_not(None))
    connection.execute(sa.delete(certificates).where(ends < long_before, sa.not_(lasting)))
    connection.execute(sa.insert(certificates), [msgspec.structs.asdict(issued)])


def _revoke(connection: sa.Connection, serials: list[str], now: float, why: str) -> list[IssuedCertificate]:
    fresh = sa.and_(certificates.c.serial.in_(serials), certificates.c.revoked_at.is_(None))
    found = [one.serial for one in _issued(connection, sa.select(certificates).where(fresh))]
    connection.execute(sa.update(certificates).where(fresh).values(revoked_at=now, revoked_why=why))
    return _issued(connection, sa.select(certificates).where(certificates.c.serial.in_(found)))


def _issued(connection: sa.Connection, wanted: sa.Select[tuple[object, ...]]) -> list[IssuedCertificate]:
    return [IssuedCertificate(**row) for row in connection.execute(wanted).mappings()]
