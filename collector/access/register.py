"""All accounts, sessions and tokens, and the decisions about a change of them.

A decision returns changes. They count once they are stored and `adopt` has taken them.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TypeVar

from collector.access.account import DAY, SESSION_SECONDS, Account, AccountSession, ApiToken
from collector.access.changes import AccessChanges
from collector.access.refusal import AccessRefused, NotThere
from collector.access.role import Role
from wire.text import printable

ACCOUNTS_AT_MOST = TOKENS_AT_MOST = 1000
SESSIONS_AT_MOST = 20
"""Of one account: the oldest makes room."""
TOKEN_DAYS_AT_MOST = 3660
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,59}\Z")
NAME_RULE = "a name has small letters, digits, and . _ @ - inside, at most 60"

T = TypeVar("T")


def hashed(secret: str) -> str:
    """Of a secret of many random bits: no slow hash is needed, as passwords need it."""
    return sha256(secret.encode(errors="replace")).hexdigest()


class AccessRegister:
    """`accounts` and `tokens` are by name, `sessions` by the hash of their secret."""

    def __init__(
        self,
        accounts: Iterable[Account] = (),
        sessions: Iterable[AccountSession] = (),
        tokens: Iterable[ApiToken] = (),
    ) -> None:
        self.accounts = {one.name: one for one in accounts}
        self.sessions = {one.sha256: one for one in sessions}
        self.tokens = {one.name: one for one in tokens}
        self._tokens_by_hash = {one.sha256: one for one in self.tokens.values()}

    def adopt(self, changes: AccessChanges) -> None:
        """The changes are in the store."""
        _put(self.accounts, changes.accounts)
        _put(self.sessions, changes.sessions)
        _put(self.tokens, changes.tokens)
        self._tokens_by_hash = {one.sha256: one for one in self.tokens.values()}

    def session(self, secret: str, now: float) -> tuple[AccountSession, Account] | None:
        """The session of this secret and its account, while it goes on."""
        found = self.sessions.get(hashed(secret))
        if found is None or now >= found.ends_at:
            return None
        account = self.accounts.get(found.account)
        return (found, account) if account else None

    def token(self, secret: str) -> ApiToken | None:
        """The token of this secret, ended or not."""
        return self._tokens_by_hash.get(hashed(secret))

    def account(self, name: str) -> Account:
        """Raises NotThere."""
        if (found := self.accounts.get(name)) is None:
            raise NotThere(f"no account {printable(name)}; see `pantau-collector user list`")
        return found

    def add_account(self, name: str, role: Role, password: str, by: str, now: float) -> AccessChanges:
        """`password` is its hash. Raises AccessRefused."""
        _check_name(name)
        if name in self.accounts:
            raise AccessRefused(f"account {name} is there already; change its password or its role instead")
        if len(self.accounts) >= ACCOUNTS_AT_MOST:
            raise AccessRefused(f"there are {ACCOUNTS_AT_MOST} accounts already; remove some of them")
        return AccessChanges(accounts={name: Account(name, role, password, now, by)})

    def change_account(self, changed: Account) -> AccessChanges:
        """Another password or role, which ends the sessions of the account. Raises NotThere."""
        self.account(changed.name)
        return AccessChanges(accounts={changed.name: changed}, sessions=self._ended(changed.name))

    def remove_account(self, name: str) -> AccessChanges:
        """Raises NotThere."""
        self.account(name)
        return AccessChanges(accounts={name: None}, sessions=self._ended(name))

    def begin_session(self, account: Account, secret: str, address: str, now: float) -> AccessChanges:
        """Sessions that ended, and the oldest of too many, make room."""
        made = AccountSession(hashed(secret), account.name, now, now + SESSION_SECONDS[account.role], address)
        gone = {key for key, one in self.sessions.items() if now >= one.ends_at}
        own = [key for key, one in self.sessions.items() if one.account == account.name and key not in gone]
        own.sort(key=lambda key: self.sessions[key].made_at)
        gone.update(own[: max(0, len(own) - SESSIONS_AT_MOST + 1)])
        return AccessChanges(sessions={**dict.fromkeys(gone), made.sha256: made})

    def end_session(self, sha256: str) -> AccessChanges:
        return AccessChanges(sessions={sha256: None} if sha256 in self.sessions else {})

    def add_token(
        self, name: str, role: Role, days: float, secret: str, by: str, now: float
    ) -> AccessChanges:
        """Raises AccessRefused."""
        _check_name(name)
        known = self.tokens.get(name)
        if known is not None and now < known.ends_at:
            raise AccessRefused(f"token {name} is there already; remove it first, or choose another name")
        if known is None and len(self.tokens) >= TOKENS_AT_MOST:
            raise AccessRefused(f"there are {TOKENS_AT_MOST} tokens already; remove some of them")
        if not 0 < days <= TOKEN_DAYS_AT_MOST:
            raise AccessRefused(f"days: {days:g}: write 1 to {TOKEN_DAYS_AT_MOST}")
        made = ApiToken(name, hashed(secret), role, now, by, now + days * DAY)
        return AccessChanges(tokens={name: made})

    def remove_token(self, name: str) -> AccessChanges:
        """Raises NotThere."""
        self.api_token(name)
        return AccessChanges(tokens={name: None})

    def api_token(self, name: str) -> ApiToken:
        """Raises NotThere."""
        if (found := self.tokens.get(name)) is None:
            raise NotThere(f"no token {printable(name)}; see `pantau-collector token list`")
        return found

    def addresses(self, name: str) -> set[str]:
        """Those from which the account has sessions."""
        return {one.address for one in self.sessions.values() if one.account == name}

    def _ended(self, name: str) -> dict[str, AccountSession | None]:
        return {key: None for key, one in self.sessions.items() if one.account == name}


def _put(known: dict[str, T], changed: Mapping[str, T | None]) -> None:
    for key, one in changed.items():
        if one is None:
            known.pop(key, None)
        else:
            known[key] = one


def _check_name(name: str) -> None:
    """Raises AccessRefused."""
    if not NAME.match(name):
        raise AccessRefused(f"name: {printable(name)!r}: {NAME_RULE}")
