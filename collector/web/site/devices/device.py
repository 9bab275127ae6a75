"""The devices that the site's agent polls: what they are, their power, their parts. Pure.

A device that does not answer now is shown with its last values, and as of when they are.
"""

from collections.abc import Sequence
from typing import NamedTuple

from collector.city.agents import Latest, ProbeState
from collector.incidents.paths.limits import Limits
from collector.web.grafana import GrafanaRange
from collector.web.site.devices.facts import DeviceFact, device_facts
from collector.web.site.devices.grades import NO_LIMITS
from collector.web.site.devices.last_values import LastValues
from collector.web.site.devices.power import PowerState, power
from collector.web.site.devices.tables import PartTable, part_tables
from collector.web.site.sight import Sight
from collector.web.verdict import verdict
from collector.web.words import Speaker


class DeviceView(NamedTuple):
    """`power` is the state of a UPS, "" of another device. `as_of` says
    how old the values are if they are not of now."""

    name: str
    address: str
    state: ProbeState
    reason: str
    age: str
    power: PowerState
    power_said: str
    facts: Sequence[DeviceFact]
    as_of: str
    tables: Sequence[PartTable]
    grafana: str


def devices(site: str, sight: Sight, span: GrafanaRange, say: Speaker) -> list[DeviceView]:
    """In the order of their names."""
    limits = sight.incidents.limits.get(site, {})
    polled = sight.state.agents[site].probes.get("snmp", {})
    return [
        _device(latest, limits.get(("snmp", name), NO_LIMITS), sight.grafana.device(site, name, span), say)
        for name, latest in sorted(polled.items())
    ]


def _device(latest: Latest, limits: Limits, grafana: str, say: Speaker) -> DeviceView:
    state, reason = verdict(latest, say.now)
    value = LastValues(latest, say.now)
    at, (its_power, said) = value.at(), power(value, state == "up", say)
    return DeviceView(
        name=latest.target,
        address=latest.address,
        state=state,
        reason=say.reason(reason) if reason else "",
        age=say.duration(say.now - latest.at) if latest.at else "",
        power=its_power,
        power_said=said,
        facts=list(device_facts(value, say, limits)),
        as_of=say("values_of", age=say.duration(say.now - at)) if at and state != "up" else "",
        tables=part_tables(latest, say, limits),
        grafana=grafana,
    )
