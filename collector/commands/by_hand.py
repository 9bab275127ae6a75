"""The work of `pantau-collector sign`: the key stays here, and only what it signed goes to the collector."""

import argparse
import getpass
import ssl
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from urllib.parse import quote

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from collector.authority.ca import Ca
from collector.authority.issued import CANARY, InList
from collector.authority.keys import BadKey, HasPassphrase, new_key, private_key, private_pem, request
from collector.commands.remote import ask
from collector.commands.times import stamp
from collector.config import CollectorConfig
from collector.web.api.certificates import CertificateEntry
from collector.web.api.signing_requests import RefusedRequest, SigningWork, TakenList, WaitingEntry
from runtime.errors import UserError
from runtime.files import secret
from runtime.files.reading import PEM_BYTES_AT_MOST, data
from runtime.files.text import NotText

CRL_DAYS = 90.0
"""A person signs at least as often as certificates end. A list that ended would lock everybody out."""


class CannotSign(UserError):
    """The key, its passphrase or a name is not as it should be."""


class SigningOutcome(msgspec.Struct):
    """`waiting` are the requests that still wait; `list_of` is the authority whose list was signed."""

    signed: list[CertificateEntry]
    refused: list[RefusedRequest]
    waiting: list[WaitingEntry]
    list_of: int | None


def work(config: CollectorConfig, options: argparse.Namespace) -> SigningOutcome:
    """Raises CannotSign, Refused and BadConfig."""
    found = ask(config, "/api/signing-requests", SigningWork)
    chosen = _chosen(found.requests, options.names)
    rest = [one for one in found.requests if one not in chosen]
    if options.refuse:
        if not options.names:
            raise CannotSign("--refuse: name the requests to refuse, as `pantau-collector sign` lists them")
        refused = [_refuse(config, one, options.by) for one in chosen]
        return SigningOutcome([], refused, rest, None)
    if options.key is None:
        return SigningOutcome([], [], found.requests, None)
    signer = _signer(found.authorities, options.key, options.passphrase_file)
    signed = [_sign(config, one, signer, found.days, options.by) for one in chosen]
    return SigningOutcome(signed, [], rest, _sign_list(config, found, signer, options.by))


def lines(outcome: SigningOutcome, zone: tzinfo) -> Iterator[str]:
    for one in outcome.signed:
        yield f"{one.kind} {one.name}: signed, good until {stamp(one.ends, zone)}"
    for refused in outcome.refused:
        yield f"{refused.kind} {refused.name}: refused; a new invitation lets a box ask again"
    if outcome.list_of is not None:
        yield f"authority {outcome.list_of}: its list of revoked ones is signed, good for {CRL_DAYS:.0f} days"
    for waiting in outcome.waiting:
        why = "joins with an invitation" if waiting.joins else "renews its certificate"
        yield f"{waiting.kind} {waiting.name}: waits since {stamp(waiting.asked_at, zone)}, {why}"
    if outcome.waiting:
        yield "sign them with: pantau-collector sign --key FILE"
    elif not (outcome.signed or outcome.refused):
        yield "no request waits"


def _chosen(requests: list[WaitingEntry], names: Sequence[str]) -> list[WaitingEntry]:
    """Raises CannotSign."""
    known = {one.name for one in requests}
    for name in names:
        if name not in known:
            raise CannotSign(f"{name}: no request of that name waits; see `pantau-collector sign`")
    return [one for one in requests if not names or one.name in names]


def _refuse(config: CollectorConfig, one: WaitingEntry, by: str) -> RefusedRequest:
    path = f"/api/signing-requests/{one.key}?by={quote(by, errors='replace')}"
    return ask(config, path, RefusedRequest, method="DELETE")


def _sign(config: CollectorConfig, one: WaitingEntry, signer: Ca, days: float, by: str) -> CertificateEntry:
    """Raises CannotSign."""
    try:
        key = request(one.request).public_key
    except BadKey as bad:
        raise CannotSign(f"{one.name}: {bad}; refuse it with `pantau-collector sign --refuse`") from None
    issued = signer.issue(one.kind, one.name, key, time.time(), days, by, one.addresses)
    document = {"by": by, "certificate": ssl.DER_cert_to_PEM_cert(issued.der)}
    return ask(config, f"/api/signing-requests/{one.key}/certificate", CertificateEntry, document)


def _sign_list(config: CollectorConfig, found: SigningWork, signer: Ca, by: str) -> int:
    now = time.time()
    key = new_key()
    canary = signer.issue("canary", CANARY, key.public_key(), now, CRL_DAYS, by)
    named: list[InList] = [*found.revoked, replace(canary, revoked_at=now)]
    document = {
        "by": by,
        "crl": signer.crl(named, now, CRL_DAYS, number=int(now)).decode(),
        "canary": private_pem(key).decode() + ssl.DER_cert_to_PEM_cert(canary.der),
    }
    return ask(config, "/api/revocation-list", TakenList, document).authority


def _signer(authorities: Sequence[str], file: Path, passphrase_file: Path | None) -> Ca:
    """The authority whose key is in the file. Raises CannotSign."""
    key = _key(file, passphrase_file)
    for number, pem in enumerate(authorities, 1):
        ca = Ca(number, x509.load_pem_x509_certificate(pem.encode()), key)
        if ca.public_key == key.public_key():
            return ca
    raise CannotSign(f"--key: {file}: is the key of none of this collector's authorities; give another file")


def _key(file: Path, passphrase_file: Path | None) -> ec.EllipticCurvePrivateKey:
    """Raises CannotSign."""
    try:
        pem = data(file, PEM_BYTES_AT_MOST)
        try:
            return private_key(pem)
        except HasPassphrase:
            return private_key(pem, _passphrase(passphrase_file))
    except OSError as error:
        raise CannotSign(f"--key: {file}: {error.strerror}; give the file of the authority's key") from None
    except BadKey as bad:
        raise CannotSign(f"--key: {file}: {bad}") from None


def _passphrase(file: Path | None) -> str:
    """Raises CannotSign."""
    if file is None:
        if not sys.stdin.isatty():
            raise CannotSign("--passphrase-file: the key has a passphrase; give its file, or use a terminal")
        return getpass.getpass("passphrase of the authority's key: ")
    try:
        return secret.read(file)
    except (OSError, NotText) as error:
        fault = error.strerror if isinstance(error, OSError) else error
        raise CannotSign(f"--passphrase-file: {file}: {fault}; write the passphrase into it") from None
