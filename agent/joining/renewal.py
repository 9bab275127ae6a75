"""The running agent renews its certificate in time, by a program of its own: see `renew`.

`cryptography` would stay in the agent's memory with eight megabytes, for one signature in two months.
"""

import asyncio
import logging
import random
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from agent.joining.due import SPREAD_SECONDS, due, pause_seconds
from agent.joining.held import held_in
from runtime.broker.settings import Broker
from runtime.waiting import wait_at_most
from wire.text import printable

log = logging.getLogger(__name__)

LOOK_SECONDS = 3600.0
RENEW_SECONDS_AT_MOST = 120.0
LINE_CHARACTERS = 500


class Renewal:
    """`now` gives Unix seconds, None while nobody says the time. `renew` gives an error, "" after success."""

    def __init__(
        self,
        broker: Broker,
        now: Callable[[], float | None],
        renew: Callable[[], Awaitable[str]],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._broker = broker
        self._now = now
        self._renew = renew
        self._chance = chance
        self._woken = asyncio.Event()
        self._refused = False
        self._newest_authority = ""

    def refused(self) -> None:
        """The broker does not take the certificate."""
        self._refused = True
        self._woken.set()

    def authority(self, newest: str) -> None:
        """The collector names its newest authority."""
        if newest != self._newest_authority:
            self._newest_authority = newest
            self._woken.set()

    async def run(self) -> None:
        """Until cancelled. A broker that refuses the new certificate too does not get ever new ones."""
        attempts = 0
        while True:
            self._woken.clear()
            held = await asyncio.to_thread(held_in, self._broker)
            if held is None or not due(held, self._now(), self._newest_authority, self._refused):
                if not await wait_at_most(self._woken, LOOK_SECONDS):
                    attempts = 0
                continue
            refused = self._refused
            if not attempts and not refused:
                await wait_at_most(self._woken, self._chance() * SPREAD_SECONDS)
            if error := await self._renew():
                shown = printable(error, LINE_CHARACTERS)
                log.warning("the certificate is not renewed: %s; tried again", shown)
            else:
                self._refused = False
                log.info("the certificate is renewed")
            if error or refused:
                await asyncio.sleep(pause_seconds(attempts, self._chance()))
                attempts += 1


async def renew_by_program(config_file: Path) -> str:
    """The first line of its error, "" if it went well."""
    program = (sys.executable, "-m", "agent", "renew", "--config", str(config_file))
    try:
        child = await asyncio.create_subprocess_exec(
            *program,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        return f"{sys.executable}: {error.strerror}"
    try:
        async with asyncio.timeout(RENEW_SECONDS_AT_MOST):
            _, said = await child.communicate()
    except TimeoutError:
        return "it takes too long"
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    lines = said.decode(errors="replace").splitlines()
    return "" if child.returncode == 0 else (lines or [f"exit code {child.returncode}"])[0]
