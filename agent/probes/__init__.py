"""The probe kinds, one file each. A kind is loaded when the first probe of it is assigned."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from agent.net.addresses import prepare
from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.net.shortage import shortage
from agent.probes.kinds import KINDS
from agent.probes.measurement import Row
from agent.probes.summary import Values
from wire.probes import Http, Icmp, Probe, kind


async def measure_rows(probe: Probe, allow: Allow) -> list[Row]:
    """The target itself, then its parts where it has many, with values named as in wire.metrics.

    Raises Failed, also for an address or a port that `allow` refuses; ends within the probe's timeout.
    """
    so_far: Values = {}
    try:
        rows = _begin(probe, allow, so_far)
        async with asyncio.timeout(timeout_seconds(probe)):
            return await rows
    except TimeoutError:
        raise Failed("timeout", f"no answer within {timeout_seconds(probe):g} s", so_far) from None
    except (OSError, MemoryError) as error:
        if ours := shortage(error):
            raise ours from None
        raise


def _begin(probe: Probe, allow: Allow, so_far: Values) -> Coroutine[Any, Any, list[Row]]:
    """The coroutine, not begun: a kind takes its time to load, which is not the target's."""
    if not isinstance(probe, Http):
        prepare(probe.address)
    return KINDS[kind(probe)].measure(probe, allow, so_far)


def timeout_seconds(probe: Probe) -> float:
    return probe.period_seconds if isinstance(probe, Icmp) else probe.timeout_seconds
