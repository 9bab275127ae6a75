"""A process for the memory of an agent that polls: RSS before its first poll, and after three of 30 devices.

It has loaded the agent's whole program. `python -m tests.bench.snmp_memory SECRETS PORT PROFILE…` prints both
in MiB.
"""

import asyncio
import sys
from pathlib import Path

import psutil

import agent.probes.snmp.secrets
import agent.program
from agent.net.allow import UNRESTRICTED
from agent.probes import measure_rows
from wire.probes import Snmp

DEVICES = 30
POLLS = 3

assert agent.program


def main(secrets: str, port: str, *profiles: str) -> None:
    agent.probes.snmp.secrets.DIRECTORY = Path(secrets)
    before = _rss()
    asyncio.run(_polls([_device(number, int(port), profiles) for number in range(1, DEVICES + 1)]))
    print(f"{before:.1f} {_rss():.1f}")


def _device(number: int, port: int, profiles: tuple[str, ...]) -> Snmp:
    """An address each, so that the agent remembers each."""
    address = f"127.0.0.{number}"
    return Snmp(
        f"d{number}", address, list(profiles), community_file="community", port=port, timeout_seconds=30
    )


async def _polls(devices: list[Snmp]) -> None:
    for _ in range(POLLS):
        await asyncio.gather(*(measure_rows(device, UNRESTRICTED) for device in devices))


def _rss() -> float:
    return psutil.Process().memory_info().rss / 2**20


if __name__ == "__main__":
    main(*sys.argv[1:])
