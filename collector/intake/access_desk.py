"""The desk for accounts, sessions and tokens: it decides, stores with a row of the audit, then answers."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from collector.access import (
    AccessChanges,
    AccessRefused,
    AccessRegister,
    AccessSettings,
    Account,
    ApiToken,
    Asker,
    Role,
    Visitor,
)
from collector.access.guessing import Guessing
from collector.access.passwords import Passwords
from collector.changes import Changes
from collector.clock import SteadyClock
from collector.intake.transactions import Transactions

AT_ONCE, WAITING_AT_MOST = 2, 16
"""Hashes of passwords at once, each of 64 MB; and those that wait for their turn."""
BUSY_SECONDS = 2.0
NAME_CHARACTERS = 60

OPEN = AccessSettings()

log = logging.getLogger(__name__)

T = TypeVar("T")


class SignInRefused(Exception):
    """`wait_seconds` is 0 for a wrong name or password, else the time until the next try is looked at."""

    def __init__(self, wait_seconds: float = 0.0) -> None:
        super().__init__("try again later" if wait_seconds else "name or password is wrong")
        self.wait_seconds = wait_seconds


class AccessDesk:
    """`register` is as the store has it. `session_key` signs the cookies of sessions.

    Every method raises StoreUnavailable while nothing can be stored.
    """

    def __init__(
        self,
        register: AccessRegister,
        pipeline: Transactions,
        clock: SteadyClock,
        settings: AccessSettings = OPEN,
        session_key: str = "",
        passwords: Callable[[], Passwords] = Passwords,
    ) -> None:
        self.register = register
        self.settings = settings
        self.session_key = session_key or secrets.token_hex(32)
        self._pipeline = pipeline
        self._clock = clock
        self._new_passwords = passwords
        self._passwords: Passwords | None = None
        self._guessing = Guessing()
        self._hashing = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._one_by_one = asyncio.Lock()

    @property
    def asks_everybody(self) -> bool:
        """Nobody is let in just for coming from this machine: there is another way to prove oneself."""
        return self.has_accounts or bool(self.settings.token())

    @property
    def has_accounts(self) -> bool:
        """People sign in here, and no form asks for the machine's token."""
        settings = self.settings
        return bool(self.register.accounts or settings.reading != "open" or settings.user_header)

    async def sign_in(self, name: str, password: str, address: str) -> str:
        """The secret of a new session. Raises SignInRefused."""
        account = await self._prove(name.strip().lower()[: NAME_CHARACTERS + 1], password, address)
        visitor = Visitor("account", account.role, account.name, address)
        return await self._begin_session(account.name, visitor)

    async def change_own_password(self, visitor: Visitor, before: str, password: str) -> str:
        """It ends all sessions of the account; the secret of a new one.

        Raises SignInRefused for a wrong password of before, and AccessRefused for the new one.
        """
        await self._prove(visitor.name, before, visitor.address)
        await self.set_password(visitor.name, password, Asker(visitor, visitor.name, "page"))
        return await self._begin_session(visitor.name, visitor)

    async def _begin_session(self, name: str, visitor: Visitor) -> str:
        secret = secrets.token_urlsafe(32)
        await self._store(
            lambda now: self.register.begin_session(
                self.register.account(name), secret, visitor.address, now
            ),
            Asker(visitor, name, "page"),
            "sign in",
        )
        return secret

    async def _prove(self, name: str, password: str, address: str) -> Account:
        """The account of this name and password. Raises SignInRefused."""
        if self._waiting >= WAITING_AT_MOST:
            raise SignInRefused(BUSY_SECONDS)
        known = self.register.addresses(name)
        wait = self._guessing.wait_seconds(name, address, known, self._clock.now())
        if wait > 0:
            raise SignInRefused(wait)
        account = self.register.accounts.get(name)
        right = await self._in_turn(lambda held: held.fits(password, account.password if account else ""))
        if not right or account is None or self.register.accounts.get(name) != account:
            whose = f"account {account.name}" if account else "no account"
            log.warning("sign-in: a wrong password from %s for %s", address, whose)
            raise SignInRefused
        self._guessing.right(name, address, known)
        return account

    async def sign_out(self, visitor: Visitor) -> None:
        await self._store(
            lambda _: self.register.end_session(visitor.session),
            Asker(visitor, visitor.name, "page"),
            "sign out",
        )

    async def add_account(self, name: str, role: Role, password: str, asker: Asker) -> None:
        """With the password "" the person comes by the trusted proxy alone. Raises AccessRefused."""
        if not self.settings.token() and not self.register.accounts:
            raise AccessRefused(
                "web.token_file: write a secret there first, as `head -c 32 /dev/urandom | base64` makes "
                "one: once an account exists, this machine too must prove itself"
            )
        self.register.add_account(name, role, "", asker.by, 0.0)
        hash = await self._hash(password, name) if password else ""
        await self._store(
            lambda now: self.register.add_account(name, role, hash, asker.by, now),
            asker,
            "add account",
            name,
            role,
        )

    async def set_password(self, name: str, password: str, asker: Asker) -> None:
        """It ends the sessions of the account. Raises AccessRefused."""
        self.register.account(name)
        hash = await self._hash(password, name)
        await self._store(
            lambda _: self.register.change_account(replace(self.register.account(name), password=hash)),
            asker,
            "change password",
            name,
        )

    async def set_role(self, name: str, role: Role, asker: Asker) -> None:
        """It ends the sessions of the account. Raises AccessRefused."""
        await self._store(
            lambda _: self.register.change_account(replace(self.register.account(name), role=role)),
            asker,
            "change role",
            name,
            role,
        )

    async def remove_account(self, name: str, asker: Asker) -> None:
        """Raises AccessRefused."""
        await self._store(lambda _: self.register.remove_account(name), asker, "remove account", name)

    async def add_token(self, name: str, role: Role, days: float, asker: Asker) -> tuple[ApiToken, str]:
        """The token and its secret, which nobody can show again. Raises AccessRefused."""
        secret = f"pantau_{secrets.token_urlsafe(32)}"
        await self._store(
            lambda now: self.register.add_token(name, role, days, secret, asker.by, now),
            asker,
            "add token",
            name,
            f"{role}, {days:g} d",
        )
        return self.register.tokens[name], secret

    async def remove_token(self, name: str, asker: Asker) -> None:
        """Raises AccessRefused."""
        await self._store(lambda _: self.register.remove_token(name), asker, "remove token", name)

    async def record(self, what: str, asker: Asker, about: str = "", text: str = "") -> None:
        """A row of the audit for a change that no other transaction stores, such as a test message."""
        await self._store(lambda _: AccessChanges(), asker, what, about, text)

    async def _store(
        self,
        decide: Callable[[float], AccessChanges],
        asker: Asker,
        what: str,
        about: str = "",
        text: str = "",
    ) -> None:
        decided = AccessChanges()
        refused: AccessRefused | None = None

        def changes() -> Changes:
            nonlocal decided, refused
            now = self._clock.now()
            try:
                decided = decide(now)
            except AccessRefused as error:
                refused = error
                return Changes()
            return Changes(access=decided, audit=[asker.row(now, what, about, text)])

        async with self._pipeline.reading():
            pass  # else the person would wait for as long as the store is away
        async with self._one_by_one:
            await self._pipeline.transact(changes)
            if refused is not None:
                raise refused
            self.register.adopt(decided)

    async def _hash(self, password: str, name: str) -> str:
        if self._waiting >= WAITING_AT_MOST:
            raise AccessRefused("too many passwords at once; try again")
        return await self._in_turn(lambda held: held.hash(password, name))

    async def _in_turn(self, work: Callable[[Passwords], T]) -> T:
        self._waiting += 1
        try:
            async with self._hashing:
                return await asyncio.to_thread(lambda: work(self._kept()))
        finally:
            self._waiting -= 1

    def _kept(self) -> Passwords:
        """Made when first needed: that takes as long as a sign-in."""
        if self._passwords is None:
            self._passwords = self._new_passwords()
        return self._passwords
