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
    """The measurements of the target, then of its parts if it has many. wire.metrics names the values.

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
    """The coroutine, not begun: the time that a kind takes to load is not the target's time."""
    if not isinstance(probe, Http):
        prepare(probe.address)
    return KINDS[kind(probe)].measure(probe, allow, so_far)


def timeout_seconds(probe: Probe) -> float:
    return probe.period_seconds if isinstance(probe, Icmp) else probe.timeout_seconds
