"""One site as a city: a real broker, the real collector, the real agent, all on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_ports import free_port
from tests.servers.mosquitto import Mosquitto, mosquitto
from tests.system.programs import Program, agent, collector, get

INVENTORY = """
[city]
name = "Small"
internet = ["127.0.0.7"]

[sites]
office = { role = "noc", name = "The office", district = "Pontianak Kota" }

[links]
uplink = { from = "office", to = "internet" }
"""


class SmallCity:
    """`settings` are more of collector.toml; `agents_port` is the agent's way to the broker."""

    def __init__(
        self,
        folder: Path,
        broker_port: int,
        *,
        inventory: str = INVENTORY,
        web_port: int | None = None,
        settings: str = "",
        agents_port: int | None = None,
    ) -> None:
        self.folder = folder
        web_port = web_port or free_port()
        self.page = f"http://127.0.0.1:{web_port}"
        (folder / "inventory").mkdir()
        (folder / "inventory" / "city.toml").write_text(inventory)
        self.collector_config = folder / "collector.toml"
        self.collector_config.write_text(
            f"[broker]\nport = {broker_port}\n[web]\nport = {web_port}\n{settings}\n"
        )
        self.agent_config = folder / "agent.toml"
        self.agent_config.write_text(
            f'agent = "office"\ndirectory = "{folder / "agent"}"\n'
            f"report_interval_seconds = 1\n[broker]\nport = {agents_port or broker_port}\n"
            '[allow]\nnetworks = ["127.0.0.0/8"]\n'
        )
        self.start_collector()
        self.start_agent()

    def start_collector(self) -> None:
        config = str(self.collector_config)
        self.collector = Program(collector("run", "--config", config), self.folder / "collector.log")

    def start_agent(self) -> None:
        config = str(self.agent_config)
        self.agent = Program(agent("run", "--config", config), self.folder / "agent.log")

    def metrics(self) -> str:
        return get(f"{self.page}/metrics/city") or ""

    def own_metrics(self) -> str:
        return get(f"{self.page}/metrics") or ""

    def said(self) -> str:
        return self.collector.said() + self.agent.said()

    def stop(self) -> None:
        assert self.agent.stop() == 0, self.agent.said()
        assert self.collector.stop() == 0, self.collector.said()


@contextmanager
def small_city(folder: Path) -> Iterator[tuple[SmallCity, Mosquitto]]:
    with mosquitto(folder / "broker") as broker:
        city = SmallCity(folder, broker.port)
        try:
            yield city, broker
        finally:
            city.agent.stop()
            city.collector.stop()
