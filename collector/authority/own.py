"""A certificate of the control room itself: when it is due, and its file of key, certificate and chain."""

import ssl
from collections.abc import Sequence
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from collector.authority.ca import Ca, general_name
from collector.authority.issued import IssuedCertificate, Kind
from collector.authority.keys import new_key, private_pem

OWN_DAYS = 90.0
LIFE_SHARE = 2 / 3


class OwnCertificate(NamedTuple):
    """`pem` is the file: key, certificate, and the chain that leads to older authorities."""

    issued: IssuedCertificate
    pem: bytes


def is_due(pem: bytes, ca: Ca, name: str, addresses: Sequence[str], now: float) -> bool:
    """`pem` is the file as it is, b"" for none. A change of authority, name or address makes it due too."""
    begin = pem.find(b"-----BEGIN CERTIFICATE-----")
    try:
        held = x509.load_pem_x509_certificate(pem[begin:]) if begin >= 0 else None
    except ValueError:
        held = None
    if held is None or held.issuer != ca.certificate.subject:
        return True
    if held.subject.rfc4514_string() != f"CN={name}" or _addresses(held) != set(map(general_name, addresses)):
        return True
    begins, ends = held.not_valid_before_utc.timestamp(), held.not_valid_after_utc.timestamp()
    return not begins <= now < begins + LIFE_SHARE * (ends - begins)  # a clock that ran ahead made it early


def request_own(key: ec.EllipticCurvePrivateKey) -> str:
    """The request for a person who signs, in PEM."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def own_pem(key: ec.EllipticCurvePrivateKey, issued: IssuedCertificate, chain: str) -> bytes:
    """The contents of the file."""
    return private_pem(key) + ssl.DER_cert_to_PEM_cert(issued.der).encode() + chain.encode()


def make_own(
    kind: Kind, name: str, addresses: Sequence[str], ca: Ca, chain: str, now: float
) -> OwnCertificate:
    """With a key of its own. Raises BadKey where the authority's key is not at hand."""
    key = new_key()
    issued = ca.issue(kind, name, key.public_key(), now, OWN_DAYS, "the collector", addresses)
    return OwnCertificate(issued, own_pem(key, issued, chain))


def _addresses(held: x509.Certificate) -> set[x509.GeneralName]:
    try:
        return set(held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return set()
