"""The cells of the last 24 hours, as the agents measured them. Pure."""

from collections.abc import Iterator, Mapping
from random import Random

from collector.past import CELL_SECONDS, CELLS_SHOWN, Cell, MeasuredPath, PastChanges
from collector.past.given import given_cells
from demo.answers import SimulatedCity
from wire.messages import Assignment
from wire.probes import Icmp, Probe, kind

LOOKS = (0.25, 0.75)
"""The truth of a quarter of an hour is looked at in these parts of it."""
SPREAD = 0.05
PHASES = ("resolve", "connect", "tls", "processing", "transfer")
DURATIONS = ("dns_lookup_duration_seconds", *(f"http_{phase}_seconds" for phase in PHASES))


def yesterday(truth: SimulatedCity, assignments: Mapping[str, Assignment], chance: Random) -> PastChanges:
    """Until the quarter of an hour before the start."""
    cells = {}
    for site, assignment in assignments.items():
        for probe in assignment.probes:
            path = MeasuredPath(site, kind(probe), probe.target)
            cells[path] = dict(_cells(truth, site, probe, assignment.report_interval_seconds, chance))
    return given_cells(cells)


def _cells(
    truth: SimulatedCity, site: str, probe: Probe, interval: float, chance: Random
) -> Iterator[tuple[float, Cell]]:
    newest = truth.began_at // CELL_SECONDS * CELL_SECONDS
    each = interval if isinstance(probe, Icmp) else max(interval, probe.period_seconds)
    for number in range(1, CELLS_SHOWN):
        since = newest - number * CELL_SECONDS
        times = [since + part * CELL_SECONDS for part in LOOKS]
        running = [at for at in times if truth.powered(site, at)]
        if running:
            measured = round(CELL_SECONDS / each * len(running) / len(times))
            yield since, _cell(truth, site, probe, running, measured, chance)


def _cell(
    truth: SimulatedCity, site: str, probe: Probe, times: list[float], measured: int, chance: Random
) -> Cell:
    well = [at for at in times if truth.reason(site, probe, at) is None]
    up = round(measured * len(well) / len(times))
    down = measured - up
    seconds = [_seconds(truth, site, probe, at, chance) for at in well]
    typical = sum(seconds) / len(seconds) * chance.lognormvariate(0, SPREAD) if seconds else None
    worst = max(seconds) * (1 + chance.expovariate(2.0)) if seconds else None
    if not isinstance(probe, Icmp):
        return Cell(up, down, None, typical, worst)
    losses = [(truth.quality(site, probe.address, at) or (0.0, 0.0))[0] for at in well]
    lost = (sum(losses) + len(times) - len(well)) / len(times)
    return Cell(up, down, lost, typical, worst)


def _seconds(truth: SimulatedCity, site: str, probe: Probe, at: float, chance: Random) -> float:
    if isinstance(probe, Icmp):
        return truth.usual_seconds(site, probe.address, at) or 0.0
    values, _ = truth.check(site, probe, at, chance)
    return sum(value for name, value in values.items() if name in DURATIONS)
