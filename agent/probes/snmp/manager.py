"""The SNMP manager (RFC 3411): sessions with devices, and what is remembered of each. One an event loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING

from agent.net.addresses import resolve
from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.net.sockets import failure
from agent.probes.snmp.device import Devices, SnmpDevice
from agent.probes.snmp.exchange import SnmpExchange
from agent.probes.snmp.message import Community
from agent.probes.snmp.secrets import secret
from agent.probes.snmp.session import DeviceSession, Session
from agent.probes.snmp.transport import connected
from agent.probes.snmp.turns import Turns
from wire.probes import Snmp

if TYPE_CHECKING:
    from agent.probes.snmp.usm import Usm

MIN_KEY = 8


class Manager:
    """A poll that began before another has its answers read before it."""

    def __init__(self) -> None:
        self._turns = Turns()
        self._devices = Devices()
        self._numbers = count()

    @asynccontextmanager
    async def session(self, probe: Snmp, allow: Allow) -> AsyncIterator[Session]:
        """Raises Failed."""
        address = await resolve(probe.address, allow, probe.timeout_seconds)
        number = next(self._numbers)
        who = (probe.user, probe.community_file, probe.version)
        device = self._devices.at(probe.target, address, probe.port, *who)
        device.polled()
        await self._turns.turn(number)  # an agent has all its polls begin at once
        security: Community | Usm = _usm(probe, device) if probe.user else _community(probe)
        try:
            udp = connected(address, probe.port, self._turns, number)
        except OSError as error:
            raise failure(error, address, probe.port) from None
        try:
            name = f"{address} port {probe.port}"
            exchange = SnmpExchange(udp, security, self._turns, number, name, device.round_trips)
            yield DeviceSession(exchange, device, version_1=probe.version == "1")
        finally:
            udp.close()
            if not isinstance(security, Community):
                device.engine = security.engine


def _community(probe: Snmp) -> Community:
    return Community(0 if probe.version == "1" else 1, secret(probe.community_file).encode())


def _usm(probe: Snmp, device: SnmpDevice) -> "Usm":
    auth_key = _key(probe.auth_file)
    priv_key = _key(probe.priv_file) if probe.priv_file else ""
    from agent.probes.snmp.usm import User, Usm  # pysnmp is loaded with the first user

    return Usm(User(probe.user, probe.auth, auth_key, priv_key, probe.priv), device.engine)


def _key(name: str) -> str:
    key = secret(name)
    if len(key) < MIN_KEY:
        raise Failed("setting", f"secret {name}: SNMPv3 wants at least {MIN_KEY} characters (RFC 3414, 11.2)")
    return key
