"""The agent's own stub resolver (RFC 1034, section 5.3.1): it finds addresses as glibc does.

glibc's resolver blocks a thread for every name without an answer, and good names wait behind it. Here a
look-up is a few datagrams in the event loop. At most MAX_LOOKUPS run at once; one serves all its callers.
"""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import cycle, islice
from pathlib import Path

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from agent.clock import boot_now
from agent.net.dns_exchange import ask
from agent.net.failed import Failed
from agent.net.places import RESOLVERS, name_servers_in, text
from agent.net.race import first_to_succeed
from agent.net.shortage import Shortage
from wire.url import host_name

HOSTS = Path("/etc/hosts")
LOOKUP_SECONDS = 5.0
NEXT_ATTEMPT_SECONDS = 1.0
ATTEMPTS = 4
OTHER_FAMILY_SECONDS = 0.5
"""One family waits so long for the other: some name servers never answer for AAAA."""
MAX_LOOKUPS = 64
MAX_NAMES = 1024
MAX_TTL_SECONDS = 3600.0
NOT_FOUND_SECONDS = 5.0
MAX_SEARCH = 6
PORT = 53
LOCALHOST = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Known:
    """The addresses of a name, valid until that time of the boot clock, or the failure that gave none."""

    addresses: tuple[str, ...]
    until: float
    why_not: Failed | None = None


class Names:
    """The names that one event loop looked up. The resolver keeps each for its TTL."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._asking: dict[str, asyncio.Task[Known]] = {}

    async def addresses(self, name: str, within_seconds: float) -> tuple[str, ...]:
        """At least one address, IPv4 first. Raises Failed: `resolve` for none and for no answer in time."""
        known = self._known.get(name)
        if known is None or known.until <= boot_now():
            known = await self._ask(name, within_seconds)
        why_not = known.why_not
        if isinstance(why_not, Shortage):
            raise Shortage(why_not.number)
        if why_not is not None:
            raise Failed(why_not.reason, why_not.detail)
        return known.addresses

    async def _ask(self, name: str, within_seconds: float) -> Known:
        asking = self._asking.get(name)
        if asking is None:
            if len(self._asking) >= MAX_LOOKUPS:
                raise Failed("setting", f"{name}: {MAX_LOOKUPS} other names are being looked up already")
            asking = self._asking[name] = asyncio.create_task(self._look_up(name))
        try:
            async with asyncio.timeout(within_seconds):
                return await asyncio.shield(asking)
        except TimeoutError:
            raise _unanswered(name, within_seconds) from None

    async def _look_up(self, name: str) -> Known:
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                addresses, ttl_seconds = await _found(name)
            known = Known(addresses, boot_now() + min(ttl_seconds, MAX_TTL_SECONDS))
        except TimeoutError:
            known = Known((), boot_now() + NOT_FOUND_SECONDS, _unanswered(name, LOOKUP_SECONDS))
        except Failed as failed:
            hold_seconds = 0.0 if isinstance(failed, Shortage) else NOT_FOUND_SECONDS
            known = Known((), boot_now() + hold_seconds, failed)
        finally:
            del self._asking[name]
        self._known.pop(name, None)
        self._known[name] = known
        if len(self._known) > MAX_NAMES:
            del self._known[next(iter(self._known))]
        return known


@lru_cache(maxsize=1)
def names(_: asyncio.AbstractEventLoop) -> Names:
    return Names()


async def _found(name: str) -> tuple[tuple[str, ...], float]:
    """The addresses, and the seconds for which they are valid."""
    no_address = Failed("resolve", f"{name.rstrip('.')} has no address")
    try:
        dns.name.from_text(name)
    except dns.exception.DNSException:
        raise no_address from None
    if listed := _in_hosts(name):
        return listed, 0.0
    if f".{name.rstrip('.')}".endswith(".localhost"):
        return LOCALHOST, 0.0
    for candidate in _candidates(name):
        addresses, ttl_seconds = await _both_families(candidate)
        if addresses:
            return addresses, ttl_seconds
    raise no_address


def _in_hosts(name: str) -> tuple[str, ...]:
    """hosts(5): an address and its names a line."""
    wanted, found = name.rstrip("."), list[str]()
    for line in text(HOSTS).splitlines():
        address, *known = line.partition("#")[0].lower().split() or [""]
        if wanted in known and address not in found:
            found.append(address)
    return tuple(sorted(filter(_is_address, found), key=lambda address: ":" in address))


def _is_address(address: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, address.partition("%")[0])
        except OSError:
            continue
        return True
    return False


def _candidates(name: str) -> list[str]:
    """The full names to try, by `search` and `ndots` of resolv.conf(5)."""
    if name.endswith("."):
        return [name]
    search, ndots = list[str](), 1
    for words in map(str.split, text(RESOLVERS).splitlines()):
        if words and words[0] in ("search", "domain"):
            search = [domain.rstrip(".") for domain in words[1 : MAX_SEARCH + 1]]
        for option in words[1:] if words and words[0] == "options" else ():
            if option.startswith("ndots:") and option[6:].isdecimal():
                ndots = int(option[6:8])
    within = [f"{name}.{domain}." for domain in search if domain]
    return [f"{name}.", *within] if name.count(".") >= ndots else [*within, f"{name}."]


async def _both_families(name: str) -> tuple[tuple[str, ...], float]:
    """The addresses of one full name. A family with addresses waits only a short time for the other."""
    servers = _servers()
    tasks = [asyncio.create_task(_of_family(name, type, servers)) for type in ("A", "AAAA")]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        patient = not any(map(_has_addresses, tasks))
        await asyncio.wait(tasks, timeout=None if patient else OTHER_FAMILY_SECONDS)
        found = [task.result() for task in tasks if _has_addresses(task)]
        if found:
            addresses = tuple(address for answer in found for address in answer[0])
            return addresses, min(ttl_seconds for _, ttl_seconds in found)
        for task in tasks:
            task.result()
        return (), 0.0
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _has_addresses(task: asyncio.Task[tuple[list[str], float]]) -> bool:
    return task.done() and task.exception() is None and bool(task.result()[0])


async def _of_family(name: str, type: str, servers: Sequence[str]) -> tuple[list[str], float]:
    attempts = [partial(_ask, name, type, server) for server in islice(cycle(servers), ATTEMPTS)]
    return await first_to_succeed(attempts, NEXT_ATTEMPT_SECONDS)


async def _ask(name: str, type: str, server: str) -> tuple[list[str], float]:
    """The addresses by one name server, empty if it answers that there are none. Raises Failed."""
    try:
        answer = await ask(dns.message.make_query(name, type), server, PORT)
        if answer.rcode() == dns.rcode.NXDOMAIN:
            return [], 0.0
        if answer.rcode() != dns.rcode.NOERROR:
            code = dns.rcode.to_text(answer.rcode())
            raise Failed("resolve", f"{name.rstrip('.')}: name server {server} answers {code}")
        assert isinstance(answer, dns.message.QueryMessage)
        chain = answer.resolve_chaining()
    except dns.exception.DNSException as error:
        raise Failed("resolve", f"{name.rstrip('.')}: name server {server}: {error!s:.200}") from None
    except Failed as failed:
        if failed.reason in ("resolve", "setting", "permission"):
            raise
        raise Failed("resolve", f"{name.rstrip('.')}: name server {failed.detail}") from None
    records = chain.answer if chain.answer is not None else ()
    return [record.address for record in records], float(chain.minimum_ttl)


def _servers() -> list[str]:
    """The name servers of resolv.conf; if it has none, the one on this machine, as glibc does."""
    return name_servers_in(RESOLVERS)[:3] or ["127.0.0.1"]


def _unanswered(name: str, seconds: float) -> Failed:
    servers = " or ".join(_servers())
    return Failed("resolve", f"{name}: no answer from name server {servers} within {seconds:.2g} s")


def spelled(name: str) -> str:
    """The name in lower case and punycode, with its final dot. Raises Failed."""
    try:
        return host_name(name) + ("." if name.endswith(".") else "")
    except ValueError:
        raise Failed("setting", f"{name!r:.80} is not a host name") from None
