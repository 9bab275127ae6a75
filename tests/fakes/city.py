"""The fake city: one builder of inventories, five places of Pontianak, and the file of any city."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from collector.inventory import Application, City, Internet, Link, Site
from collector.inventory.city import CityTable

PONTIANAK = City(
    name="Pontianak",
    sites={
        "noc": Site(role="noc", name="Pontive Center", district="Pontianak Kota", router="10.61.0.1"),
        "pop-selatan": Site(role="pop", name="POP Selatan", district="Pontianak Selatan", router="10.61.3.1"),
        "gradasi": Site(
            role="hotspot",
            name="Kampung Digital Gradasi",
            district="Pontianak Selatan",
            subdistrict="Benua Melayu Laut",
            router="10.61.4.1",
            users=180,
        ),
        "warkop": Site(
            role="hotspot",
            name="Warkop Winny",
            district="Pontianak Tenggara",
            router="10.61.5.1",
            users=40,
        ),
        "dinkes": Site(
            role="office",
            name="Dinas Kesehatan",
            district="Pontianak Kota",
            router="10.61.7.1",
            priority=1,
        ),
    },
    links={
        "metro": Link(from_="pop-selatan", to="noc"),
        "radio": Link(from_="gradasi", to="pop-selatan"),
        "second-radio": Link(from_="warkop", to="gradasi"),
        "fiber": Link(from_="dinkes", to="noc"),
    },
    applications={
        "sehat": Application(name="Antrean Puskesmas", url="https://antrean.example/", probed_from=["office"])
    },
)


def city(pops: int = 2, sites_per_pop: int = 3, **tables: Any) -> City:
    """A NOC below the internet, POPs below it, and hotspots below each POP: `noc`, `pop-1`, `site-1-1`.

    `tables` are keys of the inventory, such as `receivers` or `maintenance`. Sites, links and the name that
    they give come on top of the built ones.
    """
    sites = {"noc": Site(role="noc", name="NOC", district="District 0", router="10.61.0.1")}
    links = {"noc-up": Link(from_="noc", to="internet")}
    for pop in range(1, pops + 1):
        sites[f"pop-{pop}"] = _site("pop", f"POP {pop}", pop, 0)
        links[f"pop-{pop}-up"] = Link(from_=f"pop-{pop}", to="noc")
        for place in range(1, sites_per_pop + 1):
            id = f"site-{pop}-{place}"
            sites[id] = _site("hotspot", f"Site {pop}.{place}", pop, place)
            links[f"{id}-up"] = Link(from_=id, to=f"pop-{pop}", medium="radio")
    sites |= tables.pop("sites", {})
    links |= tables.pop("links", {})
    return City(
        **{"name": "Fake", "internet": Internet(national=["1.1.1.1"]), **tables}, sites=sites, links=links
    )


def write(folder: Path, city: City) -> Path:
    """The folder, with the city as its city.toml."""
    folder.mkdir(exist_ok=True)
    (folder / "city.toml").write_text("\n".join(_lines(city)) + "\n", encoding="utf-8")
    return folder


def _site(role: Any, name: str, pop: int, place: int) -> Site:
    return Site(
        role=role, name=name, district=f"District {pop}", router=f"10.{100 + pop}.{place}.1", users=10 * place
    )


def _lines(city: City) -> Iterator[str]:
    """Lists of tables first, then `[city]`, then the other tables with a line for each row."""
    whole = _explicit(city)
    own = {key: whole.pop(key) for key in CityTable.__struct_fields__ if key in whole}
    yield from (f"{key} = {_toml(rows)}" for key, rows in whole.items() if isinstance(rows, list))
    for table, rows in {"city": own, **whole}.items():
        if not isinstance(rows, list):
            yield f"[{table}]"
            yield from (f"{_key(id)} = {_toml(row)}" for id, row in rows.items())


def _explicit(table: msgspec.Struct) -> dict[str, Any]:
    """The keys that are not left to their defaults, named as in the file."""
    found: dict[str, Any] = {}
    for key in msgspec.structs.fields(table):
        value = getattr(table, key.name)
        if value is None or (key.default is not msgspec.NODEFAULT and value == key.default):
            continue
        if key.default_factory is not msgspec.NODEFAULT and value == key.default_factory():
            continue
        found[key.encode_name] = value
    return found


def _toml(value: Any) -> str:
    """A value in one line. JSON's strings, numbers, booleans and arrays are TOML's too."""
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag_field
        kind = {tag: value.__struct_config__.tag} if tag else {}
        return _toml({**kind, **_explicit(value)})
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)
