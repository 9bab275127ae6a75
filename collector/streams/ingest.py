"""Messages in, decisions out: what is new, seen before, or must wait; what to write and whom to answer.

The ingest stores and sends nothing. `take` changes its marks: store the result before the next call.
"""

import logging
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Protocol

from collector.city.state import Applied, fresh_seconds
from collector.city.step import redated
from collector.city.taken import Taken
from collector.streams.budget import Budget
from collector.streams.ingestion import AckDraft, Ingestion, Message, MessageCounts, Quarantined
from collector.streams.kept import KeptMarks
from collector.streams.marks import FORGOTTEN, Marks
from collector.streams.traffic import Traffic
from wire.messages import (
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

MAX_STREAMS_ANSWERED = 128  # an agent names half as many
MAX_STREAM_CHARACTERS = 64
ANSWERS = (4.0 * MAX_STREAMS_ANSWERED, 16.0)
"""Streams that one agent gets answers about for its presence, at once and a second; each start asks once."""
MAX_QUARANTINED_BYTES = 4096
MAX_REASON_CHARACTERS = 200
NO_PAST: Mapping[str, int] = {}


class ReportSink(Protocol):
    """The city as measured."""

    def apply(self, agent: str, report: Report, received: float) -> Applied: ...

    def presence(self, agent: str, presence: Presence, received: float) -> bool: ...


class Ingest:
    """`agents` are the inventory's, with their report interval in seconds; `marks` come from the store, and
    `past` too: the runs before this one, each with its last transaction. Of `barred` agents it takes nothing.
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
        self.barred: Container[str] = ()
        self.counts = MessageCounts()
        self.traffic = Traffic()
        self.kept = KeptMarks(marks)
        self._epoch = epoch
        self._past = past
        self._state = state
        self._answers: dict[str, Budget] = defaultdict(lambda: Budget(*ANSWERS))
        self._boots: dict[str, str] = {}
        self._corrections: Iterable[float] = ()

    def take(self, messages: Iterable[Message], now: float, corrections: Iterable[float] = ()) -> Ingestion:
        """Decide every message; `now` in Unix seconds. `corrections`: see collector/clock.py."""
        ingestion = Ingestion()
        self._corrections = corrections
        self.kept.sweep(ingestion, now)
        for message in messages:
            sender = parse(message.topic)
            if sender is not None and sender[0] in self.agents:
                self.traffic.count(sender[0], message)
            match sender:
                case agent, "report":
                    self._report(ingestion, agent, message)
                case agent, "presence":
                    self._presence(ingestion, agent, message)
                case _ if message.topic != COLLECTOR_PRESENCE:  # the subscription brings back our own
                    self._refuse("topic")
        return ingestion

    def acks(self, ingestion: Ingestion, commit: int, now: float) -> Iterator[tuple[str, bytes]]:
        """(topic, payload) of each ack that may go out once transaction `commit` has stored the ingestion."""
        for (agent, stream), answer in ingestion.answers.items():
            marks = self.kept.of_agent(agent).get(stream) or Marks(agent, stream)
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

    def _report(self, ingestion: Ingestion, agent: str, message: Message) -> None:
        if agent not in self.agents or agent in self.barred:
            self._hold_stranger(ingestion, agent)
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
        if complaint := self.kept.no_room(ingestion, agent, report, message.received):
            self._hold(answer, "gaps", complaint)
            return
        self._decide(ingestion, agent, report, message)

    def _decide(self, ingestion: Ingestion, agent: str, report: Report, message: Message) -> None:
        marks = self.kept.marks(agent, report.stream)
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
            dropped = self.kept.marks(agent, record.stream)
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
        """By its newest measurement. A report without a date is late too: it must not page anyone."""
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
        known = agent in self.agents and agent not in self.barred
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
            self.kept.release(ingestion, agent, held, message.received)
        else:
            self._hold_stranger(ingestion, agent)

    def _answered(self, agent: str, present: str, held: Mapping[str, None], now: float) -> Iterator[str]:
        """The agent's present stream, to tell the time by, and those of which something is known."""
        if len(present) <= MAX_STREAM_CHARACTERS:
            yield present
        streams = self.kept.of_agent(agent)
        known = [stream for stream in held if stream in streams and stream not in (present, FORGOTTEN)]
        if self._answers[agent].take(len(known[:MAX_STREAMS_ANSWERED]), now):
            yield from known[:MAX_STREAMS_ANSWERED]

    def _past_of(self, presence: Presence) -> Commit | None:
        """The last transaction of the earlier run that the agent knows; None if it knows the present run."""
        if presence.known is None or presence.known[0] == self._epoch:
            return None
        return presence.known[0], self._past.get(presence.known[0], 0)

    def _reject(self, ingestion: Ingestion, agent: str, message: Message, reason: str) -> None:
        self._refuse("undecodable")
        reason = printable(reason, MAX_REASON_CHARACTERS)
        name = digest(message.payload)
        ingestion.answer(agent, "").rejected.append(Rejected(name, reason))
        kept = message.payload[:MAX_QUARANTINED_BYTES]
        ingestion.quarantined.append(Quarantined(agent, name, reason, message.received, kept))

    def _hold_stranger(self, ingestion: Ingestion, agent: str) -> None:
        if agent in self.barred:
            self._hold(ingestion.answer(agent, ""), "revoked", _revoked(agent))
        else:
            self._hold(ingestion.answer(agent, ""), "unknown_agent", _unknown(agent))

    def _hold(self, answer: AckDraft, reason: str, explanation: str) -> None:
        self._refuse(reason)
        answer.hold = explanation

    def _refuse(self, reason: str) -> None:
        self.counts.messages["refused"] += 1
        self.counts.refused[reason] += 1


def _revoked(agent: str) -> str:
    return f"the certificate of {agent} is revoked; join again with a new invitation"


def _unknown(agent: str) -> str:
    return f"agent {agent} is not in the collector's inventory; add it as a site, or correct its id"
