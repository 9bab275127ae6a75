"""TLS with the broker: the CA that the program trusts, the certificate that it shows. Raises UnusableFile."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from runtime.broker.der import elements, fields
from runtime.broker.settings import Broker
from runtime.broker.validity import certificates_in
from runtime.files.reading import see
from runtime.files.text import NotText

CN = b"\x55\x04\x03"  # 2.5.4.3, commonName
ALPN = "mqtt"
NO_CHECK_TIME = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME


class UnusableFile(OSError):
    """A file of [broker] can't be used. One line for a person: the file, the fault, the remedy."""


class Credentials(NamedTuple):
    """All that one connection needs from files."""

    password: str | None
    tls: ssl.SSLContext | None


def credentials(broker: Broker, check_time: bool = True) -> Credentials:
    """Raises OSError."""
    try:
        password = broker.password()
    except NotText as error:
        raise UnusableFile(f"password_file {broker.password_file}: {error}") from None
    return Credentials(password, context(broker, check_time))


def context(broker: Broker, check_time: bool = True) -> ssl.SSLContext | None:
    """None without `ca_file`. Each connection reads the files again, because certificates are renewed."""
    if not broker.ca_file:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if broker.port == broker.fallback_port:  # one port for several services: a proxy goes by this (RFC 7301)
        made.set_alpn_protocols([ALPN])
    if not check_time:  # a box that wakes up in 1970 can't tell what has expired
        made.verify_flags |= NO_CHECK_TIME
    with _naming(f"ca_file {broker.ca_file}", "put the certificate of the broker's CA there, in PEM"):
        made.load_verify_locations(see(broker.ca_file))
    if broker.certificate_file:
        files = f"certificate_file {broker.certificate_file} with key_file {broker.key_file}"
        with _naming(
            files, "put a certificate and its own key there, both in PEM, the key without pass phrase"
        ):
            made.load_cert_chain(see(broker.certificate_file), see(broker.key_file), password=_no_pass_phrase)
    return made


def common_name(certificate_file: str) -> str:
    """The CN of its subject, "" where it has none or can't be read; the connection reports that error.

    `cryptography` would cost the agent eight megabytes for this.
    """
    try:
        subject = fields(certificates_in(certificate_file)[0])[4].contents
        names = [elements(pair.contents) for each in elements(subject) for pair in elements(each.contents)]
        return next((name.contents.decode(errors="replace") for oid, name in names if oid.contents == CN), "")
    except (OSError, ValueError, IndexError):
        return ""


def stranger(broker: Broker, id: str, config: str) -> str:
    """A warning where the certificate belongs to another client, else "": the broker's ACL goes by the CN."""
    named = common_name(broker.certificate_file) if broker.certificate_file else id
    if named == id:
        return ""
    shown = f"has the CN {named!r}" if named else "has no CN"
    return (
        f"certificate_file {broker.certificate_file} {shown}, not {id!r}: the broker's ACL does not let it"
        f" write and read as {id}; put the certificate of {id} there, or correct {config}"
    )


def _no_pass_phrase() -> str:
    """Without this OpenSSL asks for the pass phrase at the terminal, and waits."""
    raise OSError("the key wants a pass phrase")


@contextmanager
def _naming(files: str, remedy: str) -> Iterator[None]:
    """An error of ssl does not name the file; this one does."""
    try:
        yield
    except OSError as error:
        raise UnusableFile(f"{files}: {_reason(error)}; {remedy}") from None


def _reason(error: OSError) -> str:
    if not isinstance(error, ssl.SSLError):
        return error.strerror or str(error)
    if error.reason == "KEY_VALUES_MISMATCH":
        return "the key does not fit the certificate"
    return (error.reason or str(error)).replace("_", " ").lower()
