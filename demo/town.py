"""All agents of the demo in one process, each behind its own relay, following the truth."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from demo.folder import DemoFolder
from demo.probing import SimulatedNetwork
from demo.relay import relay
from demo.script_time import ScriptTime
from demo.site import SimulatedSite, SiteState
from demo.truth import Truth
from runtime.tasks import alongside

LOOK_SECONDS = 0.25
"""How often the town looks at the truth: a cut takes effect so late at most."""


class Town:
    """`control_room` is the site of the broker and the collector."""

    def __init__(self, truth: Truth, pace: ScriptTime, control_room: str) -> None:
        self.truth = truth
        self.pace = pace
        self._control_room = control_room
        self.sites: dict[str, SimulatedSite] = {}

    def look(self) -> None:
        at = self.pace.script(time.time())
        for id, site in self.sites.items():
            powered = self.truth.powered(id, at)
            connected = powered and self.truth.reaches(id, self._control_room, at)
            site.follow(SiteState(powered, connected))

    async def follow(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def inhabited(
    town: Town, sites: Iterable[str], folder: DemoFolder, broker_port: int, seed: int
) -> AsyncIterator[None]:
    """The agents run while the context is open. At its end each says goodbye, if it can."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        for id in sites:
            way = await stack.enter_async_context(relay(broker_port))
            network = SimulatedNetwork(id, town.truth, town.pace, Random(f"{seed}/{id}/network"))
            directory, chance = folder.agent(id), Random(f"{seed}/{id}/machine")
            town.sites[id] = SimulatedSite(id, directory, way, network.for_agent(), chance)
        running = [asyncio.create_task(site.run(stop)) for site in town.sites.values()]
        try:
            async with alongside(town.follow(), _failure(running)):
                yield
        finally:
            stop.set()
            await asyncio.wait(running)


async def _failure(running: Iterable[asyncio.Task[None]]) -> None:
    """Raises the error of the first that ends."""
    ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in ended:
        task.result()
