"""The agent remembers some facts of each device from poll to poll. Their number is bounded."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from agent.probes.snmp.recognise import Recognised
from agent.probes.snmp.round_trips import RoundTrips
from wire.profile import Oid, Profile

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
    """How many variables one message may hold, whether GETBULK is answered, how long answers take, the engine
    of SNMPv3, and the texts and names of rows by table.

    A name stays with its row for as long as the device calls the row by the same text. `recognised` says
    who the device is, `trees` the answers so far until that is known; `uptime_ticks` is its last sysUpTime.
    A slow profile is `due` at a time of the event loop's clock; `kept` are its values of the device itself,
    until then. The tables `renumbered` may have their rows at other indices since the device
    started again; `wide` are the rows and values that have 64-bit counters. `turn` counts the pieces that had
    no time, so that another one has it next.
    """

    variables: int = VARIABLES
    knows_bulk: bool = True
    answers_bulk: bool = False
    refused_bulk: int = 0
    polls: int = 0
    engine: Engine | None = None
    round_trips: RoundTrips = field(default_factory=RoundTrips)
    names: dict[str, dict[Oid, tuple[str, str]]] = field(default_factory=dict)
    recognised: Recognised | None = None
    trees: dict[Oid, bool] = field(default_factory=dict)
    uptime_ticks: int = 0
    renumbered: set[str] = field(default_factory=set)
    wide: set[tuple[str, str]] = field(default_factory=set)
    turn: int = 0
    due: dict[str, float] = field(default_factory=dict)
    kept: dict[str, dict[str, float]] = field(default_factory=dict)
    own: Mapping[str, Profile] = field(default_factory=dict)
    _silences: int = 0
    _doubts: int = 0
    _doubted_at: int = 0
    _anew_at: int = 0

    def polled(self) -> None:
        """A device may have been mended, or blamed for a lost datagram: after a while it is asked anew."""
        self.polls += 1
        self._silences = 0
        if self.variables == VARIABLES and self.knows_bulk:
            self._doubts = max(0, self._doubts - 1)
        elif self.polls >= self._anew_at:
            self.variables, self.knows_bulk, self.refused_bulk = VARIABLES, True, 0

    def reads_by(self, own: Mapping[str, Profile]) -> None:
        """The city's own profiles of this poll. By others it may be another device."""
        if own != self.own:
            self.own, self.recognised = own, None
            for memory in (self.trees, self.due, self.kept):
                memory.clear()

    def keep(self, profiles: Collection[str]) -> None:
        """Forget the values of profiles that are no longer in use."""
        self.kept = {name: values for name, values in self.kept.items() if name in profiles}

    def saw_uptime(self, ticks: int) -> None:
        """A device that has started again may be another one, or have other parts."""
        if ticks < self.uptime_ticks:
            self.recognised = None
            self.due.clear()
            self.renumbered.update(self.names)
            self.wide.clear()
        self.uptime_ticks = ticks

    def too_big(self, fits: int) -> None:
        """The device says that it can answer so many variables at most."""
        self._less(fits, ANEW_AFTER_POLLS)

    def perhaps_too_big(self, fits: int) -> None:
        """The device answers so many, and was silent for more. Where datagrams are lost, once in a poll says
        nothing. The device is asked for more in the next poll, and later each time that this comes again.
        """
        self._silences += 1
        if fits < self.variables and (self._silences > 1 or not self.round_trips.lossy):
            self._doubts += self._doubted_at != self.polls
            self._doubted_at = self.polls
            self._less(fits, min(2**self._doubts // 2, ANEW_AFTER_POLLS))

    def _less(self, variables: int, polls: int) -> None:
        if variables < self.variables:
            self.variables = max(1, variables)
            self._anew_at = max(self._anew_at, self.polls + polls)

    def bulk_answered(self) -> None:
        self.answers_bulk, self.refused_bulk = True, 0

    def bulk_refused(self) -> None:
        """The device answers GETNEXT in a walk, and no GETBULK."""
        self.refused_bulk += 1
        if self.refused_bulk >= REFUSALS:
            self.knows_bulk, self.answers_bulk = False, False
            self._anew_at = max(self._anew_at, self.polls + ANEW_AFTER_POLLS)


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
