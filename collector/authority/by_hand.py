"""A person signs with a key that is kept elsewhere, and the collector judges the outcome. Sans-IO."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cryptography import x509
from msgspec.structs import replace

from collector.authority.ca import BEGINS_BEFORE_SECONDS, DAY_SECONDS, Ca
from collector.authority.certificate import has_purpose, names_of, record_of, signer_of
from collector.authority.invitation import SigningRequest
from collector.authority.issued import CANARY, IssuedCertificate
from collector.authority.keys import UNREADABLE, BadKey, key_digest, private_key

LIST_DAYS_AT_MOST = 400.0
BEGIN_CERTIFICATE = "-----BEGIN CERTIFICATE-----"


class NotAsAsked(ValueError):
    """The certificate or list is not as it should be. One line for a person."""


def signed_as_asked(
    pem: str, asked: SigningRequest, authorities: Iterable[Ca], now: float, days: float, by: str
) -> IssuedCertificate:
    """The certificate for the store, if it has the name, key and purpose of the request, and `days` at most.

    Raises NotAsAsked.
    """
    try:
        made = x509.load_pem_x509_certificate(pem[pem.find(BEGIN_CERTIFICATE) :].encode())
    except UNREADABLE:
        raise NotAsAsked("is no certificate in PEM") from None
    signer = signer_of(made, authorities)
    if signer is None:
        raise NotAsAsked("none of the authorities has signed the certificate")
    try:
        issued = record_of(made, asked.kind, asked.name, signer.id, now, by)
    except BadKey as bad:
        raise NotAsAsked(str(bad)) from None
    if issued.key != asked.key:
        raise NotAsAsked("the certificate is of another key than the request")
    if names_of(made) != [asked.name]:
        raise NotAsAsked(f"the certificate is not for {asked.name}")
    if not has_purpose(made, asked.kind):
        raise NotAsAsked("the certificate is for another purpose than the request")
    if not issued.begins <= now < issued.ends <= now + days * DAY_SECONDS + BEGINS_BEFORE_SECONDS:
        raise NotAsAsked(
            f"the certificate must begin before now and end within {days:g} days; see the clocks"
        )
    return issued


class ListByPerson(NamedTuple):
    """`canary` is revoked from birth, and the list names it."""

    signer: Ca
    canary: IssuedCertificate


def list_as_asked(
    pem: bytes,
    canary_pem: bytes,
    authorities: Iterable[Ca],
    revoked: Sequence[IssuedCertificate],
    now: float,
    by: str,
) -> ListByPerson:
    """A list that names each certificate of its authority in `revoked`, and its canary (key and certificate).

    Raises NotAsAsked.
    """
    try:
        made = x509.load_pem_x509_crl(pem)
    except UNREADABLE:
        raise NotAsAsked("is no list of revoked certificates in PEM") from None
    signer = next((ca for ca in authorities if made.issuer == ca.certificate.subject), None)
    if signer is None or not made.is_signature_valid(signer.public_key):
        raise NotAsAsked("none of the authorities has signed the list")
    if made.next_update_utc is None or made.next_update_utc.timestamp() <= now:
        raise NotAsAsked("the list has ended, and would lock everybody out; see the clocks")
    canary = _canary(canary_pem, signer, now, by)
    for one in (*revoked, canary):
        missing = made.get_revoked_certificate_by_serial_number(int(one.serial, 16)) is None
        if one.authority == signer.id and missing:
            raise NotAsAsked(
                f"the list does not name {one.serial} of {one.name}, which is revoked; sign again"
            )
    return ListByPerson(signer, canary)


def _canary(pem: bytes, signer: Ca, now: float, by: str) -> IssuedCertificate:
    """Raises NotAsAsked."""
    try:
        key = private_key(pem)
    except BadKey as bad:
        raise NotAsAsked(f"the canary: {bad}") from None
    asked = SigningRequest(key_digest(key.public_key()), "canary", CANARY, "", now)
    try:
        made = signed_as_asked(pem.decode(), asked, [signer], now, LIST_DAYS_AT_MOST, by)
    except (NotAsAsked, UnicodeDecodeError) as wrong:
        raise NotAsAsked(f"the canary: {wrong}") from None
    return replace(made, revoked_at=now, revoked_why="it shows whether the broker has the newest list")
