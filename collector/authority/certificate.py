"""A certificate as X.509 has it: its signer, its purpose, and its record for the book. Sans-IO."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from collector.authority.issued import SERVERS, IssuedCertificate, Kind
from collector.authority.keys import UNREADABLE, BadKey, key_digest

if TYPE_CHECKING:
    from collector.authority.ca import Ca


def signer_of(made: x509.Certificate, authorities: Iterable["Ca"]) -> "Ca | None":
    """None where none of them has signed it."""
    for ca in authorities:
        try:
            made.verify_directly_issued_by(ca.certificate)
        except (InvalidSignature, *UNREADABLE):
            continue
        return ca
    return None


def purpose(kind: Kind) -> x509.ObjectIdentifier:
    """The one extended key usage that a certificate of this kind has."""
    return ExtendedKeyUsageOID.SERVER_AUTH if kind in SERVERS else ExtendedKeyUsageOID.CLIENT_AUTH


def has_purpose(made: x509.Certificate, kind: Kind) -> bool:
    """Whether it is for this kind and nothing else."""
    try:
        basic = made.extensions.get_extension_for_class(x509.BasicConstraints).value
        purposes = list(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except (*UNREADABLE, x509.ExtensionNotFound):
        return False
    return not basic.ca and purposes == [purpose(kind)]


def names_of(made: x509.Certificate) -> list[str]:
    """Each CN of its subject."""
    return [str(each.value) for each in made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def key_of(made: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """Raises BadKey."""
    try:
        key = made.public_key()
    except UNREADABLE:
        raise BadKey("the key of the certificate can't be read") from None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadKey("the key of the certificate is not of an elliptic curve")
    return key


def record_of(
    made: x509.Certificate, kind: Kind, name: str, authority: str, at: float, by: str
) -> IssuedCertificate:
    """For the book. Raises BadKey."""
    return IssuedCertificate(
        serial=f"{made.serial_number:x}",
        kind=kind,
        name=name,
        authority=authority,
        begins=made.not_valid_before_utc.timestamp(),
        ends=made.not_valid_after_utc.timestamp(),
        issued_at=at,
        issued_by=by,
        key=key_digest(key_of(made)),
        der=made.public_bytes(Encoding.DER),
    )
