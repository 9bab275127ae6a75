"""Messages in, decisions out: what is new, seen before, or must wait; what to write and whom to answer.

The ingest stores and sends nothing. `take` changes its marks: store the result before the next call.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from collector.city.state import Applied, fresh_seconds
from collector.city.step import Step, redated
from collector.city.taken import Taken
from collector.streams.budget import Budget
from collector.streams.ingestion import AckDraft, Ingestion, Message, MessageCounts, Quarantined
from collector.streams.marks import FORGOTTEN, MAX_RANGES_OF_AGENT, Marks, StreamLedger, fits
from wire.messages import (
    CLOCKLESS_UNTIL,
    MAX_ACK_RANGES,
    Ack,
    Commit,
    Presence,
    Rejected,
    decode_presence,
    encode,
)
from wire.report import (
    MALFORMED,
    MAX_PAYLOAD_BYTES,
    NewerVersion,
    Report,
    Undecodable,
    decode_report,
    digest,
    unknown_fields,
)
from wire.text import printable
from wire.topics import COLLECTOR_PRESENCE, parse, topic

log = logging.getLogger(__name__)

MAX_STREAMS = 1000
MAX_STREAMS_ANSWERED = 128  # an agent names half as many
MAX_STREAM_CHARACTERS = 64
ANSWERS = (4.0 * MAX_STREAMS_ANSWERED, 16.0)
"""Streams that one agent gets answers about for its presence, at once and a second; each start asks once."""
FRESH_STREAMS = (2.0 * MAX_STREAMS, 2.0)
"""Streams that one agent may begin, at once and a second: it begins one with each start."""
SWEEP_SECONDS = 3600.0
MAX_QUARANTINED_BYTES = 4096
MAX_REASON_CHARACTERS = 200
NO_PAST: Mapping[str, int] = {}


class ReportSink(Protocol):
    """The city as measured."""

    def apply(self, agent: str, report: Report, received: float) -> Applied: ...

    def presence(self, agent: str, presence: Presence, received: float) -> bool: ...


class Ingest:
    """`agents` are the inventory's, with their report interval in seconds; `marks` come from the store, and
    `past` too: the runs before this one, each with its last transaction.
    """

    def __init__(
        self,
        epoch: str,
        state: ReportSink,
        agents: Mapping[str, float],
        marks: Iterable[Marks] = (),
        past: Mapping[str, int] = NO_PAST,
    ) -> None:
        self.agents = agents
        self.counts = MessageCounts()
        self._epoch = epoch
        self._past = past
        self._state = state
        self._streams: dict[str, dict[str, Marks]] = {}
        self._answers: dict[str, Budget] = defaultdict(lambda: Budget(*ANSWERS))
        self._fresh: dict[str, Budget] = defaultdict(lambda: Budget(*FRESH_STREAMS))
        self._sweep_at = float("-inf")
        self._boots: dict[str, str] = {}
        self._corrections: Iterable[float] = ()
        for one in marks:
            self._streams.setdefault(one.agent, {})[one.stream] = one

    def take(self, messages: Iterable[Message], now: float, corrections: Iterable[float] = ()) -> Ingestion:
        """Decide every message; `now` in Unix seconds. `corrections`: see collector/clock.py."""
        ingestion = Ingestion()
        self._corrections = corrections
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            self._sweep(ingestion, now)
        for message in messages:
            match parse(message.topic):
                case agent, "report":
                    self._report(ingestion, agent, message)
                case agent, "presence":
                    self._presence(ingestion, agent, message)
                case _ if message.topic != COLLECTOR_PRESENCE:  # the subscription brings back our own
                    self._refuse("topic")
        return ingestion

    def stepped(self, step: Step) -> dict[tuple[str, str], Marks]:
        """The clock was set: `last_seen` and `released` are dated anew. Returns the marks that changed."""
        changed = {}
        self._sweep_at = float("-inf")
        for marks in [marks for streams in self._streams.values() for marks in streams.values()]:
            last_seen = step.moved(marks.last_seen)
            released = None if marks.released is None else step.moved(marks.released)
            if (last_seen, released) != (marks.last_seen, marks.released):
                marks.last_seen, marks.released = last_seen, released
                changed[marks.agent, marks.stream] = marks
        return changed

    def acks(self, ingestion: Ingestion, commit: int, now: float) -> Iterator[tuple[str, bytes]]:
        """(topic, payload) of each ack that may go out once transaction `commit` has stored the ingestion."""
        for (agent, stream), answer in ingestion.answers.items():
            marks = self._streams.get(agent, {}).get(stream) or Marks(agent, stream)
            ack = Ack(
                epoch=self._epoch,
                commit=commit,
                stream=stream,
                base=marks.base,
                stored=marks.decided.excerpt(MAX_ACK_RANGES, marks.base),
                rejected=answer.rejected,
                hold=answer.hold,
                echo=answer.echo,
                received=answer.received,
                sent=now,
                past=answer.past,
            )
            yield topic(agent, "ack"), encode(ack)

    def ledgers(self) -> Iterator[tuple[str, StreamLedger]]:
        """Each agent's account over all of its streams, the forgotten ones too."""
        for agent, streams in self._streams.items():
            total = StreamLedger()
            for marks in streams.values():
                total.add(marks.ledger)
            yield agent, total

    def _report(self, ingestion: Ingestion, agent: str, message: Message) -> None:
        if agent not in self.agents:
            self._hold(ingestion.answer(agent, ""), "unknown_agent", _unknown(agent))
            return
        try:
            report = decode_report(message.payload)
        except NewerVersion as error:
            self._hold(ingestion.answer(agent, ""), "newer_version", str(error))
            return
        except Undecodable as error:
            self._reject(ingestion, agent, message, str(error))
            return
        if report.boot == self._boots.get(agent):  # of another boot `sent` tells nothing
            report = redated(report, message.received, self._corrections)
        answer = ingestion.answer(agent, report.stream)
        answer.echo, answer.received = report.sent, message.received
        if complaint := self._no_room(ingestion, agent, report, message.received):
            self._hold(answer, "gaps", complaint)
            return
        self._decide(ingestion, agent, report, message)

    def _decide(self, ingestion: Ingestion, agent: str, report: Report, message: Message) -> None:
        marks = self._marks(agent, report.stream)
        if not marks.last_seen:
            self.counts.unknown_fields += len(unknown_fields(message.payload))
        if report.seq in marks.decided:
            self.counts.messages["duplicate"] += 1
        elif not self._apply(ingestion, agent, report, message.received):
            self._refuse("failed")
            return
        marks.store(report.seq, report.body.measurements())
        marks.base, marks.last_seen, marks.released = report.base, message.received, None
        if report.body.previous:
            marks.follows(report.body.previous)
        ingestion.touch(marks)
        for record in report.body.drops:
            dropped = self._marks(agent, record.stream)
            self.counts.dropped_measurements[record.reason] += dropped.drop(record)
            ingestion.touch(dropped)

    def _apply(self, ingestion: Ingestion, agent: str, report: Report, received: float) -> bool:
        """False when the state could not: unanswered, one odd report stops neither its agent nor the city."""
        try:
            applied = self._state.apply(agent, report, received)
        except Exception:
            log.exception("report %d of %s broke the state; please report this", report.seq, agent)
            return False
        late = self._is_late(agent, report, received)
        self.counts.messages["late" if late else "live"] += 1
        ingestion.taken.append(Taken(agent, report, received, late, *applied))
        return True

    def _is_late(self, agent: str, report: Report, received: float) -> bool:
        """By its newest measurement. What the agent could not date is late too: it must not page anyone."""
        age_ms = min((min(table.age_ms) for table in report.body.tables if table.age_ms), default=0)
        measured = report.measured_at(age_ms)
        return measured is None or received - measured > fresh_seconds(self.agents[agent])

    def _presence(self, ingestion: Ingestion, agent: str, message: Message) -> None:
        if not message.payload:
            return
        try:
            presence = decode_presence(message.payload[: MAX_PAYLOAD_BYTES + 1])
        except MALFORMED:
            self._refuse("presence")
            return
        known = agent in self.agents
        if known:
            self.counts.messages["presence"] += 1
            if presence.online:
                self._boots[agent] = presence.boot
            if self._state.presence(agent, presence, message.received):
                self.counts.doubled_agents += 1
                log.warning("%s: two agents say that they are this one; give each its own id", agent)
        if not presence.online:
            return
        held = dict.fromkeys((presence.stream, *presence.streams))
        for stream in self._answered(agent, presence.stream, held, message.received) if known else [""]:
            answer = ingestion.answer(agent, stream)
            answer.echo = None if message.retained else presence.sent
            answer.received = message.received
            answer.past = self._past_of(presence)
        if known:
            self._release(ingestion, agent, held, message.received)
        else:
            self._hold(ingestion.answer(agent, ""), "unknown_agent", _unknown(agent))

    def _answered(self, agent: str, present: str, held: Mapping[str, None], now: float) -> Iterator[str]:
        """The agent's present stream, to tell the time by, and those of which something is known."""
        if len(present) <= MAX_STREAM_CHARACTERS:
            yield present
        streams = self._streams.get(agent, {})
        known = [stream for stream in held if stream in streams and stream not in (present, FORGOTTEN)]
        if self._answers[agent].take(len(known[:MAX_STREAMS_ANSWERED]), now):
            yield from known[:MAX_STREAMS_ANSWERED]

    def _past_of(self, presence: Presence) -> Commit | None:
        """What there is of the run that the agent knows; nothing need be said of the present one."""
        if presence.known is None or presence.known[0] == self._epoch:
            return None
        return presence.known[0], self._past.get(presence.known[0], 0)

    def _release(self, ingestion: Ingestion, agent: str, held: Mapping[str, None], now: float) -> None:
        """From when the agent no longer holds a stream, its marks are kept for a while only."""
        for stream, marks in self._streams.get(agent, {}).items():
            released = None if stream in held else marks.released or now
            if stream != FORGOTTEN and released != marks.released:
                marks.released = released
                ingestion.touch(marks)

    def _marks(self, agent: str, stream: str) -> Marks:
        streams = self._streams.setdefault(agent, {})
        return streams.get(stream) or streams.setdefault(stream, Marks(agent, stream))

    def _no_room(self, ingestion: Ingestion, agent: str, report: Report, now: float) -> str:
        """Why a report does not fit the bounds, or "". No agent that keeps to docs/wire.md meets them."""
        streams = self._streams.get(agent, {})
        if fits(streams, report):
            return ""
        wanted = [(report.stream, report.seq, report.seq)]
        wanted += [(record.stream, record.first, record.last) for record in report.body.drops]
        for stream, first, last in wanted:
            if stream in streams and not streams[stream].has_room_for(first, last):
                return f"stream {stream} has too many gaps; restart the agent"
        return self._make_room(ingestion, agent, wanted, now)

    def _make_room(
        self, ingestion: Ingestion, agent: str, wanted: Sequence[tuple[str, int, int]], now: float
    ) -> str:
        """Streams that are held no more are forgotten, the oldest first, as far as it must be."""
        streams = self._streams.get(agent, {})
        fresh = {stream for stream, _, _ in wanted} - streams.keys()
        if not self._fresh[agent].take(len(fresh), now):
            return "the agent begins too many streams; see why it restarts so often"
        excess = len(streams) + len(fresh) - MAX_STREAMS
        ranges = sum(marks.ranges() for marks in streams.values()) + 2 * len(wanted) - MAX_RANGES_OF_AGENT
        released = [marks for marks in streams.values() if marks.released is not None]
        for marks in sorted(released, key=lambda marks: marks.last_seen):
            if excess <= 0 and ranges <= 0:
                break
            excess, ranges = excess - 1, ranges - marks.ranges()
            self._forget(ingestion, marks)
        if ranges > 0:
            return "the agent's streams have too many gaps; remove its spool"
        return "the agent holds too many streams; remove its spool" if excess > 0 else ""

    def _sweep(self, ingestion: Ingestion, now: float) -> None:
        """In 1970 nothing is old, and what was let go then has just been let go."""
        if now < CLOCKLESS_UNTIL:
            return
        for marks in [marks for streams in self._streams.values() for marks in streams.values()]:
            if marks.released is not None and marks.released < CLOCKLESS_UNTIL:
                marks.released = now
                ingestion.touch(marks)
        for streams in list(self._streams.values()):
            for marks in [marks for marks in streams.values() if marks.forgettable(now)]:
                self._forget(ingestion, marks)

    def _forget(self, ingestion: Ingestion, marks: Marks) -> None:
        kept = self._marks(marks.agent, FORGOTTEN)
        kept.ledger.add(marks.ledger)
        ingestion.touch(kept)
        ingestion.forgotten.append((marks.agent, marks.stream))
        ingestion.marks.pop((marks.agent, marks.stream), None)
        del self._streams[marks.agent][marks.stream]

    def _reject(self, ingestion: Ingestion, agent: str, message: Message, reason: str) -> None:
        self._refuse("undecodable")
        reason = printable(reason, MAX_REASON_CHARACTERS)
        name = digest(message.payload)
        ingestion.answer(agent, "").rejected.append(Rejected(name, reason))
        kept = message.payload[:MAX_QUARANTINED_BYTES]
        ingestion.quarantined.append(Quarantined(agent, name, reason, message.received, kept))

    def _hold(self, answer: AckDraft, reason: str, told: str) -> None:
        self._refuse(reason)
        answer.hold = told

    def _refuse(self, reason: str) -> None:
        self.counts.messages["refused"] += 1
        self.counts.refused[reason] += 1


def _unknown(agent: str) -> str:
    return f"agent {agent} is not in the collector's inventory; add it as a site, or correct its id"
