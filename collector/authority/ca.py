"""One authority: its certificate, and its key where that is at hand. It signs and revokes (RFC 5280)."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from collector.authority.certificate import key_of, purpose, record_of
from collector.authority.issued import InList, IssuedCertificate, Kind
from collector.authority.keys import BadKey, key_digest, new_key
from wire.code import PIN_BYTES
from wire.joining import authority_id

DAY_SECONDS = 86400.0
CA_DAYS = 3650
TAKEOVER_SECONDS = 60.0
BEGINS_BEFORE_SECONDS = DAY_SECONDS
"""A certificate begins a day before it is made: the clocks of boxes and brokers differ."""
MAX_CN_CHARACTERS = 64
"""RFC 5280, appendix A.1: ub-common-name."""


@dataclass(frozen=True)
class Ca:
    """`number` counts the authorities of a city from 1. `key` is None where it is kept elsewhere."""

    number: int
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | None = None

    @property
    def id(self) -> str:
        """As in an Assignment: `wire.joining.authority_id`."""
        return authority_id(self.certificate.public_bytes(Encoding.DER))

    @property
    def pin(self) -> bytes:
        """As in the code of an invitation."""
        return bytes.fromhex(key_digest(self.public_key))[:PIN_BYTES]

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def ends(self) -> float:
        return self.certificate.not_valid_after_utc.timestamp()

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        return key_of(self.certificate)

    def issue(
        self,
        kind: Kind,
        name: str,
        public_key: ec.EllipticCurvePublicKey,
        now: float,
        days: float,
        by: str,
        addresses: Sequence[str] = (),
    ) -> IssuedCertificate:
        """It ends no later than the authority itself. `addresses` are a server's names and addresses.

        Raises BadKey where this authority's key is not at hand, or the authority has ended.
        """
        if now >= self.ends:
            raise BadKey(
                f"authority {self.number} has ended: correct this machine's clock, or: pantau-collector"
                " authority rollover"
            )
        begins = now - BEGINS_BEFORE_SECONDS
        ends = min(now + (TAKEOVER_SECONDS if kind == "takeover" else days * DAY_SECONDS), self.ends)
        builder = self._builder(_name(name), public_key, begins, ends)
        builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose(kind)]), critical=False)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        if addresses:
            names = x509.SubjectAlternativeName([general_name(each) for each in addresses])
            builder = builder.add_extension(names, critical=False)
        made = builder.sign(self._signing_key(), hashes.SHA256())
        return record_of(made, kind, name, self.id, now, by)

    def crl(self, revoked: Iterable[InList], now: float, days: float, number: int) -> bytes:
        """The list of those of its certificates that count no more, in PEM. `number` grows with each list.

        Raises BadKey where this authority's key is not at hand.
        """
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(_time(now - BEGINS_BEFORE_SECONDS)).next_update(
            _time(now + days * DAY_SECONDS)
        )
        builder = builder.add_extension(x509.CRLNumber(number), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.public_key), critical=False
        )
        for one in revoked:
            if one.authority == self.id and one.revoked_at is not None:
                entry = x509.RevokedCertificateBuilder().serial_number(int(one.serial, 16))
                builder = builder.add_revoked_certificate(
                    entry.revocation_date(_time(one.revoked_at)).build()
                )
        return builder.sign(self._signing_key(), hashes.SHA256()).public_bytes(Encoding.PEM)

    def cross_sign(self, newer: "Ca", now: float) -> str:
        """The newer authority's key and name, signed by this one, in PEM: who believes this believes that.

        Raises BadKey where this authority's key is not at hand.
        """
        ends = min(self.ends, newer.ends)
        begins = now - BEGINS_BEFORE_SECONDS
        builder = self._builder(newer.certificate.subject, newer.public_key, begins, ends)
        builder = _as_authority(builder, newer.public_key, path_length=0)
        return builder.sign(self._signing_key(), hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    def _builder(
        self, subject: x509.Name, public_key: ec.EllipticCurvePublicKey, begins: float, ends: float
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.certificate.subject)
        builder = builder.public_key(public_key).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(_time(begins)).not_valid_after(_time(ends))
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.public_key)
        return builder.add_extension(issuer, critical=False)

    def _signing_key(self) -> ec.EllipticCurvePrivateKey:
        if self.key is None:
            raise BadKey(f"the key of authority {self.number} is not at hand: sign by hand")
        return self.key


def make_ca(city: str, now: float, number: int = 1, days: float = CA_DAYS) -> Ca:
    """A new authority with a name of its own. It may sign one that comes after it (path length 1)."""
    key = new_key()
    subject = _name(f"pantau {number} {city}")
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(_time(now - BEGINS_BEFORE_SECONDS))
    builder = builder.not_valid_after(_time(now + days * DAY_SECONDS))
    builder = _as_authority(builder, key.public_key(), path_length=1)
    return Ca(number, builder.sign(key, hashes.SHA256()), key)


def general_name(address: str) -> x509.GeneralName:
    """A server's name or address, as its certificate has it."""
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address.encode("idna").decode())


def _as_authority(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePublicKey, path_length: int
) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(True, path_length), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    shortened = common_name[:MAX_CN_CHARACTERS].rstrip()
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, shortened)])


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(seconds))
