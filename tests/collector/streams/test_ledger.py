"""Whatever is lost, doubled, shuffled, dropped or killed on the way: nothing twice, and a true ledger."""

import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from collector.changes import Changes
from collector.city.state import Applied
from collector.database.store import Store
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Ingestion, Message
from tests.fakes.reporting import NOW, report
from wire.messages import Presence, decode_ack
from wire.ranges import Ranges
from wire.report import Drop, Previous, Report

AGENT = "gradasi"
Key = tuple[str, int]


@cache
def empty_store() -> bytes:
    """Made once: the migrations take longer than all else here."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "store.sqlite")
        Store(f"sqlite:///{file}").close()
        return file.read_bytes()


class Taken:
    """A state that counts how often it took each report in."""

    def __init__(self) -> None:
        self.times: Counter[Key] = Counter()

    def apply(self, agent: str, report: Report, received: float) -> Applied:
        self.times[report.stream, report.seq] += 1
        return Applied([], [])

    def presence(self, agent: str, presence: Presence, received: float) -> bool:
        return False


class AgentAndCollector(RuleBasedStateMachine):
    """`held` is what the agent still has, with its messages; `network` what is under way, copies and all."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.file = Path(self.directory.name, "store.sqlite")
        self.file.write_bytes(empty_store())
        self.sizes: dict[Key, int] = {}
        self.dropped: set[Key] = set()
        self.held: dict[Key, Message] = {}
        self.carried: dict[Key, list[Drop]] = {}
        self.untold: list[Drop] = []
        self.network: list[Message] = []
        self.committed: Counter[Key] = Counter()
        self.streams = 0

    @initialize()
    def begin(self) -> None:
        self.start_collector()
        self.start_agent()

    def start_collector(self) -> None:
        self.store = Store(f"sqlite:///{self.file}")
        self.taken = Taken()
        self.ingest = Ingest(self.store.epoch, self.taken, {AGENT: 10.0}, self.store.marks())

    @rule()
    def start_agent(self) -> None:
        self.streams += 1
        self.seq = 0

    @property
    def stream(self) -> str:
        return f"{self.streams:016x}"

    @rule(measurements=st.integers(0, 5))
    def measure(self, measurements: int) -> None:
        self.seq += 1
        drops, self.untold = self.untold, []
        key = self.stream, self.seq
        previous = Previous(f"{self.streams - 1:016x}", 0) if self.seq == 1 else None
        self.sizes[key] = measurements
        self.carried[key] = drops
        self.held[key] = report(
            self.seq, measurements, agent=AGENT, stream=self.stream, drops=drops, previous=previous
        )

    @precondition(lambda self: self.held)
    @rule(reports=st.integers(1, 4))
    def drop_the_oldest(self, reports: int) -> None:
        """Full. What a dropped report had to tell of earlier drops is told again."""
        for stream, seq in list(self.held)[:reports]:
            del self.held[stream, seq]
            self.dropped.add((stream, seq))
            self.untold += self.carried[stream, seq]
            self.untold.append(Drop(stream, seq, [self.sizes[stream, seq]], "full"))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        self.network.append(data.draw(st.sampled_from(list(self.held.values()))))

    @precondition(lambda self: self.network)
    @rule(data=st.data(), committed=st.booleans(), acknowledged=st.booleans(), killed=st.booleans())
    def deliver(self, data: st.DataObject, committed: bool, acknowledged: bool, killed: bool) -> None:
        """Any of what is under way, in any order; some is lost, some comes again later."""
        messages = data.draw(st.lists(st.sampled_from(self.network), min_size=1, max_size=6))
        self.network = [message for message in self.network if data.draw(st.booleans())]
        batch = self.ingest.take(messages, NOW)
        if committed or not killed:
            self.commit(batch)
            if acknowledged:
                self.acknowledge(batch)
        if killed:
            self.store.close()
            self.start_collector()

    def commit(self, batch: Ingestion) -> None:
        self.store.commit(Changes.of(batch))
        self.committed.update((taken.report.stream, taken.report.seq) for taken in batch.taken)

    def acknowledge(self, batch: Ingestion) -> None:
        for _, payload in self.ingest.acks(batch, self.store.commit_number, NOW):
            ack = decode_ack(payload)
            stored = Ranges(ack.stored)
            acknowledged = [key for key in self.held if key[0] == ack.stream and key[1] in stored]
            for key in acknowledged:
                assert self.committed[key] == 1
                del self.held[key]

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        assert set(self.committed.values()) <= {1}
        assert set(self.taken.times.values()) <= {1}

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.store.close()
            self.directory.cleanup()

    def settle(self) -> None:
        """The agent sends again what it holds until all of it is acknowledged."""
        if self.untold:
            self.measure(1)
        for _ in range(len(self.held)):
            batch = self.ingest.take(list(self.held.values())[:8], NOW)
            self.commit(batch)
            self.acknowledge(batch)
        assert not self.held
        ledgers = dict(self.ingest.kept.ledgers())
        if ledgers:
            ledger = ledgers[AGENT]
            assert ledger.stored == sum(self.sizes[key] for key in self.committed)
            assert ledger.dropped == sum(self.sizes[key] for key in self.dropped if key not in self.committed)
            assert ledger.stored + ledger.dropped == sum(self.sizes.values())


TestAgentAndCollector = AgentAndCollector.TestCase
TestAgentAndCollector.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
