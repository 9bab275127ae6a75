"""The cost of an assignment: series in Prometheus, and bytes a day across its way up. Pure; an estimate."""

from collections.abc import Mapping
from typing import NamedTuple

from collector.assignments.kinds import KINDS
from collector.inventory import City, Topology
from collector.inventory.targets import GATEWAY
from collector.inventory.watching import LIMITS
from wire.messages import Assignment
from wire.metric import AGENT
from wire.metrics import CATALOGUE, names_of, part_of
from wire.probes import Icmp, Probe, Snmp, kind

DAY_SECONDS = 86400

# A report's header and vitals take 350 bytes zipped, a measurement of noise 40 (measured on wire/report.py);
# the frames of MQTT, TLS and TCP around a report, its PUBACK and its ack take 690 (counted).
REPORT_BYTES = 1040
MEASUREMENT_BYTES = 40
INTERFACES = 5  # an estimate for one device; the agent reports those that it finds
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
        per_second += MEASUREMENT_BYTES * (1 + _interfaces(probe)) / period
    return DAY_SECONDS * per_second


def _bytes(probe: Probe) -> float:
    """A day's traffic across a way up. A probe of the gateway stays within the site."""
    return (
        0.0 if probe.target == GATEWAY else DAY_SECONDS / probe.period_seconds * KINDS[kind(probe)].run_bytes
    )


def _series(probe: Probe) -> int:
    """Its values, its success and its info. A stream of echoes has no duration."""
    names = names_of(kind(probe))
    of_parts = {name for name in names if CATALOGUE[name].row_label}
    of_interfaces = {name for name in of_parts if part_of([name]) == "interface"}
    return len(names - of_parts) + _interfaces(probe) * len(of_interfaces) + 2 - isinstance(probe, Icmp)


def _interfaces(probe: Probe) -> int:
    return INTERFACES if isinstance(probe, Snmp) and "interfaces" in probe.profiles else 0
