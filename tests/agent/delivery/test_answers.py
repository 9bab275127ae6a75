"""What the outbox makes of the collector's answers: whom it believes, what time it is, what is sent again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.delivery.outbox import Outgoing, ReportOutbox
from agent.spool import Spool
from tests.agent.spool.bodies import body, losses
from wire.messages import Ack, CollectorPresence, Commit, Presence, Rejected
from wire.ranges import Range
from wire.report import Report, decode_report, digest

UNIX = 1_790_000_000.0
"""When the boot clock shows 0."""

A, B = "a" * 16, "b" * 16


class Agent:
    """An outbox and its boot clock, connected; `known` the last transaction that its collector told."""

    def __init__(self, path: Path, stream: str = A, boot: str = "boot 1", now: float = 100.0) -> None:
        self.now = now
        self.boot = boot
        self.spool = Spool(path, stream=stream, boot=boot)
        self.outbox = ReportOutbox(self.spool, boot=boot, random=lambda: 0.5)
        self.outbox.connected(now)

    def take(self, seconds: float = 0.0) -> Outgoing:
        self.now += seconds
        return self.outbox.take(self.now, None)

    def sends(self, seconds: float = 0.0) -> list[Report]:
        return [decode_report(payload) for payload in self.take(seconds).reports]

    def asks(self, seconds: float = 0.0) -> Presence | None:
        return self.take(seconds).presence

    def measures(self, reports: int) -> None:
        for _ in range(reports):
            self.outbox.put(body(self.now, 2), self.now)

    def hears(
        self,
        commit: Commit,
        *stored: Range,
        echo: float | None = None,
        past: Commit | None = None,
        rejected: list[Rejected] | None = None,
        stream: str = A,
    ) -> None:
        unix = UNIX + self.now
        ack = Ack(*commit, stream, 1, list(stored), rejected or [], "", echo, unix, unix, past)
        self.outbox.acknowledged(ack, self.now)

    def is_answered(self, commit: Commit, past: Commit | None = None) -> None:
        """As soon as it asks."""
        for _ in range(100):
            asked = self.asks(1)
            if asked is not None:
                self.hears(commit, echo=asked.sent, past=past)
                return
        raise AssertionError("it does not ask")

    def held(self) -> list[int]:
        return [seq for _, seq in self.spool.held(1000)]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    agent = Agent(tmp_path / "spool.db")
    yield agent
    agent.outbox.close()


def test_a_restored_collector_beyond_the_known_commit_gets_the_ring_again(agent: Agent) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(3)
    agent.hears(("run 1", 13), (1, 3))
    assert agent.held() == []
    agent.outbox.collector(CollectorPresence(True, "run 2"), agent.now)
    agent.is_answered(("run 2", 500), past=("run 1", 12))
    assert agent.held() == [1, 2, 3]


def answers(agent: Agent, echo: float, off: float) -> Ack:
    """By a collector whose clock is so much off."""
    unix = UNIX + agent.now + off
    return Ack("run 1", 10, A, 1, [], [], "", echo, unix, unix, None)


@pytest.mark.parametrize("off", [3600.0, -7 * 3600.0, 100 - UNIX])
def test_a_report_with_a_wrong_date_gets_the_right_one_from_a_right_clock(agent: Agent, off: float) -> None:
    asked = agent.asks(1)
    assert asked is not None
    assert asked.sent is not None
    agent.outbox.acknowledged(answers(agent, asked.sent, off), agent.now)
    agent.measures(2)
    wrong = agent.sends()
    assert [report.offset for report in wrong] == [UNIX + off] * 2
    agent.outbox.acknowledged(answers(agent, wrong[0].sent, 0.0), agent.now)
    again = agent.sends(20)
    assert sorted(report.seq for report in again) == [1, 2]
    assert [report.offset for report in again] == [UNIX] * 2
    assert {row.reading.offset for seq in (1, 2) if (row := agent.spool.read((A, seq))) and row.reading} == {
        UNIX
    }


def test_a_collector_that_only_restarted_gets_nothing_again(agent: Agent) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(3)
    agent.hears(("run 1", 13), (1, 3))
    agent.outbox.collector(CollectorPresence(True, "run 2"), agent.now)
    agent.is_answered(("run 2", 14), past=("run 1", 13))
    assert agent.held() == []


def test_an_ack_of_another_run_is_not_believed_before_it_has_told_its_past(agent: Agent) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(2)
    assert [report.seq for report in agent.sends()] == [2, 1]
    agent.hears(("run 2", 11), (1, 2))
    assert agent.held() == [1, 2]
    assert agent.sends(1) == [], "it is asked first"
    agent.is_answered(("run 2", 11), past=("run 1", 10))
    assert agent.sends()


def test_a_late_ack_from_before_a_restore_removes_no_report(agent: Agent) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(3)
    agent.hears(("run 1", 13), (1, 3))
    agent.outbox.collector(CollectorPresence(True, "run 2"), agent.now)
    agent.is_answered(("run 2", 5), past=("run 1", 5))
    agent.hears(("run 1", 13), (1, 3))
    assert agent.held() == [1, 2, 3]


def test_the_agents_knowledge_of_the_collector_outlives_the_agent(agent: Agent, tmp_path: Path) -> None:
    agent.is_answered(("run 1", 10))
    agent.outbox.close()
    agent = Agent(tmp_path / "spool.db", B)
    asked = agent.asks()
    assert asked is not None
    assert asked.known == ("run 1", 10)
    agent.outbox.close()


def test_backlog_waits_for_an_answer_with_the_time(
    agent: Agent,
) -> None:
    """It starts, finds the presence that the broker had kept, and answers that first."""
    agent.measures(2)
    assert agent.asks()
    agent.now += 3600
    agent.hears(("run 1", 0), echo=None)
    assert agent.sends() == []
    agent.is_answered(("run 1", 0))
    assert {report.offset for report in agent.sends()} == {UNIX}


def test_an_answer_to_an_earlier_boot_or_to_a_twin_tells_no_time(agent: Agent) -> None:
    """Their clocks showed about the same, and the collector was slow."""
    agent.measures(1)
    assert agent.asks()
    agent.hears(("run 1", 0), echo=agent.now - 0.5)
    assert agent.sends(1) == []


def test_the_drops_in_a_rejected_report_come_again_in_an_empty_one(agent: Agent) -> None:
    agent.is_answered(("run 1", 1))
    agent.measures(1)
    agent.spool.drop((A, 1), "full")
    agent.measures(1)
    (payload,) = agent.take().reports
    assert losses(decode_report(payload).body.drops) == {(A, 1): (2, "full")}
    agent.hears(("run 1", 1), rejected=[Rejected(digest(payload), "no")])
    (report,) = agent.sends()
    assert report.body.measurements() == 0
    assert losses(report.body.drops) == {(A, 1): (2, "full"), (A, 2): (2, "rejected")}


def test_held_reports_are_tried_again_after_an_assignment(agent: Agent) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(1)
    agent.sends()
    agent.outbox.acknowledged(Ack("run 1", 11, hold="no such site"), agent.now)
    assert agent.sends(100) == []
    agent.outbox.assigned(7, agent.now)
    assert len(agent.sends()) == 1


def test_each_measurement_is_stored_dropped_rejected_or_spooled(agent: Agent) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(4)
    agent.hears(("run 1", 11), (1, 1))
    agent.spool.drop((A, 2), "full")
    agent.spool.drop((A, 3), "rejected")
    vitals = agent.outbox.standing(agent.now).vitals()
    assert vitals == {
        "agent_taken_measurements_total": 8,
        "agent_stored_measurements_total": 2,
        "agent_dropped_measurements_total": 2,
        "agent_rejected_measurements_total": 2,
        "agent_spooled_measurements": 2,
        "agent_spooled_reports": 1,
    }


def test_a_restore_that_the_disk_refuses_is_done_as_soon_as_it_can_be(
    agent: Agent,
) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(3)
    agent.hears(("run 1", 13), (1, 3))
    refuse(agent.spool, True)
    agent.outbox.collector(CollectorPresence(True, "run 2"), agent.now)
    agent.is_answered(("run 2", 5), past=("run 1", 5))
    refuse(agent.spool, False)
    agent.measures(1)
    assert agent.held() == [1, 2, 3, 4]


def test_a_late_disk_acknowledges_only_reports_that_the_collector_has(agent: Agent, tmp_path: Path) -> None:
    agent.is_answered(("run 1", 10))
    agent.measures(2)
    refuse(agent.spool, True)
    agent.hears(("run 1", 12), (1, 2))
    refuse(agent.spool, False)
    agent.measures(1)
    agent.outbox.close()
    again = Agent(tmp_path / "spool.db", B)
    assert again.spool.known == ("run 1", 12)
    again.outbox.close()


def test_a_boot_s_offset_is_kept_even_if_the_disk_refuses_at_first(agent: Agent, tmp_path: Path) -> None:
    agent.measures(1)
    refuse(agent.spool, True)
    agent.is_answered(("run 1", 10))
    agent.take()
    refuse(agent.spool, False)
    agent.measures(1)
    agent.outbox.close()
    again = Agent(tmp_path / "spool.db", B, boot="boot 2", now=50.0)
    again.is_answered(("run 1", 10))
    assert {(report.boot, report.offset) for report in again.sends()} == {("boot 1", UNIX)}
    again.outbox.close()


def refuse(spool: Spool, refusing: bool) -> None:
    assert spool._disk is not None
    spool._disk._db.execute(f"PRAGMA query_only = {int(refusing)}")
