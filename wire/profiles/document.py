"""docs/devices.md: the profiles that ship, as their files say. Pure but for the files of the package."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import takewhile

from wire.metrics import CATALOGUE
from wire.profile import Combined, Condition, DeviceMatch, Profile, Reading, SnmpObject, SnmpTable, Total
from wire.profiles import builtin, known

HEAD = """\
# Devices and their profiles

A profile says what an agent asks a device for by SNMP, and what the answers mean. It is a TOML file. Those
that ship are below; `make devices` writes this page from them.

With `snmp = "auto"` the agent finds the profiles that fit: once a day, and anew after the device restarts, it
reads sysObjectID and sysDescr and asks once for each tree of objects that a profile names.
`pantau-agent probe snmp ADDRESS` shows what it finds. `pantau_device_identity_info` names maker, model,
firmware and profiles of each device.

## A profile of your own

Put a file beside the inventory, `profiles/NAME.toml`. Its name is the name of the profile; `auto` takes it
too where its `[match]` fits. This is a whole one:

```toml
title = "Genset controller"
period_seconds = 60
[match]
object_ids = ["1.3.6.1.4.1.99999"]
[values]
device_voltage_volts = [{ oid = "1.3.6.1.4.1.99999.1.1.0", scale = 0.1 }]
fuel = [{ oid = "1.3.6.1.4.1.99999.1.2.0", unit = "%", unknown = [255] }]
[[tables]]
row = ["1.3.6.1.4.1.99999.2.1.2"]
values = { sensor_temperature_celsius = [{ oid = "1.3.6.1.4.1.99999.2.1.3", minimum = -40, maximum = 150 }] }
```

- A value has a name of pantau's, as below, or one of your own with a `unit`: it becomes
  `pantau_device_value{name="fuel",unit="%"}`.
- A value that is not there is better than a wrong one: name what the device says when it does not know
  (`unknown`), and the least and the greatest number that can be (`minimum`, `maximum`, before `scale`).
- Several readings of a value: the first that is defined counts.
- A file has at most 32 KiB; a table or `[values]` at most 64 values, a city at most 16 profiles with a
  `[match]`. A total groups by one or two numbers of an index, because the rest may be somebody's address.
- Update the collector before the agents: an older collector takes a radio for the interface of its name.
- `wire/profile.py` has every key. A key that is wrong is refused with its file, its place and a remedy.

## The profiles that ship
"""


def document() -> str:
    return "\n".join([HEAD, *(line for name in known() for line in _profile(name))])


def _profile(name: str) -> Iterator[str]:
    profile = builtin(name)
    yield from (f"### {name}", "", f"{profile.title}. {_remarks(name)}".rstrip(), "")
    if profile.match:
        yield f"- known by {' or '.join(_marks(profile.match))}"
        yield from (f"- instead of `{other}`" for other in profile.match.instead_of)
    if profile.period_seconds:
        yield f"- at most every {profile.period_seconds:g} s"
    yield from (f"- source: {profile.source}", "")
    if lines := list(_lines(profile)):
        yield from ("| value | of | object | reading |", "| --- | --- | --- | --- |", *lines, "")


def _remarks(name: str) -> str:
    """The comment at the head of the file."""
    lines = (files("wire.profiles") / f"{name}.toml").read_text("utf-8").splitlines()
    return " ".join(line.lstrip("# ") for line in takewhile(lambda line: line.startswith("#"), lines))


def _marks(match: DeviceMatch) -> Iterator[str]:
    if match.object_ids:
        yield f"sysObjectID {', '.join(f'`{oid}`' for oid in match.object_ids)}"
    if match.descriptions:
        yield f"sysDescr {', '.join(f'`{words}`' for words in match.descriptions)}"
    if match.trees:
        yield f"objects in {', '.join(f'`{oid}`' for oid in match.trees)}"


def _lines(profile: Profile) -> Iterator[str]:
    for value, readings in profile.values.items():
        yield _line(value, "the device", readings)
    for table in profile.tables:
        for value, readings in table.values.items():
            yield _line(value, f"each {_part(table)}", readings)
    for total in profile.totals:
        for value, combined in total.values.items():
            yield _total(value, total, combined)


def _part(table: SnmpTable) -> str:
    return next((metric.row_label for name in table.values if (metric := CATALOGUE.get(name))), "row")


def _line(value: str, of: str, readings: Sequence[SnmpObject]) -> str:
    oids = "<br>".join(f"`{reading.oid}`" for reading in readings)
    return f"| {value} | {of} | {oids} | {'<br>'.join(_reading(reading) or '-' for reading in readings)} |"


def _total(value: str, total: Total, combined: Combined) -> str:
    metric = CATALOGUE.get(value)
    of = f"each {metric.row_label if metric and metric.row_label else 'group'}" if total.by else "the device"
    words = ", ".join(filter(None, (f"{combined.of} of the rows", _reading(combined))))
    return f"| {value} | {of} | `{combined.oid or total.column}` | {words} |"


def _reading(reading: Reading) -> str:
    return ", ".join(_words(reading)).replace("|", "\\|")


def _words(reading: Reading) -> Iterator[str]:
    if reading.after is not None:
        yield f'number behind "{reading.after}"' if reading.after else "first number of the text"
    if reading.signed:
        yield f"signed, {reading.signed} bits"
    if reading.octets:
        yield f"wraps at {reading.octets} bits"
    if reading.equals:
        yield f"1 where it is {_list(reading.equals)}, else 0"
    yield from _arithmetic(reading)
    yield from _bounds(reading)
    if reading.when:
        yield f"only if {_condition(reading.when)}"
    if reading.unless:
        yield f"not if {' and '.join(map(_condition, reading.unless))}"


def _arithmetic(reading: Reading) -> Iterator[str]:
    yield from (f"less `{oid}`" for oid in reading.minus)
    if reading.scale != 1:
        yield f"× {reading.scale:g}"
    if reading.times:
        yield f"× `{reading.times}`"
    if reading.offset:
        yield f"{reading.offset:+g}"
    if reading.exponent:
        yield "by its scale and precision"
    if reading.dbm_of_milliwatts:
        yield "mW in dBm"


def _bounds(reading: Reading) -> Iterator[str]:
    if reading.minimum is not None and reading.maximum is not None:
        yield f"{_number(reading.minimum)} to {_number(reading.maximum)}"
    elif reading.minimum is not None:
        yield f"from {_number(reading.minimum)}"
    elif reading.maximum is not None:
        yield f"up to {_number(reading.maximum)}"
    if reading.unknown:
        yield f"not {_list(reading.unknown)}"


def _condition(condition: Condition) -> str:
    return f"`{condition.oid}` is {_list(condition.equals)}"


def _list(values: Sequence[float | str]) -> str:
    return ", ".join(value if isinstance(value, str) else _number(value) for value in values)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
