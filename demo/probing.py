"""The network under the probes of one simulated site: its answers are the truth's, its waits are real."""

import asyncio
import errno
import os
import socket
import time
from random import Random

from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.probes import timeout_seconds
from agent.probes.measurement import Row
from agent.program import ProbeNetwork
from demo.echoes import SimulatedEchoes
from demo.script_time import ScriptTime
from demo.truth import Truth
from wire.probes import Probe

PLACES = {"@gateway": "198.18.0.1", "@resolver": "198.18.0.53", "@resolver2": "198.18.0.54"}
"""Addresses that stand for the places at each site; RFC 2544 keeps them for tests, so no device has one."""
PLACE_AT = {address: place for place, address in PLACES.items()}
QUICKLY_SECONDS = 0.002
"""A refusal, or a router's word that there is no way, comes after about so long."""


class SimulatedNetwork:
    """`chance` draws what is by chance, for this site alone."""

    def __init__(self, site: str, truth: Truth, pace: ScriptTime, chance: Random) -> None:
        self._site = site
        self._truth = truth
        self._pace = pace
        self._chance = chance

    def for_agent(self) -> ProbeNetwork:
        return ProbeNetwork(self._open_socket, self._resolve, self._measure)

    def _open_socket(self, family: socket.AddressFamily) -> SimulatedEchoes:
        """The city has no IPv6."""
        if family != socket.AF_INET:
            raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))
        return SimulatedEchoes(family, self._echo)

    def _echo(self, address: str) -> float | None:
        asked = PLACE_AT.get(address, address)
        return self._truth.echo(self._site, asked, self._now(), self._chance)

    async def _resolve(self, address: str, allow: Allow) -> str:
        return PLACES.get(address, address)

    async def _measure(self, probe: Probe, allow: Allow) -> list[Row]:
        """Raises Failed."""
        values, reason = self._truth.check(self._site, probe, self._now(), self._chance)
        found = dict(values)
        await asyncio.sleep(_waited(probe, found, reason))
        if reason is not None:
            raise Failed(reason, f"simulated: {reason}", found)
        return [Row(found)]

    def _now(self) -> float:
        return self._pace.script(time.time())


def _waited(probe: Probe, values: dict[str, float], reason: str | None) -> float:
    """The seconds that the measurement takes: all that its values say, but no longer than its time."""
    if reason == "timeout":
        return timeout_seconds(probe)
    told = sum(value for name, value in values.items() if name in DURATIONS)
    return min(told or QUICKLY_SECONDS, timeout_seconds(probe))


DURATIONS = frozenset(
    {
        "tcp_connect_duration_seconds",
        "dns_lookup_duration_seconds",
        "http_resolve_seconds",
        "http_connect_seconds",
        "http_tls_seconds",
        "http_processing_seconds",
        "http_transfer_seconds",
    }
)
