"""Inventories as files: written by hand for one test, or drawn by hypothesis."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

ROLES = ["noc", "pop", "office", "hotspot"]
SAMPLE_CITY = Path(__file__).parents[3] / "demo/city"

MINIMAL = """
[city]
name = "Pontianak"

[sites]
noc = { role = "noc", name = "NOC", router = "10.61.0.1" }
pop = { role = "pop", name = "POP", router = "10.61.1.1" }
gradasi = { role = "hotspot", name = "Gradasi", router = "10.61.4.1" }

[links]
pop-fiber = { from = "pop", to = "noc" }
gradasi-radio = { from = "gradasi", to = "pop", medium = "radio" }
"""


def write(folder: Path, text: str = MINIMAL, *more: str) -> Path:
    """The folder, with city.toml in it."""
    folder.mkdir(exist_ok=True)
    (folder / "city.toml").write_text("\n".join((text, *more)), encoding="utf-8")
    return folder


def write_sheet(file: Path, rows: Iterable[Mapping[str, Any]], separator: str = ",") -> None:
    rows = list(rows)
    heads = list(dict.fromkeys(head for row in rows for head in row)) or ["id"]
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, heads, delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)


class Sheets(NamedTuple):
    """A whole inventory: its sites, its links, and from where its one application is probed."""

    sites: list[dict[str, Any]]
    links: list[dict[str, Any]]
    probed_from: list[str]

    def write(self, folder: Path) -> Path:
        application = f'name = "A"\nurl = "https://antrean.example/"\nprobed_from = {self.probed_from}'
        city = 'name = "C"\ninternet = ["1.1.1.1", "9.9.9.9"]'
        write(folder, f"[city]\n{city}\n[applications.antrean]\n{application}")
        write_sheet(folder / "sites.csv", self.sites)
        write_sheet(folder / "links.csv", self.links)
        return folder


@st.composite
def valid_sheets(draw: st.DrawFn) -> Sheets:
    """Any shape of tree: chains, several uplinks, sites without a link, without a router, without a NOC."""
    ids = [f"site-{number}" for number in range(draw(st.integers(1, 12)))]
    sites = [draw(_site(id, number)) for number, id in enumerate(ids)]
    links = [
        draw(_link(f"{id}-{count}", id, ["internet", *ids[:number]]))
        for number, id in enumerate(ids)
        for count in range(draw(st.integers(0, 3)))
    ]
    return Sheets(sites, links, draw(st.lists(st.sampled_from([*ROLES, *ids]), max_size=4)))


def _site(id: str, number: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(id),
            "role": st.sampled_from(ROLES),
            "name": st.just(id),
            "router": st.sampled_from(["", f"10.61.{number}.1", f"8.8.{number}.1"]),
            "ups": st.sampled_from(["", f"10.61.{number}.9"]),
            "priority": st.integers(1, 5),
        }
    )


def _link(id: str, site: str, above: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(id),
            "from": st.just(site),
            "to": st.sampled_from(above),
            "medium": st.sampled_from(["fiber", "copper", "radio", "lte", "vsat"]),
            "metered": st.sampled_from(["", "true", "FALSE"]),
            "backup": st.sampled_from(["", "true"]),
        }
    )
