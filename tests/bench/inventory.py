"""How long an inventory of 5,000 sites takes, from files to every agent's work."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from collector.assignments.compile import assignments
from collector.commands.plan import plan
from collector.inventory import load
from wire.messages import encode

T = TypeVar("T")

SITES, POPS, APPLICATIONS = 5000, 50, 20


def run() -> list[tuple[str, str]]:
    rows = [("inventory", f"{SITES} sites below {POPS} POPs, {APPLICATIONS} applications")]
    with tempfile.TemporaryDirectory() as name:
        for form, write in (("TOML", _as_toml), ("spreadsheets", _as_sheets)):
            folder = Path(name) / form
            folder.mkdir()
            write(folder)
            city, seconds = _timed(lambda folder=folder: load(folder))  # type: ignore[misc]
            rows.append((f"load and check, {form}", f"{seconds:.2f} s"))
        work, seconds = _timed(lambda: assignments(city, version=1))
        payloads, encoding_seconds = _timed(lambda: [encode(assignment) for assignment in work.values()])
        _, plan_seconds = _timed(lambda: plan(folder, folder))
    probes = sum(len(assignment.probes) for assignment in work.values())
    return [
        *rows,
        ("compile every agent's work", f"{seconds:.2f} s, {probes:,} probes"),
        ("encode it", f"{encoding_seconds:.2f} s, the NOC's {max(map(len, payloads)):,} bytes"),
        ("plan against another", f"{plan_seconds:.2f} s"),
    ]


def _timed(action: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    return action(), time.perf_counter() - started


def _rows() -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Sites (id, role, name, district, router) and links (id, from, to, medium)."""
    sites: list[tuple[str, ...]] = [("noc", "noc", "NOC", "Kota", "10.0.0.1")]
    links: list[tuple[str, ...]] = []
    for number in range(POPS):
        sites.append((f"pop-{number}", "pop", f"POP {number}", f"District {number % 6}", f"10.1.{number}.1"))
        links.append((f"pop-{number}-fiber", f"pop-{number}", "noc", "fiber"))
    for number in range(SITES - POPS - 1):
        id, role = f"site-{number}", "hotspot" if number % 4 else "office"
        router = f"10.{2 + number // 250}.{number % 250}.1"
        sites.append((id, role, f"Site {number}", f"District {number % 6}", router))
        links.append((f"{id}-radio", id, f"pop-{number % POPS}", "radio"))
    return sites, links


APPLICATION = """
[applications.app-{0}]
name = "Application {0}"
url = "https://app-{0}.example/"
probed_from = ["noc", "office"]
"""


def _write_city(folder: Path, more: str = "") -> None:
    applications = "".join(APPLICATION.format(number) for number in range(APPLICATIONS))
    (folder / "city.toml").write_text(f'[city]\nname = "C"\ninternet = ["1.1.1.1"]\n{applications}{more}')


def _as_toml(folder: Path) -> None:
    sites, links = _rows()
    site = '{} = {{ role = "{}", name = "{}", district = "{}", router = "{}" }}\n'
    link = '{} = {{ from = "{}", to = "{}", medium = "{}" }}\n'
    tables = ["[sites]\n", *(site.format(*row) for row in sites)]
    tables += ["[links]\n", *(link.format(*row) for row in links)]
    _write_city(folder, "".join(tables))


def _as_sheets(folder: Path) -> None:
    sites, links = _rows()
    _write_city(folder)
    sheets = {"sites": ("id,role,name,district,router", sites), "links": ("id,from,to,medium", links)}
    for name, (heads, rows) in sheets.items():
        (folder / f"{name}.csv").write_text("\n".join([heads, *map(",".join, rows)]))
