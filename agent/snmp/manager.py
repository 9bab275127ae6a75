"""The SNMP manager (RFC 3411): pysnmp's engines and the sessions through them. One for an event loop."""

import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pysnmp.carrier.asyncio.dispatch import AsyncioDispatcher
from pysnmp.entity import config
from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC96_SHA,
    USM_AUTH_HMAC128_SHA224,
    USM_AUTH_HMAC192_SHA256,
    USM_AUTH_HMAC256_SHA384,
    USM_AUTH_HMAC384_SHA512,
    USM_PRIV_CFB128_AES,
    USM_PRIV_NONE,
    CommunityData,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    UsmUserData,
)
from pysnmp.hlapi.v3arch.asyncio.lcd import CommandGeneratorLcdConfigurator

from agent.addresses import resolve
from agent.probe import Failed
from agent.probes.tcp import failure
from agent.secrets import secret
from agent.snmp.session import PysnmpSession, Session
from agent.snmp.transport import Udp, connected, domain
from agent.snmp.turns import Turns
from wire.probes import Snmp

AUTH = {
    "SHA": USM_AUTH_HMAC96_SHA,
    "SHA-224": USM_AUTH_HMAC128_SHA224,
    "SHA-256": USM_AUTH_HMAC192_SHA256,
    "SHA-384": USM_AUTH_HMAC256_SHA384,
    "SHA-512": USM_AUTH_HMAC384_SHA512,
}
_tables = CommandGeneratorLcdConfigurator()

MIN_KEY = 8
TICK_SECONDS = 10
EXPIRY_SECONDS = 2 * TICK_SECONDS
"""When pysnmp forgets a request; the session has given it up by then."""


class Manager:
    """All devices share one engine, except that a user of SNMPv3 has one of its own for each of its keys:
    an engine knows a user by name alone, and devices may know one name by different keys.
    """

    def __init__(self) -> None:
        self._engines: dict[tuple[str, ...], Any] = {}
        self._turns = Turns()

    @asynccontextmanager
    async def session(self, probe: Snmp) -> AsyncIterator[Session]:
        """Raises Failed."""
        address = await resolve(probe.address)
        credentials = _credentials(probe)
        engine = self._engine(probe)
        try:
            base, family = domain(address, probe.port)
            transport = await connected(family, address, probe.port, self._turns)
        except OSError as error:
            raise failure(error, address, probe.port) from None
        own = _free(engine, base)
        config.add_transport(engine, own, transport)
        try:
            target = await (UdpTransportTarget if family is Udp else Udp6TransportTarget).create(
                (address, probe.port), timeout=EXPIRY_SECONDS, retries=0
            )
            target.TRANSPORT_DOMAIN = own
            name, _ = _tables.configure(engine, credentials, target)
            yield PysnmpSession(engine, name, transport, self._turns, f"{address} port {probe.port}")
        finally:
            config.delete_transport(engine, own)
            transport.close_transport()

    def _engine(self, probe: Snmp) -> Any:
        key = (probe.user, probe.auth, probe.auth_file, probe.priv_file) if probe.user else ()
        if key not in self._engines:
            engine = self._engines[key] = SnmpEngine()
            engine.register_transport_dispatcher(AsyncioDispatcher(timeout=TICK_SECONDS))
            gc.collect()
            gc.freeze()  # 50,000 objects that stay: a full collection then takes 2 ms instead of 24
        engine = self._engines[key]
        # pysnmp's clock stands still while no socket is open: SNMPv3's state would never expire and pile up.
        engine.transport_dispatcher.handle_timer_tick(time.time())
        return engine


def _credentials(probe: Snmp) -> Any:
    if not probe.user:
        return CommunityData(secret(probe.community_file))
    return UsmUserData(
        probe.user,
        authKey=_key(probe.auth_file),
        authProtocol=AUTH[probe.auth],
        privKey=_key(probe.priv_file) if probe.priv_file else None,
        privProtocol=USM_PRIV_CFB128_AES if probe.priv_file else USM_PRIV_NONE,
    )


def _key(name: str) -> str:
    key = secret(name)
    if len(key) < MIN_KEY:
        raise Failed("setting", f"secret {name}: SNMPv3 wants at least {MIN_KEY} characters (RFC 3414, 11.2)")
    return key


def _free(engine: Any, base: tuple[int, ...]) -> tuple[int, ...]:
    """The device's domain, or one beside it while another probe of the device runs."""
    number = 0
    while config.get_transport(engine, (*base, number)):
        number += 1
    return (*base, number)
