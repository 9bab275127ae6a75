"""A city in which outages are said, not made: a real broker, a real collector, and a voice for its agent."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from collector.incidents import Incident
from tests.free_ports import LOOPBACK, free_port
from tests.servers.mosquitto import mosquitto
from tests.servers.webhook import Webhook
from tests.system.programs import Program, collector, eventually, get, one
from wire.report import Body, Table, encode_body, seal
from wire.topics import topic

T = TypeVar("T")
SAID_EVERY_SECONDS = 0.2
INVENTORY = """
[city]
name = "Watched"

[roles.hotspot]
notify_after_seconds = {notify_after}
report_interval_seconds = 1

[sites]
noc = {{ role = "noc", name = "The office", router = "10.61.0.1", report_interval_seconds = 1 }}
gradasi = {{ role = "hotspot", name = "Gradasi", router = "10.61.4.1", users = 180 }}
warkop = {{ role = "hotspot", name = "Warkop Winny", router = "10.61.5.1" }}

[links]
radio = {{ from = "gradasi", to = "noc" }}
fiber = {{ from = "warkop", to = "noc" }}

[receivers.hook]
webhook = {{ url = "{hook}" }}
language = "en"
"""
SITES = ("gradasi", "warkop")


class Voice:
    """The NOC's agent, as the collector hears it: which routers answer, several times a second."""

    def __init__(self, broker_port: int) -> None:
        self._lost: dict[str, float] = {}
        self._said: set[str] = set(SITES)
        self._stream = secrets.token_hex(8)
        self._offset = round(time.time() - time.monotonic(), 6)
        self._seq = 0
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.connect(LOOPBACK, broker_port)
        self._client.loop_start()
        self._quiet = threading.Event()
        self._thread: threading.Thread | None = None

    def down(self, site: str) -> None:
        self._lost.setdefault(site, time.monotonic())
        self._said.add(site)

    def up(self, site: str) -> None:
        self._lost.pop(site, None)
        self._said.add(site)

    def leave_out(self, site: str) -> None:
        """Say nothing of it any more."""
        self._said.discard(site)

    def speak(self) -> None:
        self._quiet.clear()
        self._thread = threading.Thread(target=self._speak)
        self._thread.start()

    def fall_silent(self) -> None:
        self._quiet.set()
        if self._thread is not None:
            self._thread.join()
        self._thread = None

    def close(self) -> None:
        self.fall_silent()
        self._client.disconnect()
        self._client.loop_stop()

    def _speak(self) -> None:
        while not self._quiet.wait(SAID_EVERY_SECONDS):
            self._say()

    def _say(self) -> None:
        self._seq += 1
        now, lost, sites = time.monotonic(), dict(self._lost), sorted(self._said)
        reasons = ["timeout" if site in lost else "" for site in sites]
        silences = [now - lost[site] if site in lost else None for site in sites]
        table = Table("icmp", sites, [0] * len(sites), {"icmp_silence_seconds": silences}, reasons)
        payload = seal(
            encode_body(Body(now, [table])),
            stream=self._stream,
            seq=self._seq,
            base=self._seq,
            boot="b1",
            sent=now,
            offset=self._offset,
            clock="ntp",
        )
        self._client.publish(topic("noc", "report"), payload)


class WatchedCity:
    def __init__(
        self, folder: Path, broker_port: int, webhook: Webhook, notify_after: float, more_inventory: str
    ) -> None:
        self.folder = folder
        self.webhook = webhook
        self.broker_port = broker_port
        self.voice = Voice(broker_port)
        self.port = free_port()
        (folder / "inventory").mkdir()
        inventory = INVENTORY.format(hook=webhook.url, notify_after=notify_after)
        (folder / "inventory" / "city.toml").write_text(inventory + more_inventory)
        self.config = folder / "collector.toml"
        self.config.write_text(f"[broker]\nport = {broker_port}\n[web]\nport = {self.port}\n")

    def start(self) -> None:
        command = collector("run", "--config", str(self.config))
        self.collector = Program(command, self.folder / "collector.log")

    def incidents(self, closed: bool = False) -> list[Incident]:
        """None while nobody answers."""
        page = get(f"http://{LOOPBACK}:{self.port}/api/incidents" + ("?closed=true" if closed else ""))
        return msgspec.json.decode(page or "[]", type=list[Incident])

    def reports(self) -> float:
        """How many this collector has taken since its start."""
        metrics = get(f"http://{LOOPBACK}:{self.port}/metrics")
        live = one(metrics, "pantau_collector_messages_total", outcome="live")
        return live.value if live else 0

    def until_reports(self, count: int = 1) -> None:
        """So many more."""
        before = self.reports()
        self.until(lambda: self.reports() >= before + count)

    def told(self) -> list[tuple[str, str]]:
        """What the webhook took: kind and root."""
        return [(document["kind"], document["root"]) for document in self.webhook.documents]

    def until_told(self, *told: tuple[str, str]) -> None:
        """Just that."""
        self.until(lambda: self.told() == list(told))

    def until(self, look: Callable[[], T | None]) -> T:
        """What is seen when it is not empty."""
        return eventually(look, 40, lambda: f"{self.told()}\n{self.incidents(True)}\n{self.collector.said()}")


@contextmanager
def watched_city(
    folder: Path,
    notify_after: float = 0.0,
    answer: Callable[[str, dict[str, Any]], int] = lambda path, document: 200,
    more_inventory: str = "",
) -> Iterator[WatchedCity]:
    """The collector runs, and no agent speaks yet."""
    with mosquitto(folder / "broker") as broker, closing(Webhook(answer=answer)) as webhook:
        city = WatchedCity(folder, broker.port, webhook, notify_after, more_inventory)
        city.start()
        try:
            with closing(city.voice):
                yield city
        finally:
            city.collector.stop()
