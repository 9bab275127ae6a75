"""The agent remembers some facts of each device from poll to poll. Their number is bounded."""

from collections import OrderedDict
from dataclasses import dataclass, field

from agent.probes.snmp.recognise import Recognised
from wire.profile import Oid

MAX_DEVICES = 1024
VARIABLES = 30
"""Variables of one message at first: a response of these fits 1,500 bytes with most devices."""
REFUSALS = 2
"""After so many walks in a row in which the device answers GETNEXT only, the agent sends no GETBULK."""
ANEW_AFTER_POLLS = 100


@dataclass(slots=True)
class Engine:
    """A device's SNMP engine: how often it has started, and seconds since, as of `at` on the boot clock."""

    id: bytes
    boots: int
    seconds: int
    at: float


@dataclass(slots=True)
class SnmpDevice:
    """How many variables one message may hold, how often GETBULK was refused, the engine of SNMPv3, and the
    texts and names of rows by table.

    A name stays with its row for as long as the device calls the row by the same text. `recognised` says who
    the device is; `uptime_ticks` is its last sysUpTime. A slow profile is `due` at a time of the event loop's
    clock; `kept` are its values of the device itself, until then.
    """

    variables: int = VARIABLES
    refused_bulk: int = 0
    polls: int = 0
    engine: Engine | None = None
    names: dict[str, dict[Oid, tuple[str, str]]] = field(default_factory=dict)
    recognised: Recognised | None = None
    uptime_ticks: int = 0
    due: dict[str, float] = field(default_factory=dict)
    kept: dict[str, dict[str, float]] = field(default_factory=dict)

    def polled(self) -> None:
        """A device may have been mended, or blamed for a lost datagram: now and then it is asked anew."""
        self.polls += 1
        if self.polls % ANEW_AFTER_POLLS == 0:
            self.variables, self.refused_bulk = VARIABLES, 0

    def saw_uptime(self, ticks: int) -> None:
        """A device that has started again may be another one, or have other parts."""
        if ticks < self.uptime_ticks:
            self.recognised = None
            self.due.clear()
        self.uptime_ticks = ticks

    @property
    def knows_bulk(self) -> bool:
        return self.refused_bulk < REFUSALS


class Devices:
    """The devices by the settings that tell them apart. Beyond the limit the one asked longest ago goes."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, ...], SnmpDevice] = OrderedDict()

    def at(self, *key: object) -> SnmpDevice:
        device = self._known.setdefault(key, SnmpDevice())
        self._known.move_to_end(key)
        while len(self._known) > MAX_DEVICES:
            self._known.popitem(last=False)
        return device
