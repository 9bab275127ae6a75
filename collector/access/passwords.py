"""Hashes of passwords, by argon2. Each takes a tenth of a second and 64 MB: ask for it in a thread."""

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from collector.access.refusal import AccessRefused

SHORTEST, LONGEST = 10, 1000


class Passwords:
    """`hasher` has the cost. A name without an account costs as much as one with a wrong password."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("nobody has this password")

    def hash(self, password: str, name: str) -> str:
        """Raises AccessRefused."""
        if len(password) < SHORTEST or len(set(password)) < 4 or password.lower() == name:
            raise AccessRefused(
                f"password: too easy to guess; take {SHORTEST} characters or more, not the name"
            )
        if len(password) > LONGEST:
            raise AccessRefused(f"password: longer than {LONGEST} characters")
        return self._hasher.hash(_bytes(password))

    def fits(self, password: str, hash: str) -> bool:
        """`hash` is "" where there is no account, or one without a password."""
        try:
            right = self._hasher.verify(hash or self._nobodys, _bytes(password[: LONGEST + 1]))
        except (Argon2Error, InvalidHashError):
            return False
        return right and bool(hash)


def _bytes(password: str) -> bytes:
    return password.encode(errors="replace")
