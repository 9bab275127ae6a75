"""An invitation to join: bound to one site, for one day, good for one key. The code itself is not kept."""

import hashlib
import secrets

from msgspec import Struct

from collector.authority.issued import Kind
from wire.code import SECRET_BYTES, write_secret

INVITATION_SECONDS = 86400.0


class Invitation(Struct, frozen=True):
    """`digest` is the SHA-256 of the code's secret as base32, in hex. Times are in Unix seconds.

    `used_key` is the digest of the key that joined with it, `serial` the certificate that it got.
    `withdrawn_at`: a later invitation of the site took its place.
    """

    digest: str
    site: str
    made_at: float
    made_by: str
    ends_at: float
    used_at: float | None = None
    used_key: str = ""
    serial: str = ""
    withdrawn_at: float | None = None

    def is_open(self, now: float) -> bool:
        return self.used_at is None and self.withdrawn_at is None and now < self.ends_at


class SigningRequest(Struct, frozen=True):
    """A request that waits for a person who signs by hand. `key` is the digest of its key.

    `invitation` is the digest of the invitation behind it, "" for a renewal.
    """

    key: str
    kind: Kind
    name: str
    request: str
    asked_at: float
    invitation: str = ""


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def secret_digest(secret: str) -> str:
    """Of the secret as it stands in a JoinRequest. It has 80 bits of chance, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(site: str, secret: bytes, now: float, by: str) -> Invitation:
    return Invitation(secret_digest(write_secret(secret)), site, now, by, now + INVITATION_SECONDS)
