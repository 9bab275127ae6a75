"""Keys and requests as PEM. Everything here raises BadKey for what is none."""

import hashlib
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PEM_CHARACTERS_AT_MOST = 8192
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)
"""cryptography raises these for documents that are damaged, or of a kind that it does not know."""


class BadKey(ValueError):
    """One line for a person: the fault and the remedy."""


class HasPassphrase(BadKey):
    """The key opens with a passphrase alone, and none is given."""


class Request(NamedTuple):
    """A request for a certificate (RFC 2986). Only its key counts: name and end are the authority's."""

    public_key: ec.EllipticCurvePublicKey
    der: bytes


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def private_pem(key: ec.EllipticCurvePrivateKey, passphrase: str = "") -> bytes:
    form: KeySerializationEncryption = NoEncryption()
    if passphrase:
        form = BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, form)


def private_key(pem: bytes, passphrase: str = "") -> ec.EllipticCurvePrivateKey:
    """Raises BadKey."""
    encrypted = b"ENCRYPTED" in pem
    if encrypted and not passphrase:
        raise HasPassphrase("the key has a passphrase; give it")
    try:
        key = load_pem_private_key(pem, passphrase.encode() if encrypted else None)
    except UNREADABLE:
        fault = "the passphrase is wrong, or the key is damaged" if encrypted else "is no private key in PEM"
        raise BadKey(f"{fault}; restore it from a backup") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BadKey("is not a key of an elliptic curve; restore it from a backup")
    return key


def request(pem: str) -> Request:
    """The request, if the one who sent it has its key. Raises BadKey."""
    if len(pem) > PEM_CHARACTERS_AT_MOST:
        raise BadKey("the request is too long")
    try:
        made = x509.load_pem_x509_csr(pem.encode())
        key = made.public_key()
    except (*UNREADABLE, UnicodeError):
        raise BadKey("is no request for a certificate in PEM") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadKey("the key of the request is not of the curve P-256")
    if not _is_signed(made):
        raise BadKey("the request is not signed by its own key")
    return Request(key, made.public_bytes(Encoding.DER))


def _is_signed(made: x509.CertificateSigningRequest) -> bool:
    try:
        return made.is_signature_valid
    except UNREADABLE:  # a kind of signature that is not known here
        return False


def key_digest(key: ec.EllipticCurvePublicKey) -> str:
    """SHA-256 of the SubjectPublicKeyInfo in DER, in hex."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def has_signed(key: ec.EllipticCurvePublicKey, signature: bytes, data: bytes) -> bool:
    """By ECDSA with SHA-256."""
    try:
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
