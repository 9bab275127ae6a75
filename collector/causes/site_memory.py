"""The memory of one site: a few runs, boots and starts, and the state of the link that carries it."""

from typing import NamedTuple

from msgspec import Struct, field

from collector.causes.followed import Followed, RowKey
from collector.causes.levels import Levels
from collector.causes.runs import Runs

PORT_PAUSE_SECONDS = 150.0
"""A router's ports are polled once a minute."""


class BootSpan(Struct, gc=False):
    """One run of the agent's machine. `booted_at` is its start by its boot clock, None if it is not known.

    `kept_spool`: its spool names a stream of before, so that all that was measured then will come in.
    """

    boot: str
    first: float
    last: float
    booted_at: float | None = None
    kept_spool: bool = False


class RouterStart(Struct, gc=False):
    """The router started at `booted_at`, as it says from `first` to `last`."""

    booted_at: float
    first: float
    last: float


class OnuState(NamedTuple):
    """`cause` is the reason of its last loss: "los", "dying_gasp", "other"; "" if its OLT does not say it."""

    up: bool
    cause: str


class LineMemory(Struct):
    """The devices of the link that carries a site. Signals and lights are kept by row, a few of each; those
    of rows that name nobody, and can only mean it, are `nameless`.

    `far_end`: the site's own radio is connected. `light`: the site's own port receives light. `poe_here`
    feeds the site's radio, `poe_above` the radio above that leads to it. `onu_read` are the last times at
    which the ONU was read.
    """

    signals: dict[RowKey, Levels] = {}
    lights: dict[RowKey, Levels] = {}
    nameless: dict[RowKey, Levels] = {}
    onu: Followed[OnuState] = field(default_factory=Followed)
    onu_read: list[float] = []
    far_end: Followed[bool] = field(default_factory=Followed)
    light: Followed[bool] = field(default_factory=Followed)
    poe_here: Followed[bool] = field(default_factory=Followed)
    poe_above: Followed[bool] = field(default_factory=Followed)


class SiteMemory(Struct):
    """`spooled` are the reports that the agent holds back; None before its first word about it.

    `port` is the port above the site, as its parent's agent polls it. `line` is None before the first row
    about its link.
    """

    gateway: Runs[bool] = field(default_factory=Runs)
    uplink: Runs[bool] = field(default_factory=Runs)
    battery: Runs[bool] = field(default_factory=Runs)
    port: Runs[bool] = field(default_factory=Runs)
    boots: list[BootSpan] = []
    router_starts: list[RouterStart] = []
    spooled: float | None = None
    measured: float = 0.0
    line: LineMemory | None = None
