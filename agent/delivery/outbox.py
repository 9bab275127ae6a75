"""The outbox joins spool, window and clock. It takes each event and gives the messages to publish.

It is synchronous and has no network: the worker calls it in one thread, a simulator in virtual time.
Every `now` is the boot clock.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from agent.clock import UNDATED, Clock, ClockReading, set_since
from agent.delivery.collector_run import judge
from agent.delivery.window import Delivery
from agent.spool import ReportRow, Spool, SpoolLedger
from agent.spool.key import Key
from wire.messages import Ack, CollectorPresence, Presence
from wire.ranges import Range
from wire.report import Body, digest, seal
from wire.text import printable

LOOK_AGAIN_SECONDS = 10.0
STREAMS_NAMED = 64
MAX_SEQ = 2**53
KEEP_SECONDS = 0.01
SENDINGS_KNOWN = 256

REMEDIES = {
    "spool_unwritable": "new reports are in memory alone till then",
    "spool_damaged": "a damaged spool was set aside and what it held is counted as dropped; check the disk",
    "unacknowledged": "published, but nothing acknowledged for 60 s; check that the collector runs, that the"
    " CN of certificate_file is this agent's id, and that the broker's ACL lets it write its report and"
    " presence topics and read its ack topic",
    "held": "the collector can't take this agent's reports yet; they are kept and tried every ten minutes",
    "clock_disagrees": "the kernel's clock and the collector's are over 2 s apart; check NTP at both ends;"
    " till then reports carry the collector's time",
    "refused": "change the inventory, or [allow] in agent.toml",
}


class Standing(NamedTuple):
    """The state of the delivery. `conditions` are troubles that a person should know, with remedies.

    `offset` is Unix time minus boot clock by the collector, None before its first answer.
    """

    held_reports: int
    ledger: SpoolLedger
    conditions: dict[str, str]
    offset: float | None = None

    def vitals(self) -> dict[str, float]:
        """Named as in wire.metrics."""
        return {
            "agent_spooled_reports": self.held_reports,
            "agent_spooled_measurements": self.ledger.held,
            "agent_taken_measurements_total": self.ledger.taken,
            "agent_stored_measurements_total": self.ledger.acknowledged,
            "agent_dropped_measurements_total": self.ledger.dropped,
            "agent_rejected_measurements_total": self.ledger.rejected,
        }


class Outgoing(NamedTuple):
    """The messages to publish now, presence first, and the time to ask again if nothing happens before."""

    presence: Presence | None
    reports: list[bytes]
    due: float


class ReportOutbox:
    """`random` gives numbers of [0, 1)."""

    def __init__(self, spool: Spool, *, boot: str, random: Callable[[], float], version: str = "") -> None:
        self._spool = spool
        self._boot = boot
        self._version = version
        self._assignment = 0
        self._refused: Sequence[str] = ()
        self._delivery = Delivery(random)
        self._clock = Clock()
        self._disagrees = False
        self._kept = UNDATED
        self._published_conditions: list[str] = []
        self._sent: deque[float] = deque(maxlen=SENDINGS_KNOWN)

    def put(self, body: Body, now: float) -> int:
        """The seq of the report. It is on disk when this returns, or in memory where a condition says so."""
        seq = self._spool.append(body)
        self._delivery.appended((self._spool.stream, seq), now)
        return seq

    def assigned(self, version: int, now: float, refused: Sequence[str] = ()) -> None:
        """The next presence names the assignment in force; a condition has a reason for `refused`."""
        self._assignment, self._refused = version, refused
        self._delivery.known_again()
        self._delivery.ask(now)

    def connected(self, now: float) -> None:
        self._delivery.connected(now)

    def disconnected(self) -> None:
        self._delivery.disconnected()

    def collector(self, presence: CollectorPresence, now: float) -> None:
        known = self._spool.known
        if presence.online and known is not None and known[0] != presence.epoch:
            self._delivery.doubted(now)
        self._delivery.collector(presence.online, now)

    def acknowledged(self, ack: Ack, now: float) -> None:
        """An acknowledgement that arrived at `now`."""
        answers_us = ack.echo in self._sent  # others answer a twin or an earlier boot
        if ack.echo is not None and answers_us:
            self._clock.add_sample(ack.echo, ack.received, ack.sent, now)
        commit = (ack.epoch, ack.commit)
        match judge(self._spool.known, commit, ack.past):
            case "doubted":
                self._delivery.doubted(now)
                return
            case "restored":
                self._spool.put_back(ack.sent)
                self._delivery.ask(now)  # for the ranges of all streams that the spool holds again
        self._spool.know(commit)
        self._apply(ack, now)
        dated = self._clock.estimate(now) is not None
        if dated or answers_us:
            self._delivery.answered(dated, now)

    def _apply(self, ack: Ack, now: float) -> None:
        stored = _valid(ack.stored)
        self._spool.acknowledge(ack.stream, stored, ack.sent)
        self._delivery.acknowledged(ack.stream, stored, now)
        for rejected in ack.rejected:
            key = self._delivery.rejected(rejected.digest, now)
            if key is not None:
                self._spool.drop(key, "rejected")
                self.put(Body(now), now)  # an empty report takes the loss to the collector
        if ack.hold:
            self._delivery.held_off(printable(ack.hold, 200), now)

    def take(self, now: float, kernel_offset: float | None) -> Outgoing:
        """The messages to publish now. `kernel_offset` is None where nothing keeps that clock."""
        self._disagrees = kernel_offset is not None and self._clock.disagrees(now, kernel_offset)
        conditions = list(self._conditions(now))
        if conditions != self._published_conditions:
            self._published_conditions = conditions
            self._delivery.ask(now)
        presence = self.presence(now, online=True) if self._delivery.ask_due(now) else None
        reports = list(self._sealed(now, self._clock.reading(now, kernel_offset)))
        if presence is not None or reports:
            self._sent.append(round(now, 6))
        return Outgoing(presence, reports, min(self._delivery.next_due(now), now + LOOK_AGAIN_SECONDS))

    def presence(self, now: float, *, online: bool) -> Presence:
        """The presence names this stream always, so that there is an answer with the time."""
        streams = self._spool.streams()[:STREAMS_NAMED]
        return Presence(
            online=online,
            boot=self._boot,
            stream=self._spool.stream,
            streams=list(dict.fromkeys([*streams, self._spool.stream])),
            sent=round(now, 6),
            version=self._version,
            assignment=self._assignment,
            conditions=list(self._conditions(now)),
            known=self._spool.known,
        )

    def standing(self, now: float) -> Standing:
        return Standing(
            self._spool.held_reports(),
            self._spool.account(),
            self._conditions(now),
            None if (best := self._clock.estimate(now)) is None else best.offset,
        )

    def close(self) -> None:
        self._spool.close()

    def _conditions(self, now: float) -> dict[str, str]:
        conditions = {code: f"{what}; {REMEDIES[code]}" for code, what in self._spool.conditions.items()}
        if self._delivery.unacknowledged(now):
            conditions["unacknowledged"] = REMEDIES["unacknowledged"]
        if self._delivery.hold:
            conditions["held"] = f"{self._delivery.hold}; {REMEDIES['held']}"
        if self._disagrees:
            conditions["clock_disagrees"] = REMEDIES["clock_disagrees"]
        if self._refused:
            more = f" and {len(self._refused) - 1} more" if len(self._refused) > 1 else ""
            conditions["refused"] = f"not measured: {self._refused[0]}{more}; {REMEDIES['refused']}"
        return conditions

    def _sealed(self, now: float, current: ClockReading) -> Iterator[bytes]:
        """The chosen reports as bytes. Each keeps the offset that it gets now."""
        self._keep(current)
        chosen: list[tuple[Key, ReportRow, ClockReading]] = []
        for key in self._delivery.choose(now, self._spool.held):
            row = self._spool.read(key)
            if row is None:
                self._delivery.gone(key)
            else:
                chosen.append((key, row, self._reading(row, current)))
        anew = [(key, reading) for key, row, reading in chosen if reading != (row.reading or UNDATED)]
        self._spool.freeze(anew)
        bases = {stream: self._spool.lowest(stream) for stream in {row.stream for _, row, _ in chosen}}
        for key, row, reading in chosen:
            payload = seal(
                row.body,
                stream=row.stream,
                seq=row.seq,
                base=min(bases[row.stream] or row.seq, row.seq),
                boot=row.boot,
                sent=now,
                offset=reading.offset,
                clock=reading.clock,
            )
            self._delivery.sent(key, digest(payload), now)
            yield payload

    def _reading(self, row: ReportRow, current: ClockReading) -> ClockReading:
        """The reading that the report has already, unless the collector's clock was set since."""
        if row.reading is not None and not (row.boot == self._boot and set_since(row.reading, current)):
            return row.reading
        if row.boot == self._boot and current.offset is not None:
            return current
        return self._spool.reading(row.boot) or UNDATED

    def _keep(self, current: ClockReading) -> None:
        if current.offset is None:
            return
        if self._kept.offset is None or abs(current.offset - self._kept.offset) > KEEP_SECONDS:
            self._kept = current
            self._spool.keep_reading(current)


def _valid(ranges: list[Range]) -> list[Range]:
    return [(low, high) for low, high in ranges if 1 <= low <= high <= MAX_SEQ]
