"""The cost of an assignment: series in Prometheus, and bytes a day across its way up. Pure; an estimate."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collector.assignments.kinds import KINDS
from collector.inventory import City, Topology
from collector.inventory.targets import GATEWAY
from collector.inventory.watching import LIMITS
from wire.messages import Assignment
from wire.metric import AGENT
from wire.metrics import names_of
from wire.probes import AUTO, Icmp, Probe, Snmp, kind
from wire.profile import Profile
from wire.profiles import builtin

DAY_SECONDS = 86400

# A report's header and vitals take 350 bytes zipped, a measurement of noise 40 (measured on wire/report.py);
# the frames of MQTT, TLS and TCP around a report, its PUBACK and its ack take 690 (counted).
REPORT_BYTES = 1040
MEASUREMENT_BYTES = 40
PARTS = 5  # an estimate for one table of a device; the agent reports those that it finds
USUAL = ("system", "interfaces")
SITE_SERIES = ("up", "last report", "agent info", "site info", "site up", *LIMITS)
AGENT_SERIES = len(names_of(AGENT)) + len(SITE_SERIES)


class Cost(NamedTuple):
    probes: int
    series: int
    bytes_per_day: int


def costs(city: City, work: Mapping[str, Assignment]) -> dict[str, Cost]:
    """By agent. Echoes that another agent sends to a site cross the site's way up too, and count there."""
    topology = Topology(city.sites, city.links)
    crossing = {agent: _report_bytes(assignment) for agent, assignment in work.items()}
    for agent, assignment in work.items():
        for probe in assignment.probes:
            below = probe.target in work and probe.target not in topology.parents(agent)
            crossing[probe.target if below else agent] += _bytes(probe)
    return {
        agent: Cost(
            len(assignment.probes),
            AGENT_SERIES + sum(_series(probe) for probe in assignment.probes),
            round(crossing[agent]),
        )
        for agent, assignment in work.items()
    }


def total(costs: Mapping[str, Cost]) -> Cost:
    return Cost(*map(sum, zip(*costs.values(), strict=True))) if costs else Cost(0, 0, 0)


def _report_bytes(assignment: Assignment) -> float:
    interval = assignment.report_interval_seconds
    per_second = REPORT_BYTES / interval
    for probe in assignment.probes:
        period = interval if isinstance(probe, Icmp) else probe.period_seconds
        per_second += MEASUREMENT_BYTES * (1 + _parts(probe)) / period
    return DAY_SECONDS * per_second


def _bytes(probe: Probe) -> float:
    """A day's traffic across a way up. A probe of the gateway stays within the site."""
    return (
        0.0 if probe.target == GATEWAY else DAY_SECONDS / probe.period_seconds * KINDS[kind(probe)].run_bytes
    )


def _series(probe: Probe) -> int:
    """Its values, its success and its info. A stream of echoes has no duration."""
    if isinstance(probe, Snmp):
        return _device_series(probe)
    return len(names_of(kind(probe))) + 2 - isinstance(probe, Icmp)


def _device_series(probe: Snmp) -> int:
    """Its duration, success, info and the counts of its poll; the values of the device and of its parts."""
    profiles = list(_profiles(probe))
    tables = [table for profile in profiles for table in profile.tables]
    of_parts = sum(len(table.values) + (table.info is not None) for table in tables)
    itself = {name for profile in profiles for name in profile.values}
    return len(itself) + PARTS * of_parts + 5 + bool(tables)


def _profiles(probe: Snmp) -> Iterator[Profile]:
    """With "auto" nobody knows them before the first poll: the usual ones are counted."""
    for name in probe.profiles:
        for one in USUAL if name == AUTO else (name,):
            yield probe.own.get(one) or builtin(one)


def _parts(probe: Probe) -> int:
    return PARTS * sum(len(one.tables) for one in _profiles(probe)) if isinstance(probe, Snmp) else 0
