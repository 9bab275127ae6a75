"""`auto` over all of snmpsim-data: each value is what net-snmp's reader reads, times a factor of facts.csv.

A line there is `object,metric,factor,plus,equals,least,most,of`: the metric is the number of each instance
of the object that is between `least` and `most`, times `factor` plus `plus`, or 1 or 0 where it `equals`; or
the one of all instances that `of` says. Objects of one metric stand in for each other.
"""

import bz2
import csv
from collections import defaultdict
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import pytest

from tests.agent.probes.snmp import expected
from tests.agent.probes.snmp.by_hand import polled
from tests.servers import net_snmp
from tests.servers.recorded_device import Objects, objects, recorded_device

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.usefixtures("community"),
    pytest.mark.skipif(not net_snmp.PRESENT, reason="needs snmpbulkwalk"),
]

HUGE_OCTETS = 300_000
"""Of a compressed recording: the few longer ones take most of the time, and have little of facts.csv."""


class Fact(NamedTuple):
    object: str
    metric: str
    factor: str
    plus: str
    equals: str
    least: str
    most: str
    of: str


with Path(__file__).with_name("facts.csv").open(newline="") as _file:
    FACTS = [Fact(*line) for line in list(csv.reader(_file))[1:]]
SYSTEM = tuple(f"1.3.6.1.2.1.1.{number}.0" for number in (1, 2, 3))
WANTED = tuple(prefix.encode() for prefix in (*SYSTEM, *{fact.object for fact in FACTS}))


def recordings() -> dict[str, Path]:
    data = Path(str(files("snmpsim_data"))) / "data"
    named = {file.name.partition(".")[0]: file for file in sorted(data.rglob("*.snmprec*"))}
    return {name: file for name, file in named.items() if file.stat().st_size < HUGE_OCTETS}


RECORDED = recordings()


def held(device: str) -> Objects:
    found: Objects = {}
    with (bz2.open if RECORDED[device].suffix == ".bz2" else open)(RECORDED[device], "rb") as recording:
        for line in recording:
            if line.startswith(WANTED):
                with suppress(ValueError):
                    found |= objects([line])
    return found


def right(cells: net_snmp.Cells) -> dict[str, list[float]]:
    """By metric, the values that are right."""
    found: dict[str, list[float]] = defaultdict(list)
    for fact in FACTS:
        line = expected.Line("", fact.object, fact.metric, "", fact.factor, fact.plus, fact.equals, "")
        raw = [cell for oid, cell in cells.items() if f"{oid}.".startswith(f"{fact.object}.")]
        counted = [cell for cell in raw if is_counted(fact, line, cell)]
        values = [expected.value(line, [cell]) for cell in counted]
        if fact.of and values:
            values = [fmean(values) if fact.of == "mean" else expected.COMBINED[fact.of](values)]
        found[fact.metric] += values
    return found


def is_counted(fact: Fact, line: expected.Line, cell: int | bytes) -> bool:
    if isinstance(cell, bytes) and not any(octet in b"0123456789" for octet in cell):
        return False
    number = expected.number(line, cell)
    return float(fact.least or "-inf") <= number <= float(fact.most or "inf")


@pytest.mark.parametrize("device", RECORDED)
async def test_each_value_is_the_reading_of_net_snmp_times_its_factor(device: str) -> None:
    objects = held(device)
    rows = await polled(objects, "auto") if objects else []
    async with recorded_device(objects) as port:
        wanted = right(await net_snmp.walk(port, "1"))
    for metric, values in wanted.items():
        given = sorted(row.values[metric] for row in rows if metric in row.values)
        assert bool(given) == bool(values), metric
        for value in given:
            assert any(value == pytest.approx(one) for one in values), (
                f"{metric}: {value} is none of {values}"
            )
        if len({fact.object for fact in FACTS if fact.metric == metric}) == 1:
            assert given == pytest.approx(sorted(values)), metric
