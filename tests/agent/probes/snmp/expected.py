"""The values that devices/expected.csv expects, out of net-snmp's reading. Each scale there is by hand.

A line is `device,object,metric,row,factor,plus,equals,after`: the metric of that row is the object's number
times `factor`, plus `plus`. With `equals` it is 1 where the object is one of these, else 0; with `after` it
is the number behind these words of a text. `least 1`, `greatest 0.01`, `sum 1`, `mean 1` and `count 1`
are of several objects; `uW` makes dBm of microwatts.
"""

import csv
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from tests.servers.net_snmp import Cells

DEVICES = Path(__file__).with_name("devices")

COMBINED: dict[str, Callable[[list[float]], float]] = {
    "least": min,
    "greatest": max,
    "sum": math.fsum,
    "mean": fmean,
    "count": len,
}

Values = dict[str, dict[str, float]]
"""By row ("" is the device itself), by metric."""


class Line(NamedTuple):
    device: str
    object: str
    metric: str
    row: str
    factor: str
    plus: str
    equals: str
    after: str


def lines() -> dict[str, list[Line]]:
    found = defaultdict(list)
    with (DEVICES / "expected.csv").open(newline="") as file:
        for line in list(csv.reader(file))[1:]:
            found[line[0]].append(Line(*line))
    return found


def identities() -> dict[str, list[str]]:
    """Vendor, model and firmware of each device."""
    with (DEVICES / "identity.csv").open(newline="") as file:
        return {line[0]: line[1:] for line in csv.reader(file)}


def values(lines: Iterable[Line], cells: Cells) -> Values:
    found: Values = defaultdict(dict)
    for line in lines:
        assert line.metric not in found[line.row], f"{line.device} {line.row} {line.metric} stands twice"
        found[line.row][line.metric] = value(line, [cells[oid] for oid in line.object.split()])
    return dict(found)


def value(line: Line, raw: Sequence[float | bytes]) -> float:
    if line.equals:
        return float(text(raw[0]) in line.equals.split("/"))
    which, _, factor = line.factor.rpartition(" ")
    one = COMBINED[which or "least"]([number(line, cell) for cell in raw])
    if factor == "uW":
        return 10 * math.log10(one / 1000)
    return one * float(factor) + float(line.plus or 0)


def number(line: Line, cell: float | bytes) -> float:
    if not isinstance(cell, bytes):
        return float(cell)
    found = re.search(r"-?\d+(\.\d+)?", text(cell).partition(line.after)[2] if line.after else text(cell))
    assert found, f"{line.device}: no number in {cell!r}"
    return float(found[0])


def text(cell: float | bytes) -> str:
    return cell.decode() if isinstance(cell, bytes) else str(cell)
