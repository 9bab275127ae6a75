"""Beside mqtt-exporter of PyPI, in the same run: samples per CPU-second, and messages lost over a restart.

The peer gets flat JSON of as many values, and lives in a virtual environment of its own in the user's cache.
"""

import asyncio
import json
import multiprocessing
import os
import subprocess
import tempfile
import time
import venv
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
from msgspec.structs import replace
from paho.mqtt.enums import CallbackAPIVersion

from agent.clock import boot_now
from tests.bench.collecting import collecting, started
from tests.bench.intake import AGENTS, REPORTS_EACH, publish, through_mosquitto
from tests.bench.reports import SAMPLES, TARGETS, VALUES, Site, payloads
from tests.collector.waiting import until
from tests.free_ports import LOOPBACK, free_port, wait_until_listening
from tests.servers.mosquitto import Mosquitto, mosquitto
from tests.system.books import Account, audit
from tests.system.load import MEASUREMENTS, held_reports, realistic, uplinks
from tests.system.programs import eventually

PEER = "mqtt-exporter==1.12.1"
PEERS_MESSAGES = 1000
STREAM, PER_SECOND, RESTART_AFTER = 1600, 400, 600
STREAMING = [f"site-{number:02}" for number in range(20)]
REST_SECONDS = 0.3


class Exporter:
    """Subscribed to everything once it is made."""

    client_id = "peer"

    def __init__(self, python: Path, broker: Mosquitto) -> None:
        self._broker, page = broker, free_port()
        subscribed = f"Sending SUBACK to {self.client_id}"
        before = broker.log().count(subscribed)
        settings = {
            "MQTT_PORT": str(broker.port),
            "MQTT_CLIENT_ID": self.client_id,
            "PROMETHEUS_ADDRESS": LOOPBACK,
            "PROMETHEUS_PORT": str(page),
            "LOG_LEVEL": "CRITICAL",
        }
        self._process = subprocess.Popen([python, "-m", "mqtt_exporter"], env=os.environ | settings)
        wait_until_listening(page, self._process)
        eventually(lambda: broker.log().count(subscribed) > before)

    def cpu_seconds(self) -> float:
        return float(sum(psutil.Process(self._process.pid).cpu_times()[:2]))

    def rests(self) -> bool:
        before = self.cpu_seconds()
        time.sleep(REST_SECONDS)
        return self.cpu_seconds() == before

    def messages(self) -> int:
        """What the broker has sent it counts as taken."""
        return self._broker.log().count(f"Sending PUBLISH to {self.client_id}")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def run() -> list[tuple[str, str]]:
    python = installed()
    rows = []
    for size, measurements in ((VALUES, 1), (SAMPLES, len(TARGETS))):
        reports = list(payloads(AGENTS, REPORTS_EACH, time.time(), measurements))
        ours, theirs = len(reports) * size / through_mosquitto(reports), exported(python, size)
        told = (
            f"pantau {ours / 1e3:.0f}k a CPU-second, mqtt-exporter {theirs / 1e3:.0f}k: {ours / theirs:.1f} ×"
        )
        rows.append((f"{size} samples a message", told))
    account = streamed_to_pantau()
    lost, doubled = STREAM - account.stored // MEASUREMENTS, len(account.wrong)
    return [
        *rows,
        ("restarted in mid-stream", f"{STREAM} messages at {PER_SECOND} a second"),
        ("lost by pantau", f"{lost}, {doubled} complaints about its books"),
        ("lost by mqtt-exporter", str(lost_by_exporter(python))),
    ]


def installed() -> Path:
    """The peer's own Python."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pantau-bench" / PEER
    python = cache / "bin" / "python"
    if not (cache / "complete").exists():
        venv.create(cache, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER]
        subprocess.run(command, check=True)
        (cache / "complete").touch()
    return python


def exported(python: Path, size: int) -> float:
    """Samples per CPU-second."""
    sites = [Site(seed) for seed in range(AGENTS)]
    messages = [
        (f"agent-{number % AGENTS:04}", flat(sites[number % AGENTS], size))
        for number in range(PEERS_MESSAGES)
    ]
    with tempfile.TemporaryDirectory() as folder:
        options = ("allow_anonymous true", "max_queued_messages 0")
        with mosquitto(Path(folder), options) as broker:
            exporter = Exporter(python, broker)
            try:
                before = exporter.cpu_seconds()
                publish(messages, broker.port)
                eventually(exporter.rests, seconds=120)
                spent = exporter.cpu_seconds() - before
                return exporter.messages() * size / spent
            finally:
                exporter.stop()


def flat(site: Site, size: int) -> bytes:
    values = (
        (f"{one.target}_{name}", value) for one in site.measurements() for name, value in one.values.items()
    )
    return json.dumps(dict(islice(values, size))).encode()


def lost_by_exporter(python: Path) -> int:
    with tempfile.TemporaryDirectory() as folder, mosquitto(Path(folder)) as broker:
        exporter = Exporter(python, broker)
        streaming = multiprocessing.get_context("spawn").Process(
            target=stream_to_exporter, args=(broker.port,)
        )
        streaming.start()
        try:
            eventually(lambda: exporter.messages() >= RESTART_AFTER, seconds=60)
            exporter.stop()
            exporter = Exporter(python, broker)
            streaming.join()
        finally:
            exporter.stop()
        return STREAM - exporter.messages()


def stream_to_exporter(port: int) -> None:
    """At QoS 1, evenly, until the broker has all."""
    payload = flat(Site(1), VALUES)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(STREAM)
    client.connect(LOOPBACK, port)
    client.loop_start()
    began, sent = time.monotonic(), []
    for number in range(STREAM):
        sent.append(client.publish(f"agent-{number:04}", payload, qos=1))
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
    for one in sent:
        one.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def streamed_to_pantau() -> Account:
    with tempfile.TemporaryDirectory() as directory, mosquitto(Path(directory) / "broker") as broker:
        folder = Path(directory)
        programs = [collecting(folder, STREAMING, broker.port)]

        def restart() -> None:
            programs[0].stop()
            programs.append(started(folder))

        try:
            asyncio.run(_stream(folder, broker.port, restart))
        finally:
            programs[-1].stop()
        return audit(folder, STREAMING, folder / "pantau.sqlite")


async def _stream(folder: Path, port: int, restart: Callable[[], None]) -> None:
    """Until all is acknowledged."""
    (body, *_) = realistic(seed=1)
    restarting = None
    async with uplinks(folder, port, STREAMING) as opened:
        began = boot_now()
        for number in range(0, STREAM, len(STREAMING)):
            if number >= RESTART_AFTER and restarting is None:
                restarting = asyncio.create_task(asyncio.to_thread(restart))
            now = round(boot_now(), 3)
            await asyncio.gather(*(worker.put(replace(body, at=now)) for worker in opened.values()))
            await asyncio.sleep(max(0.0, began + number / PER_SECOND - boot_now()))
        if restarting is not None:
            await restarting
        await until(lambda: not any(map(held_reports, opened.values())), 60)


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:30} {value}")
