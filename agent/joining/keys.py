"""The key of the box, its signatures, and the pin of an authority. This file alone needs cryptography."""

import base64
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from wire.code import PIN_BYTES


def new_key() -> bytes:
    """In PEM, without pass phrase."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def request_of(key: bytes) -> str:
    """A request for a certificate (RFC 2986) in PEM. Its name is empty: the collector sets the name.

    Raises ValueError if `key` is none.
    """
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(_private(key), hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def signature(key: bytes, request: str) -> str:
    """Of the DER of the request, in base64. Raises ValueError if `key` or `request` is none."""
    der = x509.load_pem_x509_csr(request.encode()).public_bytes(Encoding.DER)
    return base64.b64encode(_private(key).sign(der, ec.ECDSA(hashes.SHA256()))).decode()


def belongs(certificate: str, key: bytes) -> bool:
    """Whether the certificate is of this key. Raises ValueError if one of them is none."""
    shown = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    own, form = _private(key).public_key(), (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return shown.public_bytes(*form) == own.public_bytes(*form)


def pinned(trust: str, pin: bytes) -> str:
    """The certificate in the bundle whose key has this pin, in PEM; "" where none has."""
    for each in _certificates(trust):
        key = each.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if hashlib.sha256(key).digest()[:PIN_BYTES] == pin:
            return each.public_bytes(Encoding.PEM).decode()
    return ""


def _certificates(bundle: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(bundle.encode())
    except ValueError:
        return []


def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    """The key in a file that may begin with it and go on with a certificate. Raises ValueError."""
    try:
        loaded = load_pem_private_key(key, None)
    except TypeError:
        raise ValueError("the key wants a pass phrase") from None
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise ValueError("the key is not of an elliptic curve")
    return loaded
