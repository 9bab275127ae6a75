"""A certificate that the authority has signed, as the store keeps it."""

from typing import Literal, Protocol

from msgspec import Struct

Kind = Literal["agent", "collector", "broker", "enrolment", "web", "takeover", "canary"]
"""`takeover` lives a minute and ends the live session of a revoked agent; a canary is revoked from birth."""

CANARY = "_canary"
"""The name of each canary: no site may have it."""
SERVERS: frozenset[Kind] = frozenset({"broker", "enrolment", "web"})


CODE_USED_TWICE = "the code was used twice"
"""With these words begins why such a certificate is revoked."""


class IssuedCertificate(Struct, frozen=True):
    """`serial` is in hex, times in Unix seconds. `authority` is the `authority_id` of the signer.

    `key` is the SHA-256 of the public key (SubjectPublicKeyInfo, DER) in hex, `der` the certificate itself.
    """

    serial: str
    kind: Kind
    name: str
    authority: str
    begins: float
    ends: float
    issued_at: float
    issued_by: str
    key: str
    der: bytes
    revoked_at: float | None = None
    revoked_why: str = ""

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None


class InList(Protocol):
    """Enough of a certificate for the list of those that are revoked."""

    @property
    def serial(self) -> str: ...

    @property
    def authority(self) -> str: ...

    @property
    def revoked_at(self) -> float | None: ...
