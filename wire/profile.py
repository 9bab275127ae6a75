"""A device profile: what an agent asks a device for by SNMP, and what the answers mean. Data, no code.

The profiles that ship are wire/profiles/*.toml; a city's own stand beside its inventory.
docs/devices.md shows each, and how to write one.
"""

import re
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct

from wire.metrics import CATALOGUE
from wire.own_metrics import FAMILY, NAME, UNIT

Oid = tuple[int, ...]

DOTTED = r"[0-2](?:\.(?:[0-9]{1,9}|[1-3][0-9]{9})){1,127}"
DottedOid = Annotated[str, Meta(pattern=rf"^{DOTTED}\Z", max_length=512)]
SLICE = r"[0-9]{1,3}:[0-9]{0,3}"
IndexSlice = Annotated[str, Meta(pattern=rf"^{SLICE}\Z")]
TOKEN = re.compile(
    rf"\{{(?:(?P<oid>{DOTTED})(?:\[(?P<at>{DOTTED})\])?|(?P<word>index|ascii))(?:@(?P<slice>{SLICE}))?\}}"
)
"""A part of a template that stands for a text of the row."""
MAX_TEMPLATE = 512
Template = Annotated[str, Meta(min_length=1, max_length=MAX_TEMPLATE)]
ValueName = Annotated[str, Meta(pattern=rf"^{NAME}\Z")]
Words = Annotated[str, Meta(max_length=64)]
Number = Annotated[float, Meta(ge=-1e15, le=1e15)]
PERIOD_AT_MOST = 3600.0


class Condition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The cell of the row is one of these: numbers, or texts without the blanks around them."""

    oid: DottedOid
    equals: Annotated[list[int | Words], Meta(min_length=1, max_length=64)]


class Exponent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The columns by which ENTITY-SENSOR-MIB (RFC 3433) scales a value: 10^(3·(scale−9)−precision)."""

    scale: DottedOid
    precision: DottedOid


class Reading(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, dict=True):
    """How a number, or the number in a text, becomes a value.

    The value is undefined if the number is outside `minimum` and `maximum` or one of `unknown`, if `when`
    does not hold, or if all of `unless` hold. `signed` says of how many bits a number is that its device
    gives without its sign. A text is a number if it is one as a whole; with `after`, its first number
    behind these words counts. It is 1 or 0 where it `equals`, else number · times · scale + offset, or that
    of milliwatts in dBm. `minus` are cells that the number is lessened by. `octets` says of how many bits
    an octet counter is that may wrap between two polls (RFC 2863, 3.1.6).

    A value that the catalogue (wire.metrics) does not have needs a `unit`; it may have a `family` and `type`.
    """

    scale: Number = 1.0
    offset: Number = 0.0
    equals: Annotated[list[int | Words], Meta(max_length=64)] = []
    minimum: Number | None = None
    maximum: Number | None = None
    unknown: Annotated[list[Number], Meta(max_length=64)] = []
    signed: Literal[0, 8, 16, 32] = 0
    after: Words | None = None
    minus: Annotated[list[DottedOid], Meta(max_length=8)] = []
    times: DottedOid | None = None
    exponent: Exponent | None = None
    dbm_of_milliwatts: bool = False
    when: Condition | None = None
    unless: Annotated[list[Condition], Meta(max_length=8)] = []
    octets: Literal[0, 32] = 0
    unit: Annotated[str, Meta(pattern=rf"^{UNIT}\Z")] | None = None
    family: Annotated[str, Meta(pattern=rf"^({FAMILY})?\Z")] = ""
    type: Literal["gauge", "counter"] = "gauge"

    @cached_property
    def beside(self) -> tuple[DottedOid, ...]:
        """The other columns that say what the value is."""
        found = [self.when.oid] if self.when else []
        found += [*(condition.oid for condition in self.unless), *self.minus]
        found += [self.times] if self.times else []
        return (*found, *((self.exponent.scale, self.exponent.precision) if self.exponent else ()))

    @cached_property
    def is_plain(self) -> bool:
        """Whether an integer alone says what the value is, by its limits, `equals`, `scale` and `offset`."""
        return not (self.beside or self.signed or self.dbm_of_milliwatts)


class SnmpObject(Reading, frozen=True, forbid_unknown_fields=True, omit_defaults=True, dict=True):
    oid: DottedOid

    @cached_property
    def column(self) -> Oid:
        return numbers(self.oid)


class Combined(Reading, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One value `of` many rows. `oid` is another column with the same index; "" is the total's own."""

    of: Literal["count", "minimum", "maximum", "mean", "sum"]
    oid: DottedOid | Literal[""] = ""


class TextReading(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A text of the device, or its part after the one words and before the others."""

    oid: DottedOid
    after: Words = ""
    until: Words = ""


class Info(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Texts of a row that become labels of the metric `value`. Each is a column, or a template."""

    value: ValueName
    texts: Annotated[dict[ValueName, Template], Meta(max_length=4)]


Values = Annotated[
    dict[ValueName, Annotated[list[SnmpObject], Meta(min_length=1, max_length=16)]], Meta(max_length=64)
]
"""The readings that give each value. The first that is defined counts, row by row."""
Templates = Annotated[list[Template], Meta(max_length=8)]


class SnmpTable(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A conceptual table (RFC 2578). `row` are the columns that say which rows there are, and name them.

    With `name` the first of its templates names the row of which all texts are there: {OID} is the text of
    that column at the row's index, {OID@1:2} at that slice of it, {OID[COLUMN]} at the index that the row's
    COLUMN holds; {index} is the index, {ascii@1:} its end as characters. `where` says which rows count.
    """

    row: Annotated[list[DottedOid], Meta(min_length=1, max_length=4)]
    values: Values = {}
    where: Condition | None = None
    info: Info | None = None
    name: Templates = []


class Total(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values of all rows of a column together, or of each group of rows whose index is the same in the slice
    `by`. The rows themselves, and the rest of their index, never leave the agent: they may be people's.
    """

    column: DottedOid
    values: Annotated[dict[ValueName, Combined], Meta(max_length=16)]
    by: IndexSlice | Literal[""] = ""
    name: Templates = []


class DeviceMatch(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A device that the profile is for: its sysObjectID is one of these or below, its sysDescr has one of
    these words, or it has an object in one of the `trees`. `instead_of` are profiles that it replaces.
    """

    object_ids: Annotated[list[DottedOid], Meta(max_length=32)] = []
    descriptions: Annotated[list[Words], Meta(max_length=32)] = []
    trees: Annotated[list[DottedOid], Meta(max_length=8)] = []
    instead_of: Annotated[list[Words], Meta(max_length=8)] = []


class DeviceIdentity(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The device's maker, model and firmware. The first reading that gives a text counts.

    `vendor` is the maker of all devices that the profile fits; `maker` reads it where nobody else knows it.
    """

    vendor: Words = ""
    maker: Annotated[list[TextReading], Meta(max_length=8)] = []
    model: Annotated[list[TextReading], Meta(max_length=8)] = []
    firmware: Annotated[list[TextReading], Meta(max_length=8)] = []


class Profile(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`period_seconds` is the least time between two polls of this profile; 0: each poll of the device."""

    title: Annotated[str, Meta(max_length=120)] = ""
    source: Annotated[str, Meta(max_length=400)] = ""
    period_seconds: Annotated[float, Meta(ge=0, le=PERIOD_AT_MOST)] = 0.0
    match: DeviceMatch | None = None
    identity: DeviceIdentity | None = None
    values: Values = {}
    tables: Annotated[list[SnmpTable], Meta(max_length=32)] = []
    totals: Annotated[list[Total], Meta(max_length=32)] = []


def wire_name(name: str, reading: Reading) -> str:
    """The name of a value on the wire: that of the catalogue, or one that describes itself (own_metrics)."""
    if name in CATALOGUE:
        return name
    return f"{reading.family}:{reading.type}" if reading.family else f"{name}:{reading.unit or ''}"


@lru_cache(maxsize=8192)
def numbers(dotted: str) -> Oid:
    return tuple(map(int, dotted.split(".")))


@lru_cache(maxsize=64)
def part_of_index(text: str) -> slice:
    """`1:2` and `1:` as slices of an index."""
    first, _, last = text.partition(":")
    return slice(int(first), int(last) if last else None)
