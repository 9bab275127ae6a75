"""From reports to evidence, through the real state."""

import pytest

from collector.city.state import MAX_BEHIND_SECONDS, State
from collector.city.taken import Taken
from collector.incidents import Evidence, Finding, ReportReceived, evidence_of
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW, report, table
from wire.report import Report


class Reader:
    """Reports of one agent, one after the other."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.state = State(CITY, EXPECTED, ASSIGNMENTS)

    def read(
        self,
        told: Report,
        received: float = NOW,
        late: bool = False,
        waiting: tuple[tuple[str, str, str], ...] = (),
    ) -> list[Evidence]:
        applied = self.state.apply(self.agent, told, received)
        taken = Taken(self.agent, told, received, late, *applied)
        return list(evidence_of(taken, self.state.agents[self.agent], waiting))


def test_a_report_without_losses_shows_its_agent_and_each_target_up_once() -> None:
    reader = Reader("noc")
    well = table("icmp", "gradasi", {"icmp_loss_ratio": 0.0})
    up = Finding("noc", "icmp", "gradasi", "up", NOW, NOW)
    assert reader.read(report(well, at=NOW)) == [ReportReceived("noc", NOW, NOW), up]
    assert reader.read(report(well, at=NOW + 10), NOW + 10) == [ReportReceived("noc", NOW + 10, NOW + 10)]


def test_a_loss_began_when_the_first_echo_was_lost() -> None:
    reader = Reader("noc")
    lost = table("icmp", "gradasi", {"icmp_silence_seconds": 1.25}, reason="timeout", age_ms=200)
    heard, finding = reader.read(report(lost, at=NOW))
    assert heard == ReportReceived("noc", NOW, NOW)
    assert finding == Finding("noc", "icmp", "gradasi", "down", NOW - 0.2, NOW - 1.45, "timeout")


def test_a_loss_comes_with_each_report_and_a_recovery_once() -> None:
    reader = Reader("gradasi")
    failing = table("http", "sehat", reason="status")
    for seconds in (0, 30):
        at = NOW + seconds
        finding = Finding("gradasi", "http", "sehat", "down", at, at, "status")
        assert reader.read(report(failing, at=at), at)[1:] == [finding]
    at = NOW + 60
    well = report(table("http", "sehat", {"http_status_code": 200}), at=at)
    assert reader.read(well, at)[1:] == [Finding("gradasi", "http", "sehat", "up", at, at)]


def test_an_unexpected_status_comes_with_its_code() -> None:
    failing = table("http", "sehat", {"http_status_code": 503.0}, reason="status")
    finding = Reader("gradasi").read(report(failing, at=NOW))[1]
    assert finding == Finding("gradasi", "http", "sehat", "down", NOW, NOW, "status", status_code=503)
    slow = table("http", "sehat", {"http_status_code": 200.0}, reason="timeout")
    finding = Reader("gradasi").read(report(slow, at=NOW))[1]
    assert finding == Finding("gradasi", "http", "sehat", "down", NOW, NOW, "timeout")


def test_a_probe_that_could_not_run_finds_unknown() -> None:
    reader = Reader("noc")
    _, finding = reader.read(report(table("icmp", "gradasi", reason="permission"), at=NOW))
    assert isinstance(finding, Finding)
    assert finding.state == "unknown"


def test_a_finding_older_than_the_states_newest_is_late() -> None:
    reader = Reader("noc")
    reader.read(report(table("icmp", "gradasi", {"icmp_loss_ratio": 0.0}), at=NOW))
    held_up = report(table("icmp", "gradasi", {"icmp_silence_seconds": 1.0}, reason="timeout"), at=NOW - 8)
    _, finding = reader.read(held_up)
    assert isinstance(finding, Finding)
    assert finding.late


def test_a_late_report_gives_all_losses_and_only_awaited_recoveries() -> None:
    reader = Reader("gradasi")
    past = report(
        table("icmp", "gateway", {"icmp_loss_ratio": 0.0}),
        table("icmp", "internet", {"icmp_silence_seconds": 3.0}, reason="timeout"),
        at=NOW - 600,
    )
    told = reader.read(past, late=True)
    assert [finding.target for finding in told if isinstance(finding, Finding)] == ["internet"]
    waiting = (("gradasi", "icmp", "gateway"),)
    told = reader.read(past, late=True, waiting=waiting)
    targets = [(finding.target, finding.state) for finding in told if isinstance(finding, Finding)]
    assert targets == [("gateway", "up"), ("internet", "down")]


def test_a_report_without_a_time_shows_only_that_its_agent_lives() -> None:
    lost = table("icmp", "gradasi", {"icmp_silence_seconds": 1.0}, reason="timeout")
    assert Reader("noc").read(report(lost, dated=False)) == [ReportReceived("noc", 0.0, NOW)]
    for absurd in (NOW + 60, 5.0, -9e10):
        assert Reader("noc").read(report(lost, at=absurd)) == [ReportReceived("noc", 0.0, NOW)]


@pytest.mark.parametrize(("said", "believed"), [(1e308, MAX_BEHIND_SECONDS), (-1e308, 0.0)])
def test_a_loss_begins_within_credible_limits_and_before_its_finding(said: float, believed: float) -> None:
    lost = table("icmp", "gradasi", {"icmp_silence_seconds": said}, reason="timeout")
    _, finding = Reader("noc").read(report(lost, at=NOW))
    assert isinstance(finding, Finding)
    assert finding.since == NOW - believed


def test_the_times_of_a_report_from_the_future_are_set_back() -> None:
    lost = table("icmp", "gradasi", {"icmp_silence_seconds": 1.25}, reason="timeout", age_ms=200)
    heard, finding = Reader("noc").read(report(lost, at=NOW + 2), received=NOW)
    assert heard == ReportReceived("noc", NOW, NOW)
    assert finding == Finding("noc", "icmp", "gradasi", "down", NOW - 0.2, NOW - 1.45, "timeout")

    well = table("icmp", "gradasi", {"icmp_loss_ratio": 0.0})
    _, finding = Reader("noc").read(report(well, at=NOW + 2), received=NOW)
    assert finding == Finding("noc", "icmp", "gradasi", "up", NOW, NOW)


def test_a_probe_that_was_not_assigned_gives_no_evidence() -> None:
    stray = table("icmp", "elsewhere", {"icmp_silence_seconds": 1.0}, reason="timeout")
    assert Reader("noc").read(report(stray)) == [ReportReceived("noc", NOW, NOW)]
