"""The chain of certificates that a TLS server shows, and the time when the first of them expires.

The standard library decodes a certificate only where it is trusted, and one that has expired is just what is
looked for: its validity is read from the DER here (RFC 5280, section 4.1).
"""

import ssl
import sys
from functools import lru_cache
from pathlib import Path

from runtime.broker.der import not_after
from runtime.files.reading import see


def context(ca_file: str, verify: bool) -> ssl.SSLContext:
    """Trusts what is in `ca_file`, "" for the machine's CAs. Raises OSError, of which ssl.SSLError is one."""
    return _context(ca_file, Path(ca_file).stat().st_mtime_ns if ca_file else 0, verify)


@lru_cache(maxsize=16)
def _context(ca_file: str, _written: int, verify: bool) -> ssl.SSLContext:
    """Not ssl.create_default_context: its refusals depend on the version of Python."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    elif ca_file:
        made.load_verify_locations(see(ca_file))
        made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a server's own certificate will do as well
    else:
        made.load_default_certs()
    return made


def chain(connection: ssl.SSLSocket) -> list[bytes]:
    """DER, the server's own first: up to the root where it was verified, else as the server sent it."""
    verified = connection.context.verify_mode != ssl.CERT_NONE
    if sys.version_info >= (3, 13):
        return connection.get_verified_chain() if verified else connection.get_unverified_chain()
    inner = connection._sslobj  # type: ignore[attr-defined]  # 3.11 and 3.12 have no public name for these
    certificates = inner.get_verified_chain() if verified else inner.get_unverified_chain()
    return [certificate.public_bytes(2) for certificate in certificates]


def expiry(chain: list[bytes]) -> float:
    """The Unix time when the first of the chain expires. Raises ValueError if one is not a certificate."""
    try:
        return min(not_after(certificate) for certificate in chain)
    except IndexError:
        raise ValueError("a certificate that is cut short") from None
