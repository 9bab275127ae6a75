"""Accounts and tokens as admins see them: nobody can read a password or a secret."""

from msgspec import Struct

from collector.access.account import Account, ApiToken
from collector.access.register import AccessRegister
from collector.access.role import Role


class KnownAccount(Struct):
    """Times are Unix seconds. `signed_in` is when its newest session that goes on began, null without one."""

    name: str
    role: Role
    made_at: float
    made_by: str
    has_password: bool
    sessions: int
    signed_in: float | None


class KnownToken(Struct):
    """Times are Unix seconds."""

    name: str
    role: Role
    made_at: float
    made_by: str
    ends_at: float


class MadeToken(Struct):
    """`secret` is shown this once: only its hash is kept."""

    token: KnownToken
    secret: str


def known_account(account: Account, register: AccessRegister, now: float) -> KnownAccount:
    sessions = [one for one in register.sessions.values() if one.account == account.name]
    begun = [one.made_at for one in sessions if now < one.ends_at]
    return KnownAccount(
        name=account.name,
        role=account.role,
        made_at=account.made_at,
        made_by=account.made_by,
        has_password=bool(account.password),
        sessions=len(begun),
        signed_in=max(begun, default=None),
    )


def known_token(token: ApiToken) -> KnownToken:
    return KnownToken(token.name, token.role, token.made_at, token.made_by, token.ends_at)
