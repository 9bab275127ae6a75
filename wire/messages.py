"""The small messages beside the report. Plain JSON; unknown fields are ignored."""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from wire.probes import Probe
from wire.ranges import Range

MAX_ACK_RANGES = 16
MAX_VERSION = 4_102_444_800_000
"""The highest version of an assignment: Unix milliseconds of the year 2100. No collector gives more."""
VERSIONS_AHEAD = 366 * 86_400_000
"""No honest version is further ahead of the collector's own: a forger gave it, or a clock set back since."""

CLOCKLESS_UNTIL = 5e8
"""Unix seconds of 1985: an earlier time is that of a machine without a clock, which begins in 1970."""

Commit = tuple[Annotated[str, Meta(max_length=64)], Annotated[int, Meta(ge=0, le=2**53)]]
"""A transaction of the collector's store: the run of the collector that made it, and its number."""


class Rejected(Struct, frozen=True):
    """A payload that can never be taken, named by the first 8 bytes of its SHA-256 in hex."""

    digest: str
    reason: str


class Ack(Struct, frozen=True, omit_defaults=True):
    """Collector to agent: the reports of one stream that are stored.

    `epoch` names this run of the collector and `commit` its store's last transaction. `past` answers a
    presence that knows a transaction of an earlier run: that run, and the last of its transactions that are
    in the store, 0 where none is. Less than the agent knows means that the store was restored.
    `hold` says why the collector can take nothing yet. `echo` is the boot-clock `sent` of the newest report
    or presence that the collector has. `received` and `sent` are the collector's Unix time when that came
    in and when this went out. They bound the agent's clock offset as in NTP (RFC 5905).
    """

    epoch: str
    commit: int
    stream: str = ""
    base: int = 1
    stored: list[Range] = []
    rejected: list[Rejected] = []
    hold: str = ""
    echo: float | None = None
    received: float = 0.0
    sent: float = 0.0
    past: Commit | None = None


class Presence(Struct, frozen=True, omit_defaults=True):
    """Agent to broker, retained, and as last will: a hint only.

    `streams` are those of which the agent holds reports. `known` is the last transaction of the collector
    that the agent knows. `assignment` may be any number: the collector answers even an absurd one.
    """

    online: bool
    boot: str = ""
    stream: str = ""
    streams: list[str] = []
    sent: float | None = None
    version: str = ""
    assignment: int = 0
    conditions: list[str] = []
    known: Commit | None = None


class CollectorPresence(Struct, frozen=True):
    """Collector to all, retained, and as last will: while offline, agents publish nothing but presence."""

    online: bool
    epoch: str


class Assignment(Struct, frozen=True, omit_defaults=True):
    """Collector to agent, retained: all that the agent is to do. Newer `version` wins.

    `authority` is the `authority_id` of the newest: an agent that does not believe it renews its certificate.
    """

    version: int
    report_interval_seconds: Annotated[float, Meta(ge=1, le=3600)] = 10.0
    probes: list[Probe] = []
    authority: str = ""


class AssignmentOffer(Struct, frozen=True):
    """An Assignment as it arrives: each probe is decoded alone, so that an unknown kind costs only itself."""

    version: int
    report_interval_seconds: Annotated[float, Meta(ge=1, le=3600)] = 10.0
    probes: list[Raw] = []
    authority: Annotated[str, Meta(max_length=64)] = ""


encode = msgspec.json.encode
decode_ack = msgspec.json.Decoder(Ack).decode
decode_presence = msgspec.json.Decoder(Presence).decode
decode_collector_presence = msgspec.json.Decoder(CollectorPresence).decode
decode_assignment = msgspec.json.Decoder(AssignmentOffer).decode
