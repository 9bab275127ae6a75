"""The limits of wrong passwords: for one address, for one account, and for all together.

Nobody learns from them whether an account exists: a name without one has the same limits. An address where
the account has a session has a limit of its own, so that strangers who guess lock no colleague out.
"""

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

WINDOW_SECONDS = 900.0
PER_ADDRESS, PER_ACCOUNT, IN_ALL = 20, 10, 500
KEPT_AT_MOST = 20_000
"""Far more than fit into a window: each try costs one of IN_ALL."""


class _Tries(NamedTuple):
    since: float
    number: int


class Guessing:
    """Counts tries before their passwords are looked at, so that many at once pass no limit."""

    def __init__(self) -> None:
        self._tries: dict[str, _Tries] = {}

    def wait_seconds(self, account: str, address: str, known: Collection[str], now: float) -> float:
        """0 if the password may be looked at now; the try is counted. Else the seconds until it may be."""
        limits = self._limits(account, address, known)
        waits = [self._wait(key, at_most, now) for key, at_most in limits.items()]
        if (longest := max(waits)) > 0:
            return longest
        if len(self._tries) >= KEPT_AT_MOST:
            self._tries = {key: one for key, one in self._tries.items() if not self._over(one, now)}
        for key in limits:
            before = self._tries.get(key)
            if before is None or self._over(before, now):
                before = _Tries(now, 0)
            self._tries[key] = before._replace(number=before.number + 1)
        return 0.0

    def right(self, account: str, address: str, known: Collection[str]) -> None:
        """The password was right: that try counts for nothing."""
        for key in self._limits(account, address, known):
            if (before := self._tries.get(key)) is not None:
                self._tries[key] = before._replace(number=max(0, before.number - 1))

    def _wait(self, key: str, at_most: int, now: float) -> float:
        known = self._tries.get(key)
        if known is None or self._over(known, now) or known.number < at_most:
            return 0.0
        return known.since + WINDOW_SECONDS - now

    @staticmethod
    def _over(one: _Tries, now: float) -> bool:
        return not one.since <= now < one.since + WINDOW_SECONDS

    @staticmethod
    def _limits(account: str, address: str, known: Collection[str]) -> dict[str, int]:
        place = _place(address)
        if address in known:
            return {f"address {place}": PER_ADDRESS, f"account {account} {place}": PER_ACCOUNT}
        return {f"address {place}": PER_ADDRESS, f"account {account}": PER_ACCOUNT, "all": IN_ALL}


def _place(address: str) -> str:
    """One customer has a whole /64 of IPv6 addresses."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(getattr(found, "ipv4_mapped", None) or found)
