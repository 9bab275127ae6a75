"""The rows as TOML, and the file that holds them beside those of a person. A second import is no change."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from collector.inventory.build import build
from collector.inventory.city import Device, Link, Provider, Site
from collector.inventory.document import InventoryRow
from collector.inventory.problem import BadInventory, Problem
from collector.netbox.imported import Tables
from runtime.files.reading import data
from runtime.files.writing import write_whole

NAME = "netbox.toml"
MARK = re.compile(rb"# pantau-collector wrote this from NetBox' exports \(([0-9a-f]{64})\)\.[^\n]*\n")
REMEDY = "To change a row, write it into a file of your own and import again: here it goes then."
KINDS: Mapping[str, type[Struct]] = {"sites": Site, "devices": Device, "links": Link, "providers": Provider}


def toml(tables: Tables) -> bytes:
    """The whole file. Its first line has the digest of the rest, which tells whether a person changed it."""
    rest = "".join(_lines(tables)).encode()
    return f"# pantau-collector wrote this from NetBox' exports ({_digest(rest)}). {REMEDY}\n".encode() + rest


def put(folder: Path, contents: bytes) -> str:
    """Write the file, or beside one that a person changed, and return a line that says so.

    Raises BadInventory.
    """
    file = folder / NAME
    try:
        present = data(file) if file.exists() else None
        if present == contents:
            return f"{file}: is as it should be"
        if present is None or is_ours(present):
            write_whole(file, contents)
            return f"{file}: {'written' if present is None else 'updated'}"
        beside = file.with_name(f"{NAME}.new")
        write_whole(beside, contents)
    except OSError as error:
        what = f"{error.strerror}; let this user write the inventory"
        raise BadInventory([Problem(error.filename or str(file), "", what)]) from None
    return f"{file}: left as you changed it; {beside} is ours: compare them"


def is_ours(present: bytes) -> bool:
    found = MARK.match(present)
    return found is not None and _digest(present[found.end() :]).encode() == found[1]


def _digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


def _lines(tables: Tables) -> Iterator[str]:
    for table, kind in KINDS.items():
        rows = tables.get(table, {})
        if rows:
            yield f"\n[{table}]\n"
        for id in sorted(rows):
            yield f"{_key(id)} = {_inline(_written(kind, rows[id]))}\n"


def _written(kind: type[Struct], row: InventoryRow) -> dict[str, Any]:
    """The keys that differ from their defaults."""
    made = build(kind, row, "", [])
    held = {info.encode_name: (getattr(made, info.name), _default(info)) for info in fields(kind)}
    return {key: msgspec.to_builtins(value) for key, (value, default) in held.items() if value != default}


def _default(info: FieldInfo) -> Any:
    """NODEFAULT, which equals no value, for a key that is required."""
    return info.default if info.default_factory is msgspec.NODEFAULT else info.default_factory()


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_inline(one)}' for key, one in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[a-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)
