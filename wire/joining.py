"""The messages by which a box joins, and by which an agent renews its certificate. JSON over HTTPS.

The enrolment port of the collector answers them: docs/wire.md. A time is in Unix seconds; certificates,
requests (PKCS #10, RFC 2986) and trust (the certificates of the authority, one or more) are in PEM.
"""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

JOIN, RENEW, TRUST = "/v1/join", "/v1/renew", "/v1/trust"
JOIN_ALPN = "pantau-join/1"
"""By this a proxy on port 443 tells it from the broker's connections, which have "mqtt" (RFC 7301)."""

MAX_MESSAGE_BYTES = 16 * 1024

Pem = Annotated[str, Meta(max_length=8192)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Host = Annotated[str, Meta(min_length=1, max_length=255)]

Reason = Literal[
    "bad_request",
    "unknown_code",
    "used_code",
    "expired_code",
    "revoked",
    "removed",
    "unknown_certificate",
    "too_old",
    "too_many",
    "unavailable",
]
"""The reason why the collector gives no certificate. `removed`: the site is no more in the inventory.

`too_old`: the certificate ended so long ago that the box needs an invitation. `too_many` and `unavailable`:
later it may go well.
"""


class JoinRequest(Struct, frozen=True):
    """`secret` is the code's, in its base32. `request` names the public key; nothing else in it counts."""

    secret: Annotated[str, Meta(max_length=64)]
    request: Pem
    version: Annotated[str, Meta(max_length=64)] = ""


class RenewRequest(Struct, frozen=True):
    """`signature` is of the old key over the DER of `request`: ECDSA with SHA-256, in base64."""

    certificate: Pem
    request: Pem
    signature: Annotated[str, Meta(max_length=512)]
    version: Annotated[str, Meta(max_length=64)] = ""


class Joined(Struct, frozen=True):
    """All that an agent needs. `trust` is what it believes from now on. `fallback_port` 0: there is none."""

    agent: str
    certificate: Pem
    trust: Annotated[str, Meta(max_length=65536)]
    broker_host: Host
    broker_port: Port
    enrolment_host: Host
    enrolment_port: Port
    fallback_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    time: float = 0.0


class Waiting(Struct, frozen=True):
    """The authority's key is off-line: a person signs by hand. The agent asks again with the same request."""

    retry_seconds: Annotated[float, Meta(ge=1, le=86400)]


class Refusal(Struct, frozen=True):
    """`reason` is one of Reason, or of a newer collector. `text` is a line for a person, in English."""

    reason: str
    text: str = ""


def authority_id(der: bytes) -> str:
    """The name of an authority's certificate in an Assignment: the beginning of its SHA-256, in hex."""
    return hashlib.sha256(der).hexdigest()[:16]


encode = msgspec.json.encode
decode_join = msgspec.json.Decoder(JoinRequest).decode
decode_renew = msgspec.json.Decoder(RenewRequest).decode
decode_joined = msgspec.json.Decoder(Joined).decode
decode_waiting = msgspec.json.Decoder(Waiting).decode
decode_refusal = msgspec.json.Decoder(Refusal).decode
