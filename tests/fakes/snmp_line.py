"""A device of SNMP behind a line that loses datagrams, in the time of the event loop, without a socket."""

import asyncio
from collections.abc import Callable
from random import Random

from agent.probes.snmp.device import SnmpDevice
from agent.probes.snmp.exchange import SnmpExchange
from agent.probes.snmp.message import Community
from agent.probes.snmp.session import DeviceSession
from agent.probes.snmp.turns import Turns

Answer = Callable[[bytes], bytes | None]


class SnmpLine:
    """It stands for agent.probes.snmp.transport.Udp. The device works at one request after another, `seconds`
    long; the line loses the share `loss` each way.
    """

    def __init__(self, answer: Answer, seconds: float, loss: float = 0.0, seed: int = 1) -> None:
        self._answer = answer
        self._seconds = seconds
        self._loss = loss
        self._chance = Random(seed)
        self._free_at = 0.0
        self.requests = 0
        self.datagrams = 0
        self.unread = 0
        self.error: OSError | None = None
        self.receive: Callable[[bytes], None] = lambda _: None
        self.fail: Callable[[], None] = lambda: None

    def send(self, datagram: bytes) -> None:
        if self._chance.random() >= self._loss:
            self.requests += 1
            loop = asyncio.get_running_loop()
            self._free_at = max(self._free_at, loop.time()) + self._seconds
            loop.call_at(self._free_at, self._reply, datagram)

    def _reply(self, datagram: bytes) -> None:
        answer = self._answer(datagram)
        if answer is not None and self._chance.random() >= self._loss:
            self.datagrams += 1
            self.receive(answer)

    def session(self, device: SnmpDevice, *, version_1: bool = False) -> DeviceSession:
        """A new poll of the device."""
        device.polled()
        self.datagrams = 0
        security = Community(0 if version_1 else 1, b"public")
        exchange = SnmpExchange(self, security, Turns(), 1, "the device", device.round_trips)  # type: ignore[arg-type]
        return DeviceSession(exchange, device, version_1=version_1)
