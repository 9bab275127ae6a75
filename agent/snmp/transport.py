"""A UDP socket of one device: connected, so that no other can answer for it, and bounded in what it reads.

pysnmp matches answers by request id alone; on a shared socket any host could answer for any device.
"""

import asyncio
import ipaddress
import logging
from functools import partial
from typing import Any

from pysnmp.carrier.asyncio.dgram.udp import DOMAIN_NAME as UDP_DOMAIN
from pysnmp.carrier.asyncio.dgram.udp import UdpAsyncioTransport
from pysnmp.carrier.asyncio.dgram.udp6 import DOMAIN_NAME as UDP6_DOMAIN
from pysnmp.carrier.asyncio.dgram.udp6 import Udp6AsyncioTransport

from agent.probes.tcp import tell_unreachable
from agent.snmp.profile import Oid
from agent.snmp.turns import Turns

log = logging.getLogger(__name__)

MAX_DATAGRAM_BYTES = 8 * 1024
MAX_ANSWERS = 3
"""Datagrams read for each that is sent: an SNMPv3 report may come before the response."""


class _Connected:
    """What both families share. `heard` counts datagrams; `failed` is done with the error that ICMP told."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns
        self.heard = 0
        self.failed: asyncio.Future[OSError] = asyncio.get_running_loop().create_future()
        self._welcome = 0
        self._peer: Any = None

    def send_message(self, message: bytes, address: Any) -> None:
        self._peer = address
        self._welcome = MAX_ANSWERS
        self.transport.sendto(message)  # type: ignore[attr-defined]

    def datagram_received(self, datagram: bytes, _: Any) -> None:
        self.heard += 1
        self._welcome -= 1
        if self._welcome >= 0 and len(datagram) <= MAX_DATAGRAM_BYTES:
            self._turns.take(partial(self._read, datagram))

    def _read(self, datagram: bytes) -> None:
        try:
            if receive := self._callback_function:  # type: ignore[attr-defined]
                receive(self, self._peer, datagram)
        except Exception as error:  # whatever BER a device makes up, pysnmp's decoder meets it here
            log.debug("%s: %d bytes that can't be read: %r", self._peer, len(datagram), error)

    def error_received(self, error: OSError) -> None:
        if not self.failed.done():
            self.failed.set_result(error)


class Udp(_Connected, UdpAsyncioTransport):  # type: ignore[misc]
    pass


class Udp6(_Connected, Udp6AsyncioTransport):  # type: ignore[misc]
    pass


def domain(address: str, port: int) -> tuple[Oid, type[Udp] | type[Udp6]]:
    """A transport domain of the device's own, below that of its family (RFC 3417): the same at each poll."""
    packed = ipaddress.ip_address(address.partition("%")[0]).packed
    family, transport = (UDP_DOMAIN, Udp) if len(packed) == 4 else (UDP6_DOMAIN, Udp6)
    return (*family, *packed, port), transport


async def connected(transport: type[Udp] | type[Udp6], address: str, port: int, turns: Turns) -> Udp | Udp6:
    """Raises OSError."""
    loop = asyncio.get_running_loop()
    opened, protocol = await loop.create_datagram_endpoint(
        partial(transport, turns), remote_addr=(address, port)
    )
    tell_unreachable(opened.get_extra_info("socket"))
    assert isinstance(protocol, Udp | Udp6)
    return protocol
