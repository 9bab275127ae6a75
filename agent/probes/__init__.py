"""The probe kinds, one file each. A kind is loaded when the first probe of it is assigned."""

import asyncio

from agent.probe import Failed, Row
from agent.shortage import shortage
from wire.probes import Dns, Http, Icmp, Probe, Snmp, Tcp


async def measure(probe: Probe) -> dict[str, float]:
    """What one run measured of the target itself, named as in wire.metrics. Raises Failed."""
    return (await measure_rows(probe))[0].values


async def measure_rows(probe: Probe) -> list[Row]:
    """The target itself, then its parts where it has many. Raises Failed; ends within the probe's timeout."""
    so_far: dict[str, float] = {}
    try:
        async with asyncio.timeout(timeout_seconds(probe)):
            return await _rows(probe, so_far)
    except TimeoutError:
        raise Failed("timeout", f"no answer within {timeout_seconds(probe):g} s", so_far) from None
    except (OSError, MemoryError) as error:
        if ours := shortage(error):
            raise ours from None
        raise


async def _rows(probe: Probe, so_far: dict[str, float]) -> list[Row]:
    match probe:
        case Tcp():
            from agent.probes import tcp

            return [Row(await tcp.measure(probe))]
        case Dns():
            from agent.probes import dns

            return [Row(await dns.measure(probe))]
        case Http():
            from agent.probes import http

            return [Row(await http.measure(probe, so_far))]
        case Snmp():
            from agent.probes import snmp

            return await snmp.measure(probe)
        case Icmp():
            raise Failed("setting", "icmp is a stream: the echo engine measures it")


def timeout_seconds(probe: Probe) -> float:
    return probe.period_seconds if isinstance(probe, Icmp) else probe.timeout_seconds
