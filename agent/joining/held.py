"""The certificate and the authorities in the files of [broker], read without cryptography."""

import ssl

from agent.joining.due import Held
from runtime.broker.der import not_after, not_before
from runtime.broker.settings import Broker
from runtime.broker.validity import certificates_in
from wire.joining import authority_id


def held_in(broker: Broker) -> Held | None:
    """None where there is no certificate that can be read."""
    try:
        own = certificates_in(broker.certificate_file)[0]
        authorities = frozenset(authority_id(der) for der in certificates_in(broker.ca_file))
        return Held(not_before(own), not_after(own), authorities)
    except (OSError, ValueError, IndexError):
        return None


def certificate_days(pem: str, now: float) -> int:
    """Days from `now`, Unix seconds, to the end of a certificate that is sound."""
    return max(0, round((not_after(ssl.PEM_cert_to_DER_cert(pem.strip())) - now) / 86400))
