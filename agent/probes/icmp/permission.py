"""The echo engine, as soon as ICMP is permitted: the advised command takes effect without a restart."""

import asyncio
import logging

from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.sockets import IcmpNotPermitted
from agent.probes.icmp.streams import IcmpProbes

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 10.0


async def run_icmp(icmp: IcmpProbes) -> None:
    """For ever. That ICMP is not permitted is said once, with the remedy; each target says so till it is."""
    engine = await _opened(icmp, told=False)
    following = asyncio.create_task(icmp.run(engine))
    try:
        while engine is None:
            await asyncio.sleep(TRY_AGAIN_SECONDS)
            engine = await _opened(icmp, told=True)
            if engine is not None:
                log.info("ICMP is permitted now")
                icmp.permit(engine)
        await following
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        if engine is not None:
            engine.close()


async def _opened(icmp: IcmpProbes, *, told: bool) -> EchoEngine | None:
    engine = EchoEngine(on_flip=icmp.flip)
    try:
        await engine.open()
    except IcmpNotPermitted as error:
        if not told:
            log.warning("%s; it takes effect within %g s, without a restart", error, TRY_AGAIN_SECONDS)
        return None
    return engine
