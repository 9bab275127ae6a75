"""The echo engine, as soon as ICMP is permitted: the advised command takes effect without a restart."""

import asyncio
import logging

from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.sockets import IcmpNotPermitted
from agent.probes.icmp.streams import IcmpProbes

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 10.0


async def run_icmp(icmp: IcmpProbes, flips: Flips) -> None:
    """Run until cancelled. Without permission one warning gives the remedy, and each target reports it."""
    engine = await _opened(flips, warn=True)
    following = asyncio.create_task(icmp.run(engine))
    try:
        while engine is None:
            await asyncio.sleep(TRY_AGAIN_SECONDS)
            engine = await _opened(flips, warn=False)
            if engine is not None:
                log.info("ICMP is permitted now")
                icmp.permit(engine)
        await following
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        if engine is not None:
            engine.close()


async def _opened(flips: Flips, *, warn: bool) -> EchoEngine | None:
    engine = EchoEngine(flips)
    try:
        await engine.open()
    except IcmpNotPermitted as error:
        if warn:
            log.warning("%s; it takes effect within %g s, without a restart", error, TRY_AGAIN_SECONDS)
        return None
    return engine
