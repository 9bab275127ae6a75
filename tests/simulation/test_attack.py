"""One agent attacks the collector: it stays within its bounds, and the others lose nothing."""

from collections.abc import Iterable
from unittest.mock import patch

import pytest

from collector.streams.ingest import Ingest
from collector.streams.kept import MAX_STREAMS, KeptMarks
from collector.streams.marks import MAX_RANGES_OF_AGENT, Marks
from tests.fakes.broker import Session
from tests.simulation.history import FAULTS_SECONDS, History
from wire.messages import Presence, encode
from wire.report import Body, Drop, encode_body, seal
from wire.topics import topic

MALLORY = "mallory"
SEEDS = range(2001, 2005)
MUTANT_SEEDS = 200
BURSTS = 12
FRESH_STREAMS = 40
"""Of each burst."""
HOLES = 450
PRESENCES = 10
STREAMS_OF_A_PRESENCE = 128
AT_MOST_PER_MESSAGE = 4
"""Answers: the weather may double a message, and its answer."""


class UnderAttack(History):
    """A member of the city that has its own certificate, and means harm."""

    def _run(self) -> None:
        self.room.agents[MALLORY] = 10.0
        self._stream, self._seq, self._reports, self._acks = self.world.id(), 0, 0, 0
        for _ in range(BURSTS):
            self.soon(5, FAULTS_SECONDS, self._attack)
        super()._run()

    def _judge(self) -> None:
        marks = self.room.marks
        its = [one for one in marks() if one.agent == MALLORY]
        self.oracle.stored = [one for one in self.oracle.stored if one.agent != MALLORY]
        with patch.object(self.room, "marks", lambda: [one for one in marks() if one.agent != MALLORY]):
            super()._judge()
        if len(its) > MAX_STREAMS + 1 or _ranges(its) > MAX_RANGES_OF_AGENT:
            self.complaints.append(f"{MALLORY} has {len(its)} streams, {_ranges(its)} ranges")
        asked = BURSTS * PRESENCES + self._reports
        if self._acks > AT_MOST_PER_MESSAGE * asked:
            self.complaints.append(f"{MALLORY} has {self._acks} answers")

    def _attack(self) -> None:
        self.broker.connect(Session(MALLORY, [topic(MALLORY, "ack")], self._answered, _nothing, ("", b"")))
        for _ in range(PRESENCES):
            streams = [self.world.id() for _ in range(STREAMS_OF_A_PRESENCE)]
            presence = Presence(online=True, boot="b", stream=streams[0], streams=streams, sent=1.0)
            self.broker.publish(MALLORY, topic(MALLORY, "presence"), encode(presence))
        for _ in range(FRESH_STREAMS):
            self._report(self.world.id(), 1, [])
        for _ in range(2):
            first = 10 * HOLES * self._seq + 1
            self._seq += 1
            drops = [Drop(self._stream, first + 10 * hole, [1], "full") for hole in range(HOLES)]
            self._report(self._stream, 5 * self._seq, drops)

    def _report(self, stream: str, seq: int, drops: list[Drop]) -> None:
        self._reports += 1
        body = encode_body(Body(at=self.world.now, tables=[], drops=drops))
        now = self.world.now
        report = seal(body, stream=stream, seq=seq, base=1, boot="b", sent=now, offset=0.0, clock="ntp")
        self.broker.publish(MALLORY, topic(MALLORY, "report"), report)

    def _answered(self, _topic: str, _payload: bytes, _kept: bool) -> None:
        self._acks += 1


def _nothing() -> None:
    pass


def _ranges(marks: Iterable[Marks]) -> int:
    return sum(one.ranges() for one in marks)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_attacker_stays_within_its_bounds_and_the_others_lose_nothing(seed: int) -> None:
    assert UnderAttack(seed).complaints == []


def test_without_its_bounds_the_attacker_is_found_out() -> None:
    with patch.object(KeptMarks, "no_room", lambda *_: ""):
        assert any(UnderAttack(seed).complaints for seed in range(MUTANT_SEEDS))


def test_an_answer_for_each_stream_that_is_named_is_found_out() -> None:
    with patch.object(Ingest, "_answered", lambda _ingest, _agent, _present, held, _now: held):
        assert any(UnderAttack(seed).complaints for seed in range(MUTANT_SEEDS))
