"""One request to the collector's enrolment port: HTTPS that believes the authority alone, not a name.

The box must not need a right clock or a right name server: the pin decides whom it believes. So the host
name of the certificate is not compared, and its dates only where the kernel's clock is kept (NTP).
"""

import http.client
import socket
import ssl
from typing import NamedTuple

from runtime.broker.tls import NO_CHECK_TIME
from wire.joining import JOIN_ALPN, TRUST

TIMEOUT_SECONDS = 20.0
ANSWER_BYTES_AT_MOST = 256 * 1024


class EnrolmentPort(NamedTuple):
    """Where the enrolment port is."""

    host: str
    port: int


class Answer(NamedTuple):
    status: int
    body: bytes


class NoEnrolment(Exception):
    """No answer of HTTP came. `key` is one of the texts; `detail` is the system's word."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(key, detail)
        self.key = key
        self.detail = detail


def trust_at(place: EnrolmentPort) -> Answer:
    """The authorities that the port names, from anybody who answers: compare the pin. Raises NoEnrolment."""
    return _exchange(place, "GET", TRUST, b"", _unverified())


def ask(place: EnrolmentPort, path: str, body: bytes, trust: str, check_time: bool) -> Answer:
    """Only a server with a certificate of this authority gets the body. Raises NoEnrolment."""
    return _exchange(place, "POST", path, body, _verified(trust, check_time))


def _exchange(place: EnrolmentPort, method: str, path: str, body: bytes, context: ssl.SSLContext) -> Answer:
    host = place.host.removesuffix(".")
    connection = http.client.HTTPSConnection(host, place.port, timeout=TIMEOUT_SECONDS, context=context)
    headers = {"Content-Type": "application/json", "Connection": "close"}
    try:
        connection.request(method, path, body, headers if body else {"Connection": "close"})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(ANSWER_BYTES_AT_MOST))
    except Exception as error:
        raise _unreachable(error) from None
    finally:
        connection.close()


def _unreachable(error: Exception) -> NoEnrolment:
    """Raises errors of our own on."""
    match error:
        case ssl.SSLCertVerificationError():
            return NoEnrolment("impostor", error.verify_message)
        case ssl.SSLError():
            return NoEnrolment("no_tls", (error.reason or str(error)).replace("_", " ").lower())
        case socket.gaierror():
            return NoEnrolment("no_name", error.strerror or str(error))
        case ConnectionRefusedError():
            return NoEnrolment("refused", "Connection refused")
        case TimeoutError():
            return NoEnrolment("no_answer", "timed out")
        case http.client.HTTPException() | ConnectionError():
            return NoEnrolment("no_tls", str(error) or type(error).__name__)
        case OSError() | UnicodeError():
            return NoEnrolment("no_network", getattr(error, "strerror", None) or str(error))
    raise error


def _unverified() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.set_alpn_protocols([JOIN_ALPN])
    return made


def _verified(trust: str, check_time: bool) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.load_verify_locations(cadata=trust)
    made.set_alpn_protocols([JOIN_ALPN])
    if not check_time:
        made.verify_flags |= NO_CHECK_TIME
    return made
