"""The doorkeeper sees to it that the broker lets in whom it should, and nobody else.

A revoked agent is barred at once: the collector takes nothing from it. Then the broker gets the new list of
revoked certificates. Once it refuses the list's canary, the live session is ended: a certificate of one
minute with the agent's name takes the session over. Last, an agent with another certificate is let in again.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from pathlib import Path
from typing import Protocol

from collector.admission.attempt import Admission, attempt
from collector.authority.ca import Ca
from collector.authority.folder import BadAuthority
from collector.authority.issued import IssuedCertificate
from collector.authority.keys import BadKey, new_key, private_pem
from collector.database.engine import StoreError
from runtime.broker.settings import Broker
from runtime.files.writing import PRIVATE, write_whole
from runtime.trouble import Trouble
from runtime.waiting import wait_at_most

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
AGAIN_SECONDS = 1.0
IN_FORCE_SECONDS = 60.0
"""The broker has a new list within this time, else people are told."""
KNOCK_SECONDS = 10.0
"""systemd does not see files that are written while it installs those before."""
RECENT_SECONDS = 86400.0
"""After a restart the live sessions of agents that were revoked so lately are ended once more."""


MEND = "see that pantau-broker.path and .service run, or copy the files and reload Mosquitto"


class Keeping(Protocol):
    """The keeper of the authority's files: see collector.enrolment.keeper."""

    @property
    def signing(self) -> Ca: ...

    @property
    def newest(self) -> Ca: ...

    @property
    def canary_file(self) -> Path: ...

    @property
    def list_ends(self) -> float | None: ...

    def look(self) -> bool: ...

    def knock(self) -> None: ...

    def use_newest(self) -> None: ...

    def deny(self, agents: frozenset[str]) -> None: ...

    def record(self, issued: IssuedCertificate) -> None: ...


class Doorkeeper:
    """`certificates` reads those of all agents from the book. `on_change` learns who is barred from now on.

    `list_in_force_ends` is the end of the newest list that the broker has, None before the first look.
    """

    def __init__(
        self,
        broker: Broker,
        keeping: Keeping,
        certificates: Callable[[], list[IssuedCertificate]],
        now: Callable[[], float],
        on_change: Callable[[frozenset[str]], None],
        on_new_authority: Callable[[], Awaitable[None]],
    ) -> None:
        self._broker = broker
        self._keeping = keeping
        self._certificates = certificates
        self._now = now
        self._on_change = on_change
        self._on_new_authority = on_new_authority
        self._woken = asyncio.Event()
        self._trouble = Trouble()
        self._old_list = Trouble()
        self._leaving: set[str] = set()
        self._without: set[str] = set()
        self._denied: frozenset[str] = frozenset()
        self.list_in_force_ends: float | None = None
        self.in_force = False

    @property
    def barred(self) -> frozenset[str]:
        """Agents of which nothing is taken."""
        return frozenset(self._leaving | self._without)

    def revoked(self, certificates: Iterable[IssuedCertificate]) -> None:
        """The book has them as revoked."""
        self._leaving |= {one.name for one in certificates if one.kind == "agent"}
        self.in_force = False
        self._on_change(self.barred)
        self._woken.set()

    def issued(self, agent: str) -> None:
        """The agent has a new certificate."""
        self._without.discard(agent)
        self._on_change(self.barred)

    def deny(self, agents: frozenset[str]) -> None:
        """The broker is to let nothing of these through, and all of the others."""
        if agents != self._denied:
            if more := agents - self._denied:
                log.error("the broker is to deny %s for ten minutes", ", ".join(sorted(more)))
            self._denied = agents
            self._keeping.deny(agents)
            self._woken.set()

    def changed(self) -> None:
        """An authority is new, or gone."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self._round()
            except (StoreError, BadAuthority, BadKey, OSError) as error:
                if self._trouble.began(str(error)):
                    log.error("%s; nobody new is let in at the broker or ended there until then", error)
            else:
                self._trouble.ended()
            await wait_at_most(self._woken, AGAIN_SECONDS if self._has_work else LOOK_SECONDS)

    async def _round(self) -> None:
        """Raises StoreError, BadAuthority and OSError."""
        leaving = sorted(self._leaving)  # before the look: its list names them all
        if not await asyncio.to_thread(self._keeping.look):
            return  # the broker may refuse the canary of a list that does not bar those who are to leave
        await self._try_newest_authority()
        if await self._has_newest_list():
            await self._expel(leaving)

    @property
    def _has_work(self) -> bool:
        keeping = self._keeping
        moving = keeping.newest.number != keeping.signing.number and keeping.newest.key is not None
        return bool(self._leaving) or moving

    def remember(self) -> None:
        """Bar agents as the book says, before anything is taken in. Raises StoreError."""
        every, now = self._certificates(), self._now()
        agents = [one for one in every if one.kind == "agent"]
        self._without = without_certificate(agents, now)
        self._leaving = {
            one.name
            for one in agents
            if one.revoked_at is not None and 0 <= now - one.revoked_at < RECENT_SECONDS
        }
        self._on_change(self.barred)

    async def _has_newest_list(self) -> bool:
        """Try the canary, for a minute while somebody is to leave."""
        deadline = time.monotonic() + (IN_FORCE_SECONDS if self._leaving else 0.0)
        knock_at = min(deadline, time.monotonic() + KNOCK_SECONDS)
        while True:
            found = await attempt(self._broker, self._keeping.canary_file, "_canary")
            if found == "revoked":
                self.in_force, self.list_in_force_ends = True, self._keeping.list_ends
                if self._old_list.ended():
                    log.info("the broker has the newest list of revoked certificates")
                return True
            if found == "let in" and time.monotonic() >= knock_at:
                knock_at = time.monotonic() + KNOCK_SECONDS
                await asyncio.to_thread(self._keeping.knock)
            if time.monotonic() >= deadline:
                self._tell(found)
                return False
            await asyncio.sleep(AGAIN_SECONDS)

    def _tell(self, found: Admission) -> None:
        """Once, and again when it is over."""
        complaint = ""
        if found == "refused":
            complaint = (
                f"the broker refuses new certificates too: its files are old, or its list has ended; {MEND}"
            )
        elif found == "let in" and self._leaving:
            barred = ", ".join(sorted(self._leaving))
            complaint = (
                f"the broker has not loaded the list of revoked certificates that bars {barred}; {MEND}"
            )
        if complaint and self._old_list.began(complaint):
            log.error("%s", complaint)

    async def _expel(self, leaving: Iterable[str]) -> None:
        """End the live session of each that is to leave, then let in those with another certificate."""
        done = set[str]()
        for agent in leaving:
            if await self._take_over(agent) == "let in":
                done.add(agent)
                log.warning("%s: its session at the broker is ended", agent)
        if not done:
            return
        every = await asyncio.to_thread(self._certificates)
        self._leaving -= done
        self._without |= without_certificate([one for one in every if one.name in done], self._now())
        self._on_change(self.barred)

    async def _take_over(self, agent: str) -> Admission:
        try:
            return await self._attempt_as(agent, self._keeping.signing)
        except BadKey:
            log.error(
                "%s: its session at the broker goes on, for the key of the authority is not here;"
                " restart the broker",
                agent,
            )
            return "let in"

    async def _try_newest_authority(self) -> None:
        """A new authority signs for agents only when the broker lets in a client of it."""
        keeping = self._keeping
        if keeping.newest.number == keeping.signing.number or keeping.newest.key is None:
            return
        if await self._attempt_as("_canary", keeping.newest) == "let in":
            await asyncio.to_thread(keeping.use_newest)
            log.info("authority %d signs from now on", keeping.signing.number)
            await self._on_new_authority()

    async def _attempt_as(self, name: str, ca: Ca) -> Admission:
        """With a certificate of a minute. Raises BadKey."""
        key = new_key()
        made = ca.issue("takeover", name, key.public_key(), self._now(), 1, "the collector")
        await asyncio.to_thread(self._keeping.record, made)
        file = self._keeping.canary_file.with_name("takeover.pem")
        pem = private_pem(key) + ssl.DER_cert_to_PEM_cert(made.der).encode()
        await asyncio.to_thread(write_whole, file, pem, PRIVATE)
        try:
            return await attempt(self._broker, file, name)
        finally:
            file.unlink(missing_ok=True)


def without_certificate(certificates: Collection[IssuedCertificate], now: float) -> set[str]:
    """The agents with revoked certificates alone."""
    agents = {one.name for one in certificates if one.is_revoked and one.ends > now}
    return agents - {one.name for one in certificates if not one.is_revoked and one.ends > now}
