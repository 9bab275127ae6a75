"""An enrolment port of one page: a real HTTPS server that keeps the contract of wire.joining."""

import base64
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from wire.code import PIN_BYTES, SECRET_BYTES, Code, write_code, write_secret
from wire.joining import (
    JOIN,
    RENEW,
    TRUST,
    Joined,
    JoinRequest,
    Refusal,
    RenewRequest,
    Waiting,
    decode_join,
    decode_renew,
    encode,
)

Result = tuple[int, Joined | Waiting | Refusal]
PEM = serialization.Encoding.PEM


class TinyAuthority:
    """A CA in memory."""

    def __init__(self, name: str = "tiny authority") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        builder = self._builder(self.subject, self.key.public_key(), now + timedelta(days=3650))
        builder = builder.add_extension(x509.BasicConstraints(True, 1), True)
        self.ca = builder.sign(self.key, hashes.SHA256())
        self.pem = self.ca.public_bytes(PEM).decode()

    @property
    def pin(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        key = self.key.public_key().public_bytes(serialization.Encoding.DER, form)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(key)
        return digest.finalize()[:PIN_BYTES]

    def issue(self, name: str, key: ec.EllipticCurvePublicKey, ends: datetime, server: bool = False) -> str:
        """Valid from 90 days before its end."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = self._builder(subject, key, ends).add_extension(x509.BasicConstraints(False, None), True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM).decode()

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, ends: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.subject)
        builder = builder.public_key(key).serial_number(x509.random_serial_number())
        return builder.not_valid_before(datetime.now(UTC) - timedelta(days=90)).not_valid_after(ends)


class TinyEnrolment:
    """`invitations` gives the site of each secret. `waiting` requests wait first; `lost` answers get lost."""

    def __init__(self, authority: TinyAuthority | None = None) -> None:
        self.authority = authority or TinyAuthority()
        self.invitations: dict[str, str] = {}
        self.used: dict[str, bytes] = {}
        self.issued: list[str] = []
        self.requests: list[JoinRequest | RenewRequest] = []
        self.ends = datetime.now(UTC) + timedelta(days=89, hours=1)
        self.waiting = self.lost = 0
        self.port = 0

    def code(self, site: str, number: int = 1) -> str:
        secret = bytes([number]) * SECRET_BYTES
        self.invitations[write_secret(secret)] = site
        return write_code(Code("127.0.0.1", self.port, self.authority.pin, secret))

    def answer(self, path: str, body: bytes) -> Result:
        if path == JOIN:
            return self._join(decode_join(body))
        return self._renew(decode_renew(body)) if path == RENEW else (404, Refusal("bad_request"))

    def _join(self, request: JoinRequest) -> Result:
        self.requests.append(request)
        site, key = self.invitations.get(request.secret), _key_of(request.request)
        if site is None:
            return 403, Refusal("unknown_code")
        if self.used.setdefault(request.secret, _encoded(key)) != _encoded(key):
            return 403, Refusal("used_code")
        return self._signed(site, key)

    def _renew(self, request: RenewRequest) -> Result:
        self.requests.append(request)
        old = x509.load_pem_x509_certificate(request.certificate.encode())
        der = x509.load_pem_x509_csr(request.request.encode()).public_bytes(serialization.Encoding.DER)
        shown = old.public_key()
        assert isinstance(shown, ec.EllipticCurvePublicKey)
        try:
            shown.verify(base64.b64decode(request.signature), der, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return 403, Refusal("unknown_certificate")
        name = old.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        return self._signed(str(name), _key_of(request.request))

    def _signed(self, site: str, key: ec.EllipticCurvePublicKey) -> Result:
        if self.waiting:
            self.waiting -= 1
            return 202, Waiting(1.0)
        self.issued.append(self.authority.issue(site, key, self.ends))
        place = ("localhost", 8883, "127.0.0.1", self.port, 443, time.time())
        return 200, Joined(site, self.issued[-1], self.authority.pem, *place)

    @contextmanager
    def serving(self, folder: Path, authority: TinyAuthority | None = None) -> Iterator["TinyEnrolment"]:
        """`authority` has signed the port's own certificate, another one if somebody is in between."""
        signer = authority or self.authority
        key = ec.generate_private_key(ec.SECP256R1())
        end = datetime.now(UTC) + timedelta(days=30)
        form = (PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = folder / f"enrolment-{signer.pin.hex()}.pem"
        file.write_text(key.private_bytes(*form).decode() + signer.issue("x", key.public_key(), end, True))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(enrolment: TinyEnrolment) -> type[BaseHTTPRequestHandler]:
    class OnePort(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200 if self.path == TRUST else 404, enrolment.authority.pem.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = enrolment.answer(self.path, body)
            if enrolment.lost and status == 200:
                enrolment.lost -= 1
                self.close_connection = True
                return
            self._send(status, encode(answer))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """The tests look at `requests`."""

    return OnePort


def _key_of(request: str) -> ec.EllipticCurvePublicKey:
    key = x509.load_pem_x509_csr(request.encode()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def _encoded(key: ec.EllipticCurvePublicKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.DER, form)
