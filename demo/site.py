"""One site of the demo: a real agent on a simulated machine, which stops with the power and starts anew."""

import asyncio
import time
from contextvars import copy_context
from pathlib import Path
from random import Random
from typing import NamedTuple

from agent.clock import MACHINE, Machine
from agent.config import AgentConfig, SpoolLimits
from agent.net.allow import UNRESTRICTED
from agent.program import Agent, ProbeNetwork
from demo.children import HOST
from demo.relay import Relay
from runtime.broker.settings import Broker
from runtime.waiting import wait_at_most

STARTING_SECONDS = 8.0
"""From the return of the power until the agent runs."""
LONGEST_UPTIME_SECONDS = 60 * 86400.0
SPOOL = SpoolLimits(days=1.0, mebibytes=4)


class SiteState(NamedTuple):
    powered: bool
    connected: bool


class SimulatedSite:
    """`relay` is its way to the broker, `network` the one from its probes to their targets."""

    def __init__(self, id: str, directory: Path, relay: Relay, network: ProbeNetwork, chance: Random) -> None:
        self._config = AgentConfig(id, str(directory), Broker(HOST, relay.port), SPOOL, allow=UNRESTRICTED)
        self._relay = relay
        self._network = network
        self._chance = chance
        self._on, self._off = asyncio.Event(), asyncio.Event()
        self.starts = 0

    def follow(self, state: SiteState) -> None:
        """The power and the way to the control room, from now on."""
        self._relay.set_cut(not state.connected)
        now, before = (self._on, self._off) if state.powered else (self._off, self._on)
        if not now.is_set():
            before.clear()
            now.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, which a running agent answers with its goodbye. An agent's error comes out."""
        while True:
            await _first(self._on, stop)
            if self.starts:
                await wait_at_most(stop, STARTING_SECONDS)
            if stop.is_set():
                return
            running = self._start(stop)
            dark = asyncio.create_task(self._off.wait())
            await asyncio.wait((running, dark), return_when=asyncio.FIRST_COMPLETED)
            dark.cancel()
            if not running.done():
                self._relay.lose_power()
                running.cancel()
                await asyncio.wait((running,))
            if not running.cancelled():
                running.result()

    def _start(self, stop: asyncio.Event) -> asyncio.Task[None]:
        """The first run began long before the demo; each later one begins now, with its own boot id."""
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        up = 0.0 if self.starts else self._chance.uniform(3600.0, LONGEST_UPTIME_SECONDS)
        self.starts += 1
        context = copy_context()
        context.run(MACHINE.set, Machine(f"{self._chance.getrandbits(128):032x}", now - up))
        agent = context.run(Agent, self._config, self._network)
        return asyncio.create_task(agent.run(stop), context=context)


async def _first(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
