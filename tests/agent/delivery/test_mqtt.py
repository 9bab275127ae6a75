"""The broker session against a real Mosquitto and a collector of one page."""

import asyncio
import gc
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiomqtt import Client

from agent.clock import boot_now
from agent.config import SpoolLimits
from agent.delivery.mqtt import BrokerSession
from agent.delivery.worker import DeliveryWorker
from runtime.broker.settings import Broker
from tests.agent.spool.bodies import body
from tests.fakes.tiny_collector import WAIT_SECONDS, TinyCollector, seqs
from tests.free_ports import free_port
from tests.servers.mosquitto import Mosquitto, mosquitto, needs_mosquitto
from tests.servers.openssl import Authority, needs_openssl
from wire.topics import topic

pytestmark = needs_mosquitto

AGENT = "gradasi"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path / "broker") as broker:
        yield broker


class Assignments:
    def __init__(self) -> None:
        self.arrived: list[bytes] = []

    async def take(self, payload: bytes) -> None:
        self.arrived.append(payload)


@asynccontextmanager
async def uplink(
    directory: Path, broker: Mosquitto | Broker, assignments: Assignments | None = None
) -> AsyncIterator[DeliveryWorker]:
    """The worker of an agent whose session with the broker runs."""
    address = broker if isinstance(broker, Broker) else Broker(host=broker.host, port=broker.port)
    taken = assignments or Assignments()
    worker = DeliveryWorker(directory, SpoolLimits(), "1.2.3")
    async with worker, BrokerSession(AGENT, address, worker, taken.take):
        yield worker


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not seen():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same decisions, with pauses that a test can wait for."""
    monkeypatch.setattr("wire.reconnect.PAUSE_AT_MOST_SECONDS", 0.3)
    monkeypatch.setattr("agent.delivery.window.RESEND_SECONDS", 0.3)
    monkeypatch.setattr("agent.delivery.window.RESUME_SPREAD_SECONDS", 0.2)


async def test_reports_reach_the_collector_dated_and_are_taken_off_the_spool(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker) as agent:
        for _ in range(5):
            await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 5)
        await agent.put(body(boot_now()))
        await until(lambda: agent.vitals()["agent_spooled_reports"] == 0)
        for report in collector.reports.values():
            assert report.clock in ("ntp", "collector")
            measured = report.measured_at(0)
            assert measured is not None
            assert abs(measured - time.time()) < WAIT_SECONDS
        assert collector.presences[0].version == "1.2.3"
        assert set(collector.arrivals.values()) == {1}


async def test_where_the_broker_s_port_is_shut_the_agent_falls_back_to_the_other(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shut = free_port()
    address = Broker(host=broker.host, port=shut, fallback_port=broker.port)
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, address) as agent:
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 1)
    assert f"port {shut}: Connection refused" in caplog.text
    assert f"port {broker.port}: connected" in caplog.text


async def test_the_time_is_the_collector_s_when_the_kernel_s_is_another(
    tmp_path: Path, broker: Mosquitto
) -> None:
    collector = TinyCollector()
    collector.clock = lambda: time.time() + 5000
    async with collector.on(broker), uplink(tmp_path, broker) as agent:
        at = boot_now()
        await agent.put(body(at))
        await collector.until(lambda seen: len(seen.reports) == 1)
        (report,) = collector.reports.values()
        assert report.clock == "collector"
        measured = report.measured_at(0)
        assert measured is not None
        assert abs(measured - (time.time() - boot_now() + 5000 + at)) < 1


async def test_reports_from_the_time_without_a_broker_go_out_when_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "broker").mkdir()
    broker = Mosquitto(tmp_path / "broker")
    async with uplink(tmp_path, broker) as agent:
        await agent.assigned(3, probes=12)
        for _ in range(50):
            await agent.put(body(boot_now()))
        await until(lambda: "broker" in caplog.text)
        await asyncio.sleep(1)  # long enough for some more attempts, of which nothing is said
        broker.start()
        try:
            async with TinyCollector().on(broker) as collector:
                await collector.until(lambda seen: len(seen.reports) == 50)
                await until(lambda: agent.vitals()["agent_spooled_reports"] == 0)
        finally:
            broker.stop()
    lines = [
        record.getMessage() for record in caplog.records if record.name == "agent.delivery.connection_log"
    ]
    assert f"port {broker.port}" in lines[0]
    assert "refused" in lines[0]
    assert lines[1:3] == [
        f"broker 127.0.0.1 port {broker.port}: connected",
        f"broker 127.0.0.1 port {broker.port}: connected, acknowledged, 12 probes",
    ]


async def test_a_broker_that_is_killed_in_mid_stream_loses_nothing(tmp_path: Path, broker: Mosquitto) -> None:
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker) as agent:
        for number in range(120):
            await agent.put(body(boot_now()))
            if number in (30, 70):
                broker.kill()
                broker.start()
        await collector.until(lambda seen: len(seen.reports) == 120)
        await until(lambda: agent.vitals()["agent_spooled_reports"] == 0)
        assert {report.seq for report in collector.reports.values()} == set(range(1, 121))


async def test_an_agent_that_starts_again_delivers_what_the_one_before_left(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with uplink(tmp_path, broker) as agent:
        for _ in range(100):
            await agent.put(body(boot_now()))
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker) as agent:
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 101)
        ((_, last),) = [(key, report) for key, report in collector.reports.items() if report.body.previous]
        assert last.body.previous is not None
        assert last.body.previous.highest == 100
        assert collector.reports[last.body.previous.stream, 100].offset == pytest.approx(last.offset, abs=1)


async def test_a_collector_that_loses_its_store_gets_everything_again(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker) as agent:
        for _ in range(40):
            await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 40)
        await until(lambda: agent.vitals()["agent_spooled_reports"] == 0)
        collector.reports.clear()
        collector.epoch = "restored"
        collector.runs.clear()
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 41)


async def test_a_collector_that_answers_late_is_asked_again(tmp_path: Path, broker: Mosquitto) -> None:
    collector = TinyCollector()
    collector.answering = False
    async with collector.on(broker), uplink(tmp_path, broker) as agent:
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.presences) == 2)
        assert collector.arrivals == {}
        collector.answering = True
        await collector.until(lambda seen: len(seen.reports) == 1)


async def test_while_the_collector_says_offline_nothing_but_presence_is_published(
    tmp_path: Path, broker: Mosquitto
) -> None:
    collector = TinyCollector()
    async with uplink(tmp_path, broker) as agent:
        async with collector.on(broker):
            await agent.put(body(boot_now()))
            await collector.until(lambda seen: len(seen.reports) == 1)
        await until(lambda: broker.log().count("'pantau/v1/_collector/presence'") >= 4)  # its two, passed on
        for _ in range(10):
            await agent.put(body(boot_now()))
        published = broker.log().count(f"Received PUBLISH from {AGENT} (d0, q1, r0")
        assert published <= 5, "those that were on their way, of eleven"
        async with collector.on(broker):
            await collector.until(lambda seen: len(seen.reports) == 11)


async def test_a_rejected_report_is_dropped_counted_and_told(tmp_path: Path, broker: Mosquitto) -> None:
    collector = TinyCollector()
    collector.refuses = lambda report: report.seq == 2
    async with collector.on(broker), uplink(tmp_path, broker) as agent:
        for _ in range(3):
            await agent.put(body(boot_now(), measurements=4))
        await until(lambda: agent.vitals()["agent_rejected_measurements_total"] == 4)
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 3)
        (told,) = [report.body.drops for report in collector.reports.values() if report.body.drops]
        assert (told[0].first, told[0].counts, told[0].reason) == (2, [4], "rejected")


async def test_on_hold_reports_are_kept_and_the_reason_is_a_condition(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    collector = TinyCollector()
    collector.hold = "no such site"
    async with collector.on(broker), uplink(tmp_path, broker) as agent:
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: any("held" in one.conditions for one in seen.presences))
        assert "no such site" in agent.conditions()["held"]
        assert agent.vitals()["agent_spooled_reports"] == 1
    assert caplog.text.count("no such site") == 1


async def test_an_assignment_arrives_and_the_one_in_force_is_said_in_presence(
    tmp_path: Path, broker: Mosquitto
) -> None:
    assignments = Assignments()
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker, assignments) as agent:
        async with Client(broker.host, broker.port) as client:
            await client.publish(topic(AGENT, "config"), b'{"version":7}', 1, retain=True)
        await until(lambda: assignments.arrived == [b'{"version":7}'])
        await agent.assigned(7)
        await collector.until(lambda seen: any(one.assignment == 7 for one in seen.presences))


async def test_an_assignment_that_breaks_its_taker_does_not_break_the_connection(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    class Clumsy(Assignments):
        async def take(self, payload: bytes) -> None:
            raise RuntimeError("clumsy")

    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker, Clumsy()) as agent:
        async with Client(broker.host, broker.port) as client:
            await client.publish(topic(AGENT, "config"), b"{}", 1, retain=True)
        await until(lambda: "clumsy" in caplog.text)
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 1)
        assert "closed" not in caplog.text


async def test_an_agent_that_stops_drains_and_says_offline(tmp_path: Path, broker: Mosquitto) -> None:
    async with TinyCollector().on(broker) as collector:
        async with uplink(tmp_path, broker) as agent:
            await agent.put(body(boot_now()))
        assert len(collector.reports) == 1
        await collector.until(lambda seen: not seen.presences[-1].online)
        assert "Received DISCONNECT from gradasi" in broker.log()


KILLED = """
import asyncio, sys
from pathlib import Path
from agent.clock import boot_now
from runtime.broker.settings import Broker
from agent.config import SpoolLimits
from agent.delivery.mqtt import BrokerSession
from agent.delivery.worker import DeliveryWorker
from tests.agent.spool.bodies import body

async def ignore(payload): pass

async def main(directory, port):
    worker = DeliveryWorker(Path(directory), SpoolLimits())
    async with worker, BrokerSession("gradasi", Broker(port=int(port)), worker, ignore):
        for number in range(1, 10**9):
            await worker.put(body(boot_now()))
            print(number, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_killed_agent_says_offline_and_the_next_delivers_its_reports(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with TinyCollector().on(broker) as collector:
        command = [sys.executable, "-c", KILLED, str(tmp_path), str(broker.port)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        await collector.until(lambda seen: len(seen.reports) > 20)
        process.kill()
        committed = max(int(line) for line in (await process.stdout.read()).splitlines())
        await process.wait()
        await collector.until(lambda seen: not seen.presences[-1].online)
        async with uplink(tmp_path, broker) as agent:
            await agent.put(body(boot_now()))
            await collector.until(lambda seen: any(one.body.previous for one in seen.reports.values()))
            (previous,) = [one.body.previous for one in collector.reports.values() if one.body.previous]
            assert previous.highest >= committed
            whole = list(range(1, previous.highest + 1))
            await collector.until(lambda seen: seqs(seen, previous.stream) == whole)


async def test_nonsense_on_its_topics_does_not_disturb_an_agent(tmp_path: Path, broker: Mosquitto) -> None:
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker) as agent:
        await collector.until(lambda seen: bool(seen.presences))
        async with Client(broker.host, broker.port) as client:
            for payload in (
                b"",
                b"{",
                b"[]",
                b'{"epoch":1}',
                bytes(range(256)),
                b'{"epoch":"x","commit":1,"stored":[[5,1]]}',
                b'{"epoch":"\xff"}',
                b'{"more":' + b"[" * 5000,
            ):
                await client.publish(topic(AGENT, "ack"), payload, 1)
                await client.publish("pantau/v1/_collector/presence", payload, 1)
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 1)


async def test_a_broker_that_accepts_and_never_answers_is_left_and_measuring_goes_on(
    tmp_path: Path, broker: Mosquitto, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("agent.delivery.mqtt.PUBLISH_SECONDS", 0.5)
    monkeypatch.setattr("agent.delivery.mqtt.CONNECT_SECONDS", 0.5)
    async with TinyCollector().on(broker) as collector, uplink(tmp_path, broker) as agent:
        await agent.put(body(boot_now()))
        await collector.until(lambda seen: len(seen.reports) == 1)
        broker.pause()
        try:
            for _ in range(20):
                started = boot_now()
                await agent.put(body(boot_now()))
                assert boot_now() - started < 1
            await until(lambda: "timed out" in caplog.text)
        finally:
            broker.resume()
        await collector.until(lambda seen: len(seen.reports) == 21)


@needs_openssl
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
async def test_a_box_that_does_not_know_the_time_does_not_judge_certificates_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours = Authority(tmp_path / "ours")
    server = ours.issue("broker", "IP:127.0.0.1", datetime.now(UTC) - timedelta(days=1))
    mine = ours.issue(AGENT, "DNS:agent", datetime.now(UTC) + timedelta(days=30))
    tls = [f"cafile {ours.ca_file}", f"certfile {server.file}", f"keyfile {server.key_file}"]
    files: dict[str, Any] = {"certificate_file": str(mine.file), "key_file": str(mine.key_file)}
    with mosquitto(tmp_path / "broker", [*tls, "allow_anonymous true"]) as broker:
        address = Broker(host=broker.host, port=broker.port, ca_file=str(ours.ca_file), **files)
        monkeypatch.setattr("agent.delivery.mqtt.kernel_synchronized", lambda: True)
        async with uplink(tmp_path / "right", address):
            await until(lambda: "certificate has expired" in caplog.text)
            gc.collect()
        monkeypatch.setattr("agent.delivery.mqtt.kernel_synchronized", lambda: False)
        async with uplink(tmp_path / "wrong", address):
            await until(lambda: f"as {AGENT}" in broker.log())


ACL = """
user _collector
topic readwrite #
pattern write pantau/v1/%u/presence
pattern read pantau/v1/%u/ack
pattern read pantau/v1/%u/config
pattern read pantau/v1/_collector/presence
"""


def options(folder: Path, authority: Authority) -> list[str]:
    """Of a Mosquitto that wants certificates of this authority, beside a port for the collector."""
    later = datetime.now(UTC) + timedelta(days=30)
    server = authority.issue("broker", "IP:127.0.0.1", later)
    acl = folder / "acl"
    acl.write_text(ACL)
    return [
        f"cafile {authority.ca_file}",
        f"certfile {server.file}",
        f"keyfile {server.key_file}",
        "require_certificate true",
        "use_identity_as_username true",
        f"acl_file {acl}",
        f"listener {free_port()} 127.0.0.1",
        "allow_anonymous true",
    ]


@needs_openssl
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
async def test_only_the_right_ca_is_trusted_and_a_forbidden_topic_is_a_condition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("agent.delivery.window.UNACKNOWLEDGED_SECONDS", 1.0)
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    mine = ours.issue(AGENT, "DNS:agent", datetime.now(UTC) + timedelta(days=30))
    with mosquitto(tmp_path / "broker", options(tmp_path, ours)) as broker:
        files: dict[str, Any] = {"certificate_file": str(mine.file), "key_file": str(mine.key_file)}
        wrong = Broker(host=broker.host, port=broker.port, ca_file=str(theirs.ca_file), **files)
        async with uplink(tmp_path / "wrong", wrong):
            await until(lambda: f"is not of the CA in ca_file {theirs.ca_file}" in caplog.text)
            gc.collect()  # paho leaves the socket of a failed handshake to it
        right = Broker(host=broker.host, port=broker.port, ca_file=str(ours.ca_file), **files)
        async with uplink(tmp_path / "right", right) as agent:
            await agent.put(body(boot_now()))
            await until(lambda: "unacknowledged" in agent.conditions())
            assert "ACL" in agent.conditions()["unacknowledged"]


@needs_openssl
async def test_a_broker_that_wants_a_certificate_is_quoted_once_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("agent.delivery.mqtt.CONNECT_SECONDS", 0.5)
    ours = Authority(tmp_path / "ours")
    with mosquitto(tmp_path / "broker", options(tmp_path, ours)) as broker:
        without = Broker(host=broker.host, port=broker.port, ca_file=str(ours.ca_file))
        async with uplink(tmp_path / "agent", without):
            await until(lambda: broker.log().count("peer did not return a certificate") >= 2)
    (said,) = [record.getMessage() for record in caplog.records if "broker" in record.getMessage()]
    assert said.startswith(
        f"broker 127.0.0.1 port {broker.port}: the broker wants a certificate "
        "(tlsv13 alert certificate required): give certificate_file and key_file in [broker] of agent.toml;"
    )
