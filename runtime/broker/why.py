"""Why there is no connection to the broker, in plain words: one reason, one remedy. Pure."""

import errno
import socket
import ssl
from typing import NamedTuple

from aiomqtt.exceptions import MqttCodeError, MqttConnectError

from runtime.broker.settings import Broker
from runtime.broker.tls import UnusableFile

NO_TLS = {
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
    "UNEXPECTED_MESSAGE",
    "PACKET_LENGTH_TOO_LONG",
    "HTTP_REQUEST",
    "UNEXPECTED_EOF_WHILE_READING",
}
NO_COMMON_VERSION = {
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "TLSV1_ALERT_INSUFFICIENT_SECURITY",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
}
# The numbers of X509_V_ERR_…: ssl has no names for them.
NOT_YET_VALID, EXPIRED, ANOTHER_NAME, ANOTHER_ADDRESS = 9, 10, 62, 64
ANOTHER_CA = {2, 18, 19, 20, 21}
PROTOCOL_ERROR = 130


class Closed(Exception):
    """The broker closed the connection before it answered or, with `taken`, after it accepted this client."""

    def __init__(self, taken: bool, code: int | None = None) -> None:
        super().__init__(taken, code)
        self.taken = taken
        self.code = code


class NoAnswer(Exception):
    """Time ran out: before the broker accepted this client or, with `taken`, after."""

    def __init__(self, taken: bool) -> None:
        super().__init__(taken)
        self.taken = taken


class Who(NamedTuple):
    """The client: its name in certificates, its settings file, and its client id where that differs."""

    broker: Broker
    id: str
    config: str
    client_id: str = ""


def why(error: BaseException, who: Who) -> str:
    """`reason: remedy`."""
    match error:
        case UnusableFile():
            return str(error)
        case ssl.SSLCertVerificationError():
            return _certificate(error, who)
        case ssl.SSLError():
            return _tls(error, who)
        case Closed():
            return _closed(error, who)
        case NoAnswer():
            return _no_answer(error)
        case OSError():
            return _network(error, who)
        case MqttConnectError():
            return _refused(error, who)
    return str(error) or type(error).__name__


def certificate_refused(error: BaseException) -> str:
    """The TLS alert about this client's certificate that ended the connection, "" where none did."""
    if not isinstance(error, ssl.SSLError) or isinstance(error, ssl.SSLCertVerificationError):
        return ""
    _, alert, about = (error.reason or "").partition("_ALERT_")
    return about.replace("_", " ").lower() if alert and ("CERTIFICATE" in about or "CA" in about) else ""


def _settings(who: Who) -> str:
    return f"[broker] of {who.config}"


def _network(error: OSError, who: Who) -> str:
    text, host, where = error.strerror or str(error), who.broker.host, _settings(who)
    match error:
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return f"no name server answers for {host}: mend that, or write an address as host in {where}"
        case socket.gaierror():
            return f"no name server knows {host} ({text}): correct host in {where}"
        case ConnectionRefusedError():
            return f"Connection refused, nothing listens: start the broker, or correct port in {where}"
        case ConnectionResetError() | BrokenPipeError():
            return _closed(Closed(taken=False), who)
        case TimeoutError() if "handshake" in str(error):
            return _no_tls(who)
        case TimeoutError():
            return "no answer (timed out): see its machine and firewalls between, or correct host"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return (
            f"{text}: this machine has no more to give; raise LimitNOFILE of this service, and start it again"
        )
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN):
        return f"no way there ({text}): see the network of this machine, or correct host in {where}"
    return f"{text}: correct {where}, and see that the broker runs"


def _certificate(error: ssl.SSLCertVerificationError, who: Who) -> str:
    broker, code = who.broker, error.verify_code
    if code == EXPIRED:
        return "the broker's certificate has expired: renew it there, or correct this machine's clock"
    if code == NOT_YET_VALID:
        return "the broker's certificate is not valid yet: correct this machine's clock or the broker's"
    if code in (ANOTHER_NAME, ANOTHER_ADDRESS):
        return (
            f"the broker's certificate is not of {broker.host}: write as host a name or address that it has"
            " (as subjectAltName), or issue it anew with this one"
        )
    if code in ANOTHER_CA:
        return (
            f"the broker's certificate is not of the CA in ca_file {broker.ca_file}: put that of the CA there"
            " that issued it"
        )
    return f"the broker's certificate is refused ({error.verify_message}): issue another one for the broker"


def _tls(error: ssl.SSLError, who: Who) -> str:
    code = error.reason or str(error)
    text = code.replace("_", " ").lower()
    if code in NO_TLS or isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return _no_tls(who)
    if code in NO_COMMON_VERSION:
        return f"no version of TLS in common ({text}): update the older of the two"
    if " alert " not in text:
        return f"TLS fails ({text}): see the broker's log, and {_settings(who)}"
    return _alert(text, who)


def _alert(text: str, who: Who) -> str:
    """The broker sent a TLS alert about the certificate of this client."""
    file = who.broker.certificate_file
    if not file:
        return (
            f"the broker wants a certificate ({text}): give certificate_file and key_file in {_settings(who)}"
        )
    if "expired" in text:
        return f"certificate_file {file} has expired ({text}): issue a new one to {who.id}"
    if "revoked" in text:
        return f"certificate_file {file} is revoked ({text}): issue a new one to {who.id}"
    return (
        f"the broker does not take certificate_file {file} ({text}): put one there, with its key_file, that"
        f" the broker's CA issued to {who.id}"
    )


def _no_tls(who: Who) -> str:
    return (
        "no TLS at this port: take the broker's port with TLS, 8883 as a rule, or remove ca_file from"
        f" {_settings(who)}"
    )


def _refused(error: MqttCodeError, who: Who) -> str:
    """Goes by the reason code of MQTT 5; those of 3.1.1 come as such codes too."""
    broker, where = who.broker, _settings(who)
    match getattr(error.rc, "value", error.rc):
        case 133:
            return f"it refuses the client id {who.client_id or who.id!r} (not valid): allow it there"
        case 136:
            return "it takes nobody just now (Server unavailable): see the broker's log"
        case 134 | 135 if broker.username:
            user = repr(broker.username)
            return f"it refuses the user {user} ({error.rc}): correct username and password_file in {where}"
        case 134 | 135 if broker.certificate_file:
            return f"it refuses certificate_file {broker.certificate_file} ({error.rc}): see whom it lets in"
        case 134 | 135:
            return (
                f"it lets in nobody without a name ({error.rc}): give username and password_file in {where}"
            )
    return f"it refuses this client ({error.rc}): see the broker's log"


def _closed(error: Closed, who: Who) -> str:
    if error.code == PROTOCOL_ERROR:
        what = "it answers with something else than MQTT 3.1.1"
        return f"{what}: correct port in {_settings(who)}{_tls_perhaps(who)}"
    if error.taken and who.client_id:
        return "it closed the connection: see the broker's log, and that it runs"
    if error.taken:
        return (
            f"it closed the connection: the broker was stopped, or another client with the id {who.id!r} took"
            " the connection; give each its own id"
        )
    return f"it closed the connection before it answered: see the broker's log{_tls_perhaps(who)}"


def _tls_perhaps(who: Who) -> str:
    return "" if who.broker.ca_file else "; a port with TLS needs ca_file"


def _no_answer(error: NoAnswer) -> str:
    if error.taken:
        return "it no longer answers (timed out): see the broker, and the network between"
    return "it takes the connection and does not answer (timed out): see that it is an MQTT broker's port"
