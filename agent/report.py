"""The agent writes its measurements into the columns of reports."""

from collections.abc import Iterator, Sequence

from agent.probes.measurement import Measurement
from wire.metrics import part_of
from wire.report import MAX_MEASUREMENTS, Body, Table, rounded


def bodies(measurements: Sequence[Measurement], at: float) -> Iterator[Body]:
    """One body or more for all measurements. `at` is the boot clock in seconds, after every measurement."""
    for first in range(0, len(measurements), MAX_MEASUREMENTS):
        yield Body(at=round(at, 3), tables=_tables(measurements[first : first + MAX_MEASUREMENTS], at))


def _tables(measurements: Sequence[Measurement], at: float) -> list[Table]:
    """A device and each sort of its parts go into tables of their own, because they have different values."""
    alike: dict[tuple[str, str, float], list[Measurement]] = {}
    for measurement in measurements:
        part = part_of(measurement.values) if measurement.row else ""
        key = (measurement.kind, part, measurement.period_seconds)
        alike.setdefault(key, []).append(measurement)
    return [_table(kind, lines, at, period) for (kind, _, period), lines in alike.items()]


def _table(kind: str, lines: Sequence[Measurement], at: float, period_seconds: float) -> Table:
    names = dict.fromkeys(name for line in lines for name in line.values)
    infos = dict.fromkeys(name for line in lines for name in line.info)
    return Table(
        kind=kind,
        target=[line.target for line in lines],
        age_ms=[max(0, round((at - line.at) * 1000)) for line in lines],
        values={name: [rounded(name, line.values.get(name)) for line in lines] for name in names},
        reason=[line.reason for line in lines] if any(line.reason for line in lines) else [],
        row=[line.row for line in lines] if any(line.row for line in lines) else [],
        info={name: [line.info.get(name, "") for line in lines] for name in infos},
        period_seconds=period_seconds,
    )
