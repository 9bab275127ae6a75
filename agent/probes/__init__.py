"""The probe kinds, one file each. A kind is loaded when the first probe of it is assigned."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from agent.net.addresses import prepare
from agent.net.shortage import shortage
from agent.probes.measurement import Failed, Row
from wire.probes import Dns, Http, Icmp, Probe, Snmp, Tcp


async def measure(probe: Probe) -> dict[str, float]:
    """What one run measured of the target itself, named as in wire.metrics. Raises Failed."""
    return (await measure_rows(probe))[0].values


async def measure_rows(probe: Probe) -> list[Row]:
    """The target itself, then its parts where it has many. Raises Failed; ends within the probe's timeout."""
    so_far: dict[str, float] = {}
    try:
        rows = _rows(probe, so_far)
        async with asyncio.timeout(timeout_seconds(probe)):
            return await rows
    except TimeoutError:
        raise Failed("timeout", f"no answer within {timeout_seconds(probe):g} s", so_far) from None
    except (OSError, MemoryError) as error:
        if ours := shortage(error):
            raise ours from None
        raise


def _rows(probe: Probe, so_far: dict[str, float]) -> Coroutine[Any, Any, list[Row]]:
    """Not begun: a kind takes its time to load, which is not the target's."""
    if not isinstance(probe, Http):
        prepare(probe.address)
    match probe:
        case Tcp():
            from agent.probes import tcp

            return _alone(tcp.measure(probe))
        case Dns():
            from agent.probes import dns

            return _alone(dns.measure(probe))
        case Http():
            from agent.probes.http import measure as http

            return _alone(http.measure(probe, so_far))
        case Snmp():
            from agent.probes.snmp import measure as snmp

            return snmp.measure(probe)
        case Icmp():
            raise Failed("setting", "icmp is a stream: the echo engine measures it")


async def _alone(values: Coroutine[Any, Any, dict[str, float]]) -> list[Row]:
    return [Row(await values)]


def timeout_seconds(probe: Probe) -> float:
    return probe.period_seconds if isinstance(probe, Icmp) else probe.timeout_seconds
