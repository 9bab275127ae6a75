"""The probe kinds, one file each. A kind is loaded when the first probe of it is assigned."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from agent.net.addresses import prepare
from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.net.shortage import shortage
from agent.probes.measurement import Row
from wire.probes import Dns, Http, Icmp, Probe, Snmp, Tcp


async def measure_rows(probe: Probe, allow: Allow) -> list[Row]:
    """The target itself, then its parts where it has many, with values named as in wire.metrics.

    Raises Failed, also for an address or a port that `allow` refuses; ends within the probe's timeout.
    """
    so_far: dict[str, float] = {}
    try:
        rows = _rows(probe, allow, so_far)
        async with asyncio.timeout(timeout_seconds(probe)):
            return await rows
    except TimeoutError:
        raise Failed("timeout", f"no answer within {timeout_seconds(probe):g} s", so_far) from None
    except (OSError, MemoryError) as error:
        if ours := shortage(error):
            raise ours from None
        raise


def _rows(probe: Probe, allow: Allow, so_far: dict[str, float]) -> Coroutine[Any, Any, list[Row]]:
    """Not begun: a kind takes its time to load, which is not the target's."""
    if not isinstance(probe, Http):
        prepare(probe.address)
    match probe:
        case Tcp():
            from agent.probes import tcp

            return _alone(tcp.measure(probe, allow))
        case Dns():
            from agent.probes import dns

            return _alone(dns.measure(probe, allow))
        case Http():
            from agent.probes.http import measure as http

            return _alone(http.measure(probe, allow, so_far))
        case Snmp():
            from agent.probes.snmp import measure as snmp

            return snmp.measure(probe, allow)
        case Icmp():
            raise Failed("setting", "icmp is a stream: the echo engine measures it")


async def _alone(values: Coroutine[Any, Any, dict[str, float]]) -> list[Row]:
    return [Row(await values)]


def timeout_seconds(probe: Probe) -> float:
    return probe.period_seconds if isinstance(probe, Icmp) else probe.timeout_seconds
