"""Probes without an allow list, as a person at the command line runs them."""

from agent import probes
from agent.net.allow import UNRESTRICTED
from agent.probes.measurement import Row
from wire.probes import Probe


async def measure(probe: Probe) -> dict[str, float]:
    """The values of the target itself. Raises Failed."""
    return (await measure_rows(probe))[0].values


async def measure_rows(probe: Probe) -> list[Row]:
    return await probes.measure_rows(probe, UNRESTRICTED)
