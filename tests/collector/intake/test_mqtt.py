"""The collector's edge, on a real Mosquitto and a real store."""

import asyncio
import logging
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiomqtt
import pytest

from collector.city.state import State
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.intake.mqtt import Intake
from collector.intake.pipeline import Pipeline
from collector.inventory import City, Site
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Message
from runtime.broker.settings import Broker
from tests.collector.waiting import until
from tests.fakes.reporting import STREAM, presence, report
from tests.free_ports import LOOPBACK, free_port
from tests.servers.mosquitto import Mosquitto, mosquitto, needs_mosquitto
from wire.messages import Ack, CollectorPresence, decode_ack, decode_collector_presence, encode
from wire.topics import COLLECTOR_PRESENCE, topic

pytestmark = needs_mosquitto

GRADASI = topic("gradasi", "ack")


class Collector:
    """Intake with the parts behind it, `dead` when `run` has ended."""

    def __init__(self, directory: Path, port: int) -> None:
        self.file = directory / "store.sqlite"
        self.store = Store(f"sqlite:///{self.file}?timeout=0.05")
        city = City(
            name="Pontianak", sites={"gradasi": Site(role="hotspot", name="Gradasi", district="Selatan")}
        )
        self.state = State(city, {"gradasi": frozenset({("tcp", "target-0")})})
        self.ingest = Ingest(self.store.epoch, self.state, {"gradasi": 10.0}, self.store.marks())
        self.pipeline = Pipeline(self.ingest, self.store)
        self.intake = Intake(Broker(host=LOOPBACK, port=port), self.pipeline)


@asynccontextmanager
async def running(directory: Path, port: int) -> AsyncIterator[Collector]:
    collector = Collector(directory, port)
    run = asyncio.create_task(collector.intake.run())
    try:
        yield collector
        collector.intake.stop()
        await run
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        collector.store.close()


class Agent:
    """A client that remembers the last payload of each topic."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.heard: dict[str, bytes] = {}

    async def send(self, message: Message) -> None:
        await self.client.publish(message.topic, message.payload, qos=1)

    async def hears(self, name: str, wanted: Callable[[bytes], bool] = bool) -> bytes:
        await until(lambda: name in self.heard and wanted(self.heard[name]))
        return self.heard[name]

    async def ack(self, wanted: Callable[[Ack], bool] = lambda ack: True) -> Ack:
        return decode_ack(await self.hears(GRADASI, lambda payload: wanted(decode_ack(payload))))

    async def sees_collector(self, online: bool) -> None:
        await self.hears(
            COLLECTOR_PRESENCE, lambda payload: decode_collector_presence(payload).online is online
        )


@asynccontextmanager
async def agent(port: int) -> AsyncIterator[Agent]:
    async with aiomqtt.Client(LOOPBACK, port) as client:
        made = Agent(client)

        async def listen() -> None:
            async for message in client.messages:
                made.heard[message.topic.value] = bytes(message.payload)

        await client.subscribe([("pantau/v1/+/ack", 0), ("pantau/v1/+/config", 0), (COLLECTOR_PRESENCE, 0)])
        listening = asyncio.create_task(listen())
        try:
            yield made
        finally:
            listening.cancel()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path / "broker") as broker:
        yield broker


async def test_a_report_is_stored_shown_and_acknowledged(tmp_path: Path, broker: Mosquitto) -> None:
    async with running(tmp_path, broker.port) as collector, agent(broker.port) as gradasi:
        await gradasi.sees_collector(online=True)
        await gradasi.send(report(1, received=time.time()))
        ack = await gradasi.ack()
        assert (ack.epoch, ack.commit, ack.stored) == (collector.store.epoch, 1, [(1, 1)])
        assert ack.received <= ack.sent <= time.time()
        async with collector.pipeline.reading():
            assert collector.state.agents["gradasi"].probes["tcp"]["target-0"].verdict == "up"
    with closing(Store(f"sqlite:///{collector.file}")) as store:
        assert [list(marks.decided) for marks in store.marks()] == [[(1, 1)]]


async def test_a_presence_is_answered_with_what_is_stored(tmp_path: Path, broker: Mosquitto) -> None:
    async with running(tmp_path, broker.port), agent(broker.port) as gradasi:
        await gradasi.sees_collector(online=True)
        await gradasi.send(presence(STREAM))
        assert (await gradasi.ack()).echo is not None


async def test_many_reports_at_once_make_few_batches(tmp_path: Path, broker: Mosquitto) -> None:
    async with running(tmp_path, broker.port) as collector, agent(broker.port) as gradasi:
        await gradasi.sees_collector(online=True)
        for seq in range(1, 201):
            message = report(seq, received=time.time())
            await gradasi.client.publish(message.topic, message.payload, qos=0)
        await gradasi.ack(lambda ack: ack.stored == [(1, 200)])
        assert collector.store.commit_number < 100


async def test_the_collectors_presence_goes_with_a_clean_stop(tmp_path: Path, broker: Mosquitto) -> None:
    async with agent(broker.port) as gradasi:
        async with running(tmp_path, broker.port):
            await gradasi.sees_collector(online=True)
        await gradasi.sees_collector(online=False)
    async with agent(broker.port) as later:
        await later.sees_collector(online=False)


KILLED = """
import asyncio, sys
from pathlib import Path
from tests.collector.intake.test_mqtt import Collector
async def main():
    await Collector(Path(sys.argv[1]), int(sys.argv[2])).intake.run()
asyncio.run(main())
"""


async def test_the_collectors_presence_goes_when_it_is_killed(tmp_path: Path, broker: Mosquitto) -> None:
    root = Path(__file__).parents[3]
    async with agent(broker.port) as gradasi:
        command = [sys.executable, "-c", KILLED, str(tmp_path), str(broker.port)]
        collector = await asyncio.create_subprocess_exec(*command, cwd=root)
        try:
            await gradasi.sees_collector(online=True)
        finally:
            collector.kill()
            await collector.wait()
        await gradasi.sees_collector(online=False)


async def test_a_broker_that_is_not_there_is_told_once_and_waited_for(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.stop()
    monkeypatch.setattr("collector.intake.mqtt.RECONNECT_SECONDS", 0.02)
    connects: list[object] = []
    connect = aiomqtt.Client.__aenter__

    async def counted(client: aiomqtt.Client) -> aiomqtt.Client:
        connects.append(client)
        return await connect(client)

    monkeypatch.setattr(aiomqtt.Client, "__aenter__", counted)
    with caplog.at_level(logging.WARNING, "collector"):
        async with running(tmp_path, broker.port) as collector:
            await until(lambda: len(connects) > 3)
            assert collector.pipeline.connected_since is None
            (told,) = caplog.messages
            assert "Connection refused" in told
            assert "[broker] of collector.toml" in told
            broker.start()
            await until(lambda: collector.pipeline.connected_since)


async def test_a_broker_that_was_killed_gets_its_retained_messages_back(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with running(tmp_path, broker.port) as collector:
        collector.intake.assign({"gradasi": b'{"version":1}'})
        for seq in (1, 2):
            async with agent(broker.port) as gradasi:
                await gradasi.sees_collector(online=True)
                assert await gradasi.hears(topic("gradasi", "config")) == b'{"version":1}'
                await gradasi.send(report(seq, received=time.time()))
                await gradasi.ack(lambda ack, seq=seq: ack.stored == [(1, seq)])  # type: ignore[misc]
            broker.kill()
            await until(lambda: collector.pipeline.connected_since is None)
            broker.start()


async def test_nothing_is_shown_or_acknowledged_before_it_is_stored(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.intake.pipeline.RETRY_SECONDS", 0.02)
    async with running(tmp_path, broker.port) as collector, agent(broker.port) as gradasi:
        await gradasi.sees_collector(online=True)
        with closing(sqlite3.connect(collector.file)) as other:
            other.execute("BEGIN IMMEDIATE")
            await gradasi.send(report(1, received=time.time()))
            await until(lambda: collector.pipeline.failed_commits > 2)
            with pytest.raises(StoreUnavailable, match="database is locked"):
                async with collector.pipeline.reading():
                    pass
            assert GRADASI not in gradasi.heard
            other.rollback()
        assert (await gradasi.ack()).stored == [(1, 1)]
        assert list(collector.state.agents) == ["gradasi"]
        assert collector.state.counts.taken == 1
    (told,) = [message for message in caplog.messages if message.startswith("store")]
    assert "database is locked" in told
    assert "nothing is acknowledged until it can be stored" in told
    assert collector.pipeline.trouble == ""


async def test_a_stop_finishes_the_batch_in_hand(tmp_path: Path, broker: Mosquitto) -> None:
    async with agent(broker.port) as gradasi:
        async with running(tmp_path, broker.port) as collector:
            await gradasi.sees_collector(online=True)
            await gradasi.send(report(1, received=time.time()))
            await until(lambda: len(collector.intake.inbox))
        assert (await gradasi.ack()).stored == [(1, 1)]


async def test_each_agent_finds_its_assignment_and_a_changed_one_at_once(
    tmp_path: Path, broker: Mosquitto
) -> None:
    config = topic("gradasi", "config")
    async with running(tmp_path, broker.port) as collector:
        collector.intake.assign({"gradasi": b'{"version":1}', "dinkes": b'{"version":1}'})
        async with agent(broker.port) as gradasi:
            await gradasi.hears(config, lambda payload: payload == b'{"version":1}')
            await gradasi.hears(topic("dinkes", "config"))
            collector.intake.assign({"gradasi": b'{"version":2}'})
            await gradasi.hears(config, lambda payload: payload == b'{"version":2}')
            await gradasi.hears(topic("dinkes", "config"), lambda payload: payload == b"")
        async with agent(broker.port) as later:
            await later.hears(config)
            assert later.heard[config] == b'{"version":2}'
            assert topic("dinkes", "config") not in later.heard


async def refuse_subscriptions(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """MQTT 3.1.1, section 3.9.3. Mosquitto 2.0 grants what its ACL forbids, and then sends nothing."""
    while fixed := await reader.read(2):
        packet = await reader.readexactly(fixed[1])
        match fixed[0] >> 4:
            case 1:  # CONNECT
                writer.write(b"\x20\x02\x00\x00")
            case 8:  # SUBSCRIBE
                writer.write(b"\x90\x04" + packet[:2] + b"\x80\x80")
    writer.close()


async def test_a_broker_that_refuses_the_subscription_is_told_with_the_remedy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    server = await asyncio.start_server(refuse_subscriptions, LOOPBACK, port)
    async with server, running(tmp_path, port) as collector:
        await until(lambda: caplog.messages)
        assert "see its ACL" in caplog.messages[0]
        assert collector.pipeline.connected_since is None


async def test_of_two_collectors_on_a_broker_the_older_one_warns_once(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "collector")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    async with (
        running(tmp_path / "first", broker.port) as first,
        agent(broker.port) as gradasi,
    ):
        await gradasi.sees_collector(online=True)
        async with running(tmp_path / "second", broker.port) as second:
            await until(
                lambda: f"another collector (run {second.store.epoch}) uses the broker" in caplog.text
            )
            await gradasi.send(presence(STREAM))
            await gradasi.ack()
            assert first.pipeline.connected_since is not None
            assert second.pipeline.connected_since is not None
        assert caplog.text.count("another collector") == 1
        assert "already connected" not in broker.log()


async def test_the_end_of_another_collector_does_not_let_the_agents_wait(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with running(tmp_path, broker.port) as collector, agent(broker.port) as gradasi:
        await gradasi.sees_collector(online=True)
        gone = encode(CollectorPresence(online=False, epoch="another"))
        await gradasi.client.publish(COLLECTOR_PRESENCE, gone, 1, retain=True)
        ours = encode(CollectorPresence(online=True, epoch=collector.store.epoch))
        await gradasi.client.publish(topic("gradasi", "ack"), b"{}", 1)  # comes back after what was asked for
        await gradasi.hears(GRADASI, lambda payload: payload == b"{}")
        await gradasi.hears(COLLECTOR_PRESENCE, lambda payload: payload == ours)
