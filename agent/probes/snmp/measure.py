"""SNMP: what a device says about itself, its interfaces and its battery (RFC 3416, RFC 3414).

The agent polls in its own event loop, one message a turn. In a trial a thread held up each system call of the
ping loop by as much as the GIL's 5 ms: 50 echoes took up to 380 ms to send. In the loop they take 0.2 ms.
"""

import asyncio
from functools import lru_cache

from agent.net.allow import Allow
from agent.probes.measurement import Row
from agent.probes.snmp.manager import Manager
from agent.probes.snmp.poll import poll
from wire.probes import Snmp

SHARE = 0.9
"""The share of the probe's timeout for all profiles, so that the report gets the good ones in time."""


async def measure(probe: Snmp, allow: Allow) -> list[Row]:
    """The device itself, then each of its interfaces. Raises Failed where no profile succeeded."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SHARE * probe.timeout_seconds
    async with manager(loop).session(probe, allow) as session:
        return await poll(session, probe, deadline)


@lru_cache(maxsize=1)
def manager(_: asyncio.AbstractEventLoop) -> Manager:
    return Manager()
