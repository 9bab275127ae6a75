"""Device profiles: what to ask a device for, as data. One TOML file each in agent/probes/snmp/profiles/."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from agent.net.failed import Failed

Oid = tuple[int, ...]
DottedOid = Annotated[str, Meta(pattern=r"^[0-2](\.\d+)+\Z")]


class SnmpObject(Struct, frozen=True, forbid_unknown_fields=True):
    """An object and how its integer becomes a value: in range and not `unknown`; 1 or 0 where it `equals`,
    else times `scale`.

    `octets` says of how many bits an octet counter is that may wrap between two polls (RFC 2863, 3.1.6).
    """

    oid: DottedOid
    scale: float = 1.0
    equals: list[int] = []
    minimum: int | None = None
    maximum: int | None = None
    unknown: list[int] = []
    octets: int = 0


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    oid: DottedOid
    equals: list[int]


class Info(Struct, frozen=True, forbid_unknown_fields=True):
    """Texts of a row that become labels of the metric `value`, beside the row's `index`."""

    value: str
    texts: dict[str, DottedOid]


Values = dict[str, list[SnmpObject]]
"""By name in wire.metrics: the readings that give the value. The first that is defined counts, row by row."""


class SnmpTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A conceptual table (RFC 2578). `row` are the columns that name a row; `where` says which rows count."""

    row: list[DottedOid]
    values: Values
    where: Condition | None = None
    info: Info | None = None


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    values: Values = {}
    table: SnmpTable | None = None


@lru_cache
def profile(name: str) -> Profile:
    """Raises Failed where this agent has no such profile."""
    file = files("agent.probes.snmp") / "profiles" / f"{name}.toml"
    try:
        return msgspec.convert(tomllib.loads(file.read_text()), Profile)
    except FileNotFoundError:
        raise Failed("setting", f"profiles: {name!r} is unknown; known are {', '.join(known())}") from None


def known() -> list[str]:
    found = (files("agent.probes.snmp") / "profiles").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in found if file.name.endswith(".toml"))


@lru_cache(maxsize=1024)
def numbers(dotted: str) -> Oid:
    return tuple(map(int, dotted.split(".")))
