"""The echo engine, as soon as ICMP is permitted: the advised command takes effect without a restart."""

import asyncio
import logging

from agent.probes.icmp.engine import EchoEngine, OpenSocket
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.sockets import EchoSocket, IcmpNotPermitted
from agent.probes.icmp.streams import IcmpProbes
from runtime.tasks import alongside
from runtime.trouble import Trouble

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 10.0


async def run_icmp(icmp: IcmpProbes, flips: Flips, open_socket: OpenSocket = EchoSocket) -> None:
    """Run until cancelled. Without permission one warning gives the remedy, and each target reports it."""
    trouble = Trouble()
    engine = await _opened(EchoEngine(flips, open_socket), trouble)
    try:
        async with alongside(icmp.run(engine)):
            while engine is None:
                await asyncio.sleep(TRY_AGAIN_SECONDS)
                engine = await _opened(EchoEngine(flips, open_socket), trouble)
            if trouble.ended():
                log.info("ICMP is permitted now")
                icmp.permit(engine)
            await asyncio.Event().wait()
    finally:
        if engine is not None:
            engine.close()


async def _opened(engine: EchoEngine, trouble: Trouble) -> EchoEngine | None:
    try:
        await engine.open()
    except IcmpNotPermitted as error:
        if trouble.began(str(error)):
            log.warning("%s; it takes effect within %g s, without a restart", error, TRY_AGAIN_SECONDS)
        return None
    return engine
