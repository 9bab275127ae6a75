"""A certificate of an agent that the book does not have, and an authority has signed all the same. Sans-IO.

So it is after the restore of a backup: certificates that came later are not in it. Without this each agent
that had renewed since would need a new invitation.
"""

import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec.structs import replace

from collector.authority.ca import BEGINS_BEFORE_SECONDS, Ca
from collector.authority.issued import IssuedCertificate
from collector.authority.keys import UNREADABLE, key_digest
from wire.topics import AGENT_ID

BY = "a book that is lost"


def unrecorded(shown: x509.Certificate, authorities: Iterable[Ca], now: float) -> IssuedCertificate | None:
    """For the book; None for what no authority here has signed for an agent."""
    signer = next((ca for ca in authorities if _has_signed(ca, shown)), None)
    if signer is None:  # all below is then of our own making
        return None
    names = [str(each.value) for each in shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    key = shown.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not _for_client(shown):
        return None
    if len(names) != 1 or not re.fullmatch(AGENT_ID, names[0]):
        return None
    return IssuedCertificate(
        serial=f"{shown.serial_number:x}",
        kind="agent",
        name=names[0],
        authority=signer.id,
        begins=shown.not_valid_before_utc.timestamp(),
        ends=shown.not_valid_after_utc.timestamp(),
        issued_at=min(now, shown.not_valid_before_utc.timestamp() + BEGINS_BEFORE_SECONDS),
        issued_by=BY,
        key=key_digest(key),
        der=shown.public_bytes(Encoding.DER),
    )


def revoked_with(
    found: IssuedCertificate, others: Iterable[IssuedCertificate], now: float
) -> IssuedCertificate:
    """A revocation of the agent meant this one too, if it was there by then."""
    if any(one.revoked_at is not None and found.issued_at <= one.revoked_at for one in others):
        return replace(
            found, revoked_at=now, revoked_why="the agent was revoked while the book lacked this one"
        )
    return found


def _has_signed(ca: Ca, shown: x509.Certificate) -> bool:
    try:
        shown.verify_directly_issued_by(ca.certificate)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _for_client(shown: x509.Certificate) -> bool:
    try:
        basic = shown.extensions.get_extension_for_class(x509.BasicConstraints).value
        purposes = list(shown.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except (ValueError, x509.ExtensionNotFound):
        return False
    return not basic.ca and purposes == [ExtendedKeyUsageOID.CLIENT_AUTH]
