"""The work in force: taken whole and at once, kept on disk, said back; what did not change goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiomqtt import Client

from agent import config
from agent.assignment import AssignmentFile, Work, supersedes
from agent.clock import boot_now
from agent.net import allow
from agent.program import Agent
from runtime.broker.settings import Broker
from tests.alone import alone
from tests.fakes.tiny_collector import TinyCollector
from tests.netns import needs_namespaces
from tests.servers.mosquitto import Mosquitto, needs_mosquitto
from wire.messages import MAX_VERSION, VERSIONS_AHEAD, Assignment, encode
from wire.probes import Icmp, Probe, Tcp
from wire.topics import topic

ROUTER = Icmp(target="router", address="10.61.4.1")
WORK = encode(Assignment(version=7, probes=[ROUTER]))
ANY = allow.Allow()


def test_a_saved_assignment_is_loaded(tmp_path: Path) -> None:
    file = AssignmentFile(tmp_path / "assignment.json")
    assert file.load(ANY) is None
    file.save(WORK)
    assert file.load(ANY) == Work(7, 10.0, [ROUTER], [])


def test_a_power_cut_while_saving_leaves_the_one_before(tmp_path: Path) -> None:
    file = AssignmentFile(tmp_path / "assignment.json")
    file.save(WORK)
    (tmp_path / "assignment.new").write_bytes(encode(Assignment(version=8))[:9])
    kept = file.load(ANY)
    assert kept is not None
    assert kept.version == 7


@pytest.mark.parametrize("broken", [b"", b"{", b"\0" * 512, b'{"version":"x"}', b"\xff\xfe"])
def test_a_broken_file_is_told_and_waited_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: bytes
) -> None:
    file = AssignmentFile(tmp_path / "assignment.json")
    (tmp_path / "assignment.json").write_bytes(broken)
    assert file.load(ANY) is None
    (told,) = caplog.messages
    assert told.startswith(f"{tmp_path}/assignment.json: ")
    assert told.endswith("; waiting for the collector to send the assignment again")


@pytest.mark.parametrize("poisoned", [-1, MAX_VERSION + 1, 2**53, 2**53 + 1, 2**70])
def test_a_poisoned_file_keeps_its_work_and_yields_to_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, poisoned: int
) -> None:
    file = AssignmentFile(tmp_path / "assignment.json")
    file.save(encode(Assignment(version=poisoned, probes=[ROUTER])))
    assert file.load(ANY) == Work(0, 10.0, [ROUTER], [])
    (told,) = caplog.messages
    assert told.endswith(f": version {poisoned} is no collector's; whatever comes next is newer")


def test_newer_wins_and_what_is_absurdly_ahead_yields() -> None:
    assert supersedes(8, 7)
    assert not supersedes(7, 7)
    assert not supersedes(7, 7 + VERSIONS_AHEAD)
    assert supersedes(7, 8 + VERSIONS_AHEAD)
    assert not supersedes(MAX_VERSION + 1, 7)
    assert not supersedes(-1, 7 + VERSIONS_AHEAD)


def test_a_disk_that_can_t_be_written_is_told_and_costs_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    AssignmentFile(tmp_path / "gone" / "assignment.json").save(WORK)
    (told,) = caplog.messages
    assert told == (
        f"{tmp_path}/gone/assignment.new: No such file or directory;"
        " the agent asks for it again after a restart"
    )


def test_the_list_in_force_now_is_held_against_what_was_kept(tmp_path: Path) -> None:
    file = AssignmentFile(tmp_path / "assignment.json")
    file.save(WORK)
    kept = file.load(allow.Allow(kinds=("tcp",)))
    assert kept is not None
    assert (kept.probes, kept.refused) == ([], ["icmp router: kind icmp is not in [allow] kinds"])


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mosquitto]:
    """On a machine of its own: an agent pings."""
    monkeypatch.setattr("wire.reconnect.PAUSE_AT_MOST_SECONDS", 0.3)
    monkeypatch.setattr("agent.delivery.window.RESUME_SPREAD_SECONDS", 0.2)
    (tmp_path / "broker").mkdir()
    with alone():
        broker = Mosquitto(tmp_path / "broker")
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


@asynccontextmanager
async def running(folder: Path, broker: Mosquitto) -> AsyncIterator[Agent]:
    """An agent that may probe this machine."""
    settings = config.AgentConfig(
        agent="gradasi",
        directory=str(folder / "agent"),
        broker=Broker(port=broker.port),
        allow=allow.Allow(networks=("127.0.0.0/8",)),
    )
    stop = asyncio.Event()
    agent = Agent(settings)
    task = asyncio.create_task(agent.run(stop))
    try:
        yield agent
    finally:
        stop.set()
        await task


async def assign(broker: Mosquitto, payload: bytes) -> None:
    async with Client(broker.host, broker.port) as client:
        await client.publish(topic("gradasi", "config"), payload, 1, retain=True)


def work(version: int, *probes: Probe) -> bytes:
    return encode(Assignment(version, report_interval_seconds=1.0, probes=list(probes)))


def echoes(seen: TinyCollector, target: str) -> list[float]:
    """How many were sent to it, report by report."""
    counted = []
    for _, report in sorted(seen.reports.items(), key=lambda item: item[0][1]):
        for table in report.body.tables:
            column = table.values.get("icmp_echo_requests_total")
            if table.kind == "icmp" and target in table.target and column:
                counted.append(column[table.target.index(target)])
    return [count for count in counted if count is not None]


def said(seen: TinyCollector) -> list[int]:
    """The versions in force, as presence had them, each once."""
    return list(dict.fromkeys(presence.assignment for presence in seen.presences if presence.online))


HERE, THERE = Icmp("here", "127.0.0.2", 0.25), Icmp("there", "127.0.0.3", 0.25)
MOVED = Icmp("here", "127.0.0.4", 0.25)


@needs_namespaces
@needs_mosquitto
async def test_new_work_is_taken_at_once_and_what_stays_goes_on_counting(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with TinyCollector().on(broker) as collector, running(tmp_path, broker):
        await assign(broker, work(7, HERE))
        await collector.until(lambda seen: max(echoes(seen, "here"), default=0) >= 8)
        before = max(echoes(collector, "here"))
        await assign(broker, work(8, THERE, HERE))
        await collector.until(lambda seen: len(echoes(seen, "there")) >= 3)
        counted = echoes(collector, "here")
        assert counted == sorted(counted)
        assert counted[-1] > before
        assert echoes(collector, "there")[0] < before

        await assign(broker, work(9, MOVED, THERE))
        await collector.until(lambda seen: echoes(seen, "here")[-1] < before)
        assert said(collector) == [0, 7, 8, 9]


@needs_namespaces
@needs_mosquitto
async def test_an_agent_with_a_poisoned_file_takes_the_work_it_is_given(
    tmp_path: Path, broker: Mosquitto
) -> None:
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "assignment.json").write_bytes(work(2**53, THERE))
    async with TinyCollector().on(broker) as collector, running(tmp_path, broker):
        await assign(broker, work(2**53 + 1, THERE))
        await assign(broker, work(7, HERE))
        await collector.until(lambda seen: bool(echoes(seen, "here")))
        assert said(collector) == [0, 7]


@needs_namespaces
@needs_mosquitto
async def test_an_older_broken_or_empty_assignment_leaves_the_work_in_force(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    async with TinyCollector().on(broker) as collector, running(tmp_path, broker):
        await assign(broker, work(7, HERE))
        await collector.until(lambda seen: 7 in said(seen))
        for payload in (work(6, THERE), work(7, THERE), b'{"version":9,"probes":{}}', b""):
            await assign(broker, payload)
        await assign(broker, work(8, HERE))
        await collector.until(lambda seen: 8 in said(seen))
        assert said(collector) == [0, 7, 8]
        assert echoes(collector, "there") == []
    told = [message for message in caplog.messages if message.startswith("assignment: ")]
    assert told == [
        "assignment: Expected `array`, got `object` - at `$.probes`; the one before stays in force"
    ]


@needs_namespaces
@needs_mosquitto
async def test_a_probe_that_the_local_list_forbids_is_not_run_and_presence_says_so(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    forbidden = Tcp("bank", "10.9.9.9", 443)
    async with TinyCollector().on(broker) as collector, running(tmp_path, broker):
        await assign(broker, work(7, forbidden, HERE))
        await collector.until(lambda seen: any("refused" in one.conditions for one in seen.presences))
        await collector.until(lambda seen: len(echoes(seen, "here")) >= 2)
        kinds = {table.kind for report in collector.reports.values() for table in report.body.tables}
        assert kinds == {"agent", "icmp"}
    assert "assignment 7: tcp bank: 10.9.9.9 is not in [allow] networks; not measured" in caplog.messages


@needs_namespaces
@needs_mosquitto
async def test_an_agent_works_on_without_the_centre_through_a_restart(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with TinyCollector().on(broker) as collector, running(tmp_path, broker):
        await assign(broker, work(7, HERE))
        await collector.until(lambda seen: 7 in said(seen))
    broker.stop()  # and with it goes what it had retained
    async with running(tmp_path, broker) as agent:
        async with asyncio.timeout(20):
            while agent.worker.vitals()["agent_spooled_reports"] < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        broker.start()
        returned = boot_now()
        async with TinyCollector().on(broker) as collector:
            await collector.until(lambda seen: len(echoes(seen, "here")) >= 3)
            assert len([each for each in collector.reports.values() if each.body.at < returned]) >= 3
            assert said(collector) == [7]
