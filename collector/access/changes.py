"""The part of a transaction that changes accounts, sessions and tokens."""

from collections.abc import Mapping
from typing import NamedTuple

from collector.access.account import Account, AccountSession, ApiToken


class AccessChanges(NamedTuple):
    """By name, a session by its hash; None takes it away."""

    accounts: Mapping[str, Account | None] = {}
    sessions: Mapping[str, AccountSession | None] = {}
    tokens: Mapping[str, ApiToken | None] = {}

    def __bool__(self) -> bool:
        return bool(self.accounts or self.sessions or self.tokens)

    def then(self, later: "AccessChanges") -> "AccessChanges":
        """Both, in this order."""
        return AccessChanges(
            {**self.accounts, **later.accounts},
            {**self.sessions, **later.sessions},
            {**self.tokens, **later.tokens},
        )
