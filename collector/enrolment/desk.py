"""The desk of the enrolment port decides about a request, signs, and answers once the book is written."""

import base64
import binascii
import hmac
import logging
import ssl
from collections.abc import Callable, Container
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from collector.access import AuditRow
from collector.authority.invitation import Invitation, SigningRequest, secret_digest
from collector.authority.issued import CODE_USED_TWICE, IssuedCertificate
from collector.authority.keys import UNREADABLE, BadKey, Request, has_signed, key_digest, request
from collector.authority.unrecorded import revoked_with, unrecorded
from collector.config import Authority
from collector.database.certificates import AuthorityBook
from collector.enrolment.attempts import Attempts
from collector.enrolment.authorities import Authorities
from collector.enrolment.decide import Again, Decision, Issue, Refuse, decide_join, decide_renewal
from collector.enrolment.said import Said
from collector.enrolment.sender import counted_network
from wire.joining import Joined, JoinRequest, Reason, Refusal, RenewRequest, Waiting
from wire.text import printable

log = logging.getLogger(__name__)

RETRY_SECONDS = 30.0
RENEWALS_PER_HOUR = 20
RENEWALS_OF_ALL_PER_HOUR = 50_000
"""After a change of authority a whole city renews within minutes."""
TEXTS: dict[Reason, str] = {
    "bad_request": "the request can't be read",
    "unknown_code": "no invitation has this code",
    "used_code": "another key has used this code",
    "expired_code": "the invitation is over; make a new one",
    "revoked": "the certificate is revoked",
    "removed": "the site is not in the inventory",
    "unknown_certificate": "the certificate is not known, or its key has not signed the request",
    "too_old": "the certificate ended too long ago",
    "too_many": "too many attempts; try again in an hour",
    "unavailable": "try again in a minute",
}


class EnrolmentReply(NamedTuple):
    """The status of HTTP and the message."""

    status: int
    message: Joined | Waiting | Refusal


class EnrolmentDesk:
    """`sites` are those of the inventory. `on_revoked` gets the certificates that a second use revokes,
    `on_issued` the agent that gets a new one.

    Its methods block, and one thread at a time calls them. They raise StoreError.
    """

    def __init__(
        self,
        settings: Authority,
        book: AuthorityBook,
        authorities: Callable[[], Authorities],
        sites: Callable[[], Container[str]],
        now: Callable[[], float],
        on_revoked: Callable[[list[IssuedCertificate]], None],
        on_issued: Callable[[str], None] = lambda agent: None,
    ) -> None:
        self._settings = settings
        self._book = book
        self._authorities = authorities
        self._sites = sites
        self._now = now
        self._on_revoked = on_revoked
        self._on_issued = on_issued
        self._wrong_codes = Attempts()
        self._renewals = Attempts(RENEWALS_PER_HOUR, RENEWALS_OF_ALL_PER_HOUR)
        self._said = Said()

    def _counted(self, sender: str) -> str:
        return counted_network(sender, has_proxy=self._settings.fallback_port != 0)

    @property
    def trust(self) -> str:
        return self._authorities().trust

    def join(self, asked: JoinRequest, sender: str) -> EnrolmentReply:
        """`sender` is the address that the request came from."""
        now = self._now()
        if self._wrong_codes.too_many(self._counted(sender), now):
            return _refusal("too_many")
        try:
            made = request(asked.request)
        except BadKey as bad:
            return _refusal("bad_request", str(bad))
        digest, key = secret_digest(asked.secret), key_digest(made.public_key)
        invitation = self._book.invitation(digest)
        decision = decide_join(invitation, key, now, self._sites())
        if isinstance(decision, Refuse):
            self._wrong_codes.failed(self._counted(sender), now)
        if isinstance(decision, Refuse) and decision.revoke and invitation is not None:
            self._revoke(invitation, sender, now)
        by = f"invitation by {invitation.made_by}" if invitation else ""
        return self._carried_out(decision, made, asked.request, by, sender, invitation=digest)

    def renew(self, asked: RenewRequest, sender: str) -> EnrolmentReply:
        now = self._now()
        try:
            made, shown = request(asked.request), _shown(asked.certificate)
        except BadKey as bad:
            return _refusal("bad_request", str(bad))
        old = self._old(shown, now)
        signed = old is not None and _signed(shown, asked.signature, made.der)
        of_new_key = self._book.of_key(key_digest(made.public_key))
        decision = decide_renewal(old, of_new_key, signed, now, self._settings.grace_days, self._sites())
        if isinstance(decision, Issue):
            if self._renewals.too_many(decision.agent, now):
                return _refusal("too_many")
            self._renewals.failed(decision.agent, now)
        renewed = old.serial if old else ""
        return self._carried_out(decision, made, asked.request, "renewal", sender, renewed=renewed)

    def _old(self, shown: x509.Certificate, now: float) -> IssuedCertificate | None:
        """As the book has it; a book that was restored from a backup lacks those that came later."""
        old = self._book.of_serial(f"{shown.serial_number:x}")
        if old is not None:
            return old if hmac.compare_digest(old.der, shown.public_bytes(Encoding.DER)) else None
        found = unrecorded(shown, self._authorities().cas, now)
        if found is None:
            return None
        log.warning("%s shows certificate %s, which the book lacks", found.name, found.serial)
        found = revoked_with(found, self._book.certificates("agent", found.name), now)
        self._book.record(found)
        if found.is_revoked:
            self._on_revoked([found])
        return found

    def _carried_out(
        self,
        decision: Decision,
        made: Request,
        pem: str,
        by: str,
        sender: str,
        invitation: str = "",
        renewed: str = "",
    ) -> EnrolmentReply:
        match decision:
            case Refuse():
                if self._said.first(self._counted(sender), decision.reason, self._now()):
                    log.warning("enrolment refused to %s: %s", printable(sender), TEXTS[decision.reason])
                return _refusal(decision.reason)
            case Again():
                given = self._book.of_key(key_digest(made.public_key))
                if given is not None:
                    return self._joined(given)
                waits = any(one.key == key_digest(made.public_key) for one in self._book.requests())
                return EnrolmentReply(202, Waiting(RETRY_SECONDS)) if waits else _refusal("revoked")
            case Issue(agent):
                return self._signed(agent, made, pem, by, sender, invitation, renewed)

    def _signed(
        self, agent: str, made: Request, pem: str, by: str, sender: str, invitation: str, renewed: str
    ) -> EnrolmentReply:
        ca, now = self._authorities().signing, self._now()
        if ca.key is None:
            key = key_digest(made.public_key)
            waiting = SigningRequest(key, "agent", agent, pem, now, invitation)
            if not self._book.reserve(invitation, waiting):
                return _refusal("used_code" if invitation else "too_many")
            log.warning("%s asks for a certificate: sign it with pantau-collector sign", agent)
            return EnrolmentReply(202, Waiting(RETRY_SECONDS))
        try:
            issued = ca.issue("agent", agent, made.public_key, now, self._settings.agent_days, by)
        except BadKey as bad:
            log.error("%s gets no certificate: %s", agent, bad)
            return _refusal("unavailable")
        if not invitation:
            if not self._book.renew(renewed, issued):
                return _refusal("revoked")
        elif self._book.use(invitation, issued) is None:  # another key was quicker
            return _refusal("used_code")
        log.info("%s has a new certificate, asked for by %s: %s", agent, printable(sender), by)
        return self._joined(issued)

    def _joined(self, issued: IssuedCertificate) -> EnrolmentReply:
        self._on_issued(issued.name)
        settings = self._settings
        host = settings.names[0]
        certificate = ssl.DER_cert_to_PEM_cert(issued.der)
        message = Joined(
            agent=issued.name,
            certificate=certificate,
            trust=self.trust,
            broker_host=host,
            broker_port=settings.broker_port,
            enrolment_host=host,
            enrolment_port=settings.port,
            fallback_port=settings.fallback_port,
            time=self._now(),
        )
        return EnrolmentReply(200, message)

    def _revoke(self, invitation: Invitation, sender: str, now: float) -> None:
        site, sender = invitation.site, printable(sender)
        log.error(
            "the code of the invitation for %s was used a second time, by %s: its certificate is revoked;"
            " make a new invitation when you know which box is the right one",
            *(site, sender),
        )
        row = AuditRow(now, "somebody", "", "enrolment", sender, "code used twice", site)
        if revoked := self._book.used_twice(invitation, now, f"{CODE_USED_TWICE}, by {sender}", row):
            self._on_revoked(revoked)


def _refusal(reason: Reason, text: str = "") -> EnrolmentReply:
    status = {"bad_request": 400, "too_many": 429, "unavailable": 503}.get(reason, 403)
    return EnrolmentReply(status, Refusal(reason, text or TEXTS[reason]))


def _shown(pem: str) -> x509.Certificate:
    """Raises BadKey."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except UNREADABLE:
        raise BadKey("the certificate is none in PEM") from None


def _signed(shown: x509.Certificate, signature: str, data: bytes) -> bool:
    try:
        key, decoded = shown.public_key(), base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) and has_signed(key, decoded, data)
