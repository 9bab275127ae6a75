"""Accounts of people, their sessions in browsers, and the tokens of programs."""

from msgspec import Struct

from collector.access.role import Role

DAY = 86400.0
SESSION_SECONDS: dict[Role, float] = {"viewer": 180 * DAY, "operator": 30 * DAY, "admin": 0.5 * DAY}
"""A television on a wall signs in twice a year; an admin, who can do the most, each morning."""


class Account(Struct, frozen=True):
    """`password` is its hash; with "" the person comes by the trusted proxy alone.

    Times are Unix seconds.
    """

    name: str
    role: Role
    password: str
    made_at: float
    made_by: str


class AccountSession(Struct, frozen=True):
    """A browser that signed in. `sha256` is the hash of the secret in its cookie."""

    sha256: str
    account: str
    made_at: float
    ends_at: float
    address: str


class ApiToken(Struct, frozen=True):
    """A program that may do what the role may, until `ends_at`."""

    name: str
    sha256: str
    role: Role
    made_at: float
    made_by: str
    ends_at: float
