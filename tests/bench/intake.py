"""What taking reports in costs the collector, in samples per CPU-second. The cost is per report."""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from collector.changes import Changes
from collector.city.state import State
from collector.city.taken import Taken
from collector.database.store import Store
from collector.intake.inbox import BATCH_AT_MOST
from collector.intake.mqtt import Intake
from collector.intake.pipeline import Pipeline
from collector.intake.watch import Watch
from collector.inventory import City, Site
from collector.past import Past
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Message
from runtime.broker.settings import Broker
from tests.bench.reports import INTERVAL_SECONDS, SAMPLES, TARGETS, VALUES, payloads
from tests.collector.waiting import until
from tests.free_ports import LOOPBACK
from tests.servers.mosquitto import mosquitto
from wire.messages import Assignment
from wire.probes import Icmp

AGENTS, REPORTS_EACH = 300, 10  # more agents than a batch has room for: an ack for each report
REPORTS = AGENTS * REPORTS_EACH


def run() -> list[tuple[str, str]]:
    now = time.time()
    reports = list(payloads(AGENTS, REPORTS_EACH, now))
    spent, of_past = _in_process(reports, now)
    return [
        ("report", f"{len(TARGETS)} measurements × {VALUES} values; {AGENTS} agents, {REPORTS} reports"),
        ("in process, decode to commit, judged", _rate(spent)),
        ("of it the memory of the last day", f"{of_past / REPORTS * 1e6:.0f} µs a report"),
        ("through Mosquitto, judged, with acks", _rate(through_mosquitto(reports))),
    ]


def _rate(cpu_seconds: float) -> str:
    samples = SAMPLES * REPORTS / cpu_seconds
    each = cpu_seconds / REPORTS * 1e6
    return f"{samples / 1e6:.2f} M samples per CPU-second (budget ≥ 1 M), {each:.0f} µs a report"


class Judging:
    """As the collector does: what a batch means for incidents is decided before it is stored.

    `past_seconds` is the CPU of the memory of the last day alone.
    """

    past_seconds = 0.0

    def __init__(self, watch: Watch, past: Past) -> None:
        self._watch = watch
        self._past = past

    def judge(self, taken: Sequence[Taken]) -> Changes:
        now = time.time()
        started = time.process_time()
        self._past.take(taken, now)
        self.past_seconds += time.process_time() - started
        judged = self._watch.judge(taken, True, now)
        return judged.then(Changes(past=self._past.changes(judged.incidents.values(), now)))

    def stored(self, changes: Changes) -> None:
        """Nobody gets a notice here."""


def _parts(directory: str) -> tuple[Store, Ingest, Judging]:
    agents = [f"agent-{number:04}" for number in range(AGENTS)]
    city = City(
        name="Pontianak", sites={agent: Site(role="hotspot", name=agent, district="Kota") for agent in agents}
    )
    assignment = Assignment(1, INTERVAL_SECONDS, [Icmp(target, "192.0.2.1") for target in TARGETS])
    assignments = dict.fromkeys(agents, assignment)
    state = State(city, dict.fromkeys(agents, frozenset(("icmp", target) for target in TARGETS)), assignments)
    store = Store(f"sqlite:///{directory}/store.sqlite")
    ingest = Ingest(store.epoch, state, dict.fromkeys(agents, float(INTERVAL_SECONDS)), store.marks())
    past = Past(time.time())
    past.adopt({agent: [("icmp", target) for target in TARGETS] for agent in agents})
    return store, ingest, Judging(Watch(state, assignments, time.time()), past)


def _in_process(reports: list[tuple[str, bytes]], now: float) -> tuple[float, float]:
    """CPU-seconds of all, and of the memory of the last day."""
    messages = [Message(name, payload, now) for name, payload in reports]
    with tempfile.TemporaryDirectory() as directory:
        store, ingest, judging = _parts(directory)
        with closing(store):
            started = time.process_time()
            for first in range(0, REPORTS, BATCH_AT_MOST):
                ingestion = ingest.take(messages[first : first + BATCH_AT_MOST], now)
                store.commit(Changes.of(ingestion).then(judging.judge(ingestion.taken)))
            spent = time.process_time() - started
    assert ingest.counts.messages["live"] == REPORTS
    return spent, judging.past_seconds


def through_mosquitto(reports: list[tuple[str, bytes]]) -> float:
    """CPU-seconds of a collector in a process of its own, from its first report to its last."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    options = ("allow_anonymous true", "max_queued_messages 0")
    with tempfile.TemporaryDirectory() as directory, mosquitto(Path(directory), options) as broker:
        collector = spawn.Process(target=_collect, args=(directory, broker.port, len(reports), theirs))
        collector.start()
        ours.recv()
        publish(reports, broker.port)
        spent: float = ours.recv()
        collector.join()
    return spent


def publish(messages: list[tuple[str, bytes]], port: int) -> None:
    """As fast as the broker takes them, at QoS 1."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(100)
    client.connect(LOOPBACK, port)
    client.loop_start()
    for sent in [client.publish(name, payload, qos=1) for name, payload in messages]:
        sent.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def _collect(directory: str, port: int, reports: int, told: Connection) -> None:
    asyncio.run(_collecting(directory, port, reports, told))


async def _collecting(directory: str, port: int, reports: int, told: Connection) -> None:
    store, ingest, judging = _parts(directory)
    pipeline = Pipeline(ingest, store, judging)
    intake = Intake(Broker(host=LOOPBACK, port=port), pipeline)
    running = asyncio.create_task(intake.run())
    await until(lambda: pipeline.connected_since)
    told.send("ready")
    started = time.process_time()
    await until(lambda: ingest.counts.messages["live"] == reports)
    async with pipeline.holding():
        told.send(time.process_time() - started)
    intake.stop()
    await running
    store.close()


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:30} {value}")
