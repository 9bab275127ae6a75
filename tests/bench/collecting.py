"""The collector program for a city of hotspots that are told to measure what the load reports."""

from pathlib import Path

from tests.free_ports import free_port
from tests.system.hour import PROBES
from tests.system.programs import Program, collector, eventually, get


def collecting(folder: Path, names: list[str], broker_port: int) -> Program:
    """Once it is connected; its store is `pantau.sqlite` in the folder."""
    sites = "".join(
        f'[sites.{name}]\nrole = "hotspot"\nname = "{name}"\ndistrict = "Pontianak Kota"\n'
        f'[links.{name}]\nfrom = "{name}"\nto = "internet"\n'
        for name in names
    )
    web_port = free_port()
    (folder / "inventory").mkdir()
    (folder / "inventory" / "city.toml").write_text(
        f'[city]\nname = "Bench"\n[roles.hotspot]\nprobes = [\n{PROBES}\n]\n{sites}'
    )
    (folder / "collector.toml").write_text(f"[broker]\nport = {broker_port}\n[web]\nport = {web_port}\n")
    program = started(folder)
    eventually(lambda: get(f"http://127.0.0.1:{web_port}/readyz"), seconds=60, why=program.said)
    return program


def started(folder: Path) -> Program:
    """Once more, as it is configured there."""
    return Program(collector("run", "--config", str(folder / "collector.toml")), folder / "collector.log")
