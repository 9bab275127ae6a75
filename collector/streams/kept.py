"""The marks of all streams of all agents, within bounds: which of them are kept, and which are forgotten."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from collector.city.step import Step
from collector.streams.budget import Budget
from collector.streams.ingestion import Ingestion
from collector.streams.marks import FORGOTTEN, MAX_RANGES_OF_AGENT, Marks, StreamLedger, fits
from wire.messages import CLOCKLESS_UNTIL
from wire.report import Report

MAX_STREAMS = 1000
FRESH_STREAMS = (2.0 * MAX_STREAMS, 2.0)
"""Streams that one agent may begin, at once and a second: it begins one with each start."""
SWEEP_SECONDS = 3600.0


class KeptMarks:
    """Of one agent at most `MAX_STREAMS` streams. `marks` come from the store."""

    def __init__(self, marks: Iterable[Marks] = ()) -> None:
        self._streams: dict[str, dict[str, Marks]] = {}
        self._fresh: dict[str, Budget] = defaultdict(lambda: Budget(*FRESH_STREAMS))
        self._sweep_at = float("-inf")
        for one in marks:
            self._streams.setdefault(one.agent, {})[one.stream] = one

    def of_agent(self, agent: str) -> Mapping[str, Marks]:
        return self._streams.get(agent, {})

    def marks(self, agent: str, stream: str) -> Marks:
        """The marks of this stream; it begins here if nobody has seen it."""
        streams = self._streams.setdefault(agent, {})
        return streams.get(stream) or streams.setdefault(stream, Marks(agent, stream))

    def release(self, ingestion: Ingestion, agent: str, held: Mapping[str, None], now: float) -> None:
        """The agent holds these streams alone: the marks of the others are kept for a while only."""
        for stream, marks in self._streams.get(agent, {}).items():
            released = None if stream in held else marks.released or now
            if stream != FORGOTTEN and released != marks.released:
                marks.released = released
                ingestion.touch(marks)

    def no_room(self, ingestion: Ingestion, agent: str, report: Report, now: float) -> str:
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
        """Forget streams that the agent holds no more, the oldest first, as many as it takes."""
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

    def sweep(self, ingestion: Ingestion, now: float) -> None:
        """Each hour, forget the streams that nobody has held for long. In 1970 no stream is old."""
        if now < self._sweep_at:
            return
        self._sweep_at = now + SWEEP_SECONDS
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
        kept = self.marks(marks.agent, FORGOTTEN)
        kept.ledger.add(marks.ledger)
        ingestion.touch(kept)
        ingestion.forgotten.append((marks.agent, marks.stream))
        ingestion.marks.pop((marks.agent, marks.stream), None)
        del self._streams[marks.agent][marks.stream]

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

    def ledgers(self) -> Iterator[tuple[str, StreamLedger]]:
        """Each agent's account over all of its streams, the forgotten ones too."""
        for agent, streams in self._streams.items():
            total = StreamLedger()
            for marks in streams.values():
                total.add(marks.ledger)
            yield agent, total
