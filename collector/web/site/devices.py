"""The devices that the site's agent polls: their uptime, their power, their interfaces. Pure.

A device that does not answer now is shown with its last values, and as of when they are.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from collector.city.agents import Latest, ProbeState
from collector.web.grafana import GrafanaRange
from collector.web.site.sight import Sight
from collector.web.verdict import verdict
from collector.web.words import Speaker

INTERFACES_SHOWN = 24
OTHER_SOURCES = ("bypass", "booster", "reducer", "none", "other")
FAILED_TOTALS = ("interface_receive_errors_total", "interface_transmit_errors_total")
DROPPED_TOTALS = ("interface_receive_discards_total", "interface_transmit_discards_total")
PowerState = Literal["", "up", "warning", "unknown"]


class DeviceFact(NamedTuple):
    """`label` is a key of the words."""

    label: str
    text: str


class InterfaceRow(NamedTuple):
    """`errors` and `discards` are counts of packets since the device started; "" if not known."""

    name: str
    alias: str
    state: ProbeState
    speed: str
    errors: str
    discards: str


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
    interfaces: Sequence[InterfaceRow]
    left_out: int
    grafana: str


def devices(site: str, sight: Sight, span: GrafanaRange, say: Speaker) -> list[DeviceView]:
    """In the order of their names."""
    polled = sight.state.agents[site].probes.get("snmp", {})
    return [
        _device(latest, sight.grafana.device(site, name, span), say)
        for name, latest in sorted(polled.items())
    ]


def _device(latest: Latest, grafana: str, say: Speaker) -> DeviceView:
    state, reason = verdict(latest, say.now)
    value, at = LastValues(latest), _valued_at(latest)
    power, said = _power(value, state == "up", say)
    rows = sorted(
        (_interface(row, say) for row in latest.rows_of("interface")),
        key=lambda row: (("down", "unknown", "up").index(row.state), row.name),
    )
    return DeviceView(
        name=latest.target,
        address=latest.address,
        state=state,
        reason=say.reason(reason) if reason else "",
        age=say.duration(say.now - latest.at) if latest.at else "",
        power=power,
        power_said=said,
        facts=[fact for fact in _facts(value, say) if fact.text],
        as_of=say("values_of", age=say.duration(say.now - at)) if at and state != "up" else "",
        interfaces=rows[:INTERFACES_SHOWN],
        left_out=max(0, len(rows) - INTERFACES_SHOWN),
        grafana=grafana,
    )


class LastValues(NamedTuple):
    """The last measurement that had values."""

    latest: Latest

    def __call__(self, name: str) -> float | None:
        value = self.latest.value(name)
        if value is None and self.latest.earlier is not None:
            _, table, line = self.latest.earlier
            column = table.values.get(name)
            value = column[line] if column else None
        return value


def _valued_at(latest: Latest) -> float:
    """When the device last answered; 0 if that is not known."""
    if not latest.reason or latest.reason == "stale":
        return latest.at
    return latest.earlier[0] if latest.earlier else 0.0


def _power(value: LastValues, fresh: bool, say: Speaker) -> tuple[PowerState, str]:
    """The power of a UPS in words; of an old value it is not known whether it still holds."""
    on_battery = value("ups_on_battery_seconds")
    if on_battery is None:
        return "", ""
    if on_battery > 0:
        left = value("ups_battery_remaining_seconds")
        lasted = say.duration(on_battery)
        said = say("ups_on_battery", duration=lasted)
        if left is not None:
            said = say("ups_on_battery_left", duration=lasted, left=say.duration(left))
        return "warning" if fresh else "unknown", said
    source = next((one for one in OTHER_SOURCES if value(f"ups_output_source_{one}")), "")
    if source:
        return "warning" if fresh else "unknown", say(f"ups_source_{source}")
    return "up" if fresh else "unknown", say("ups_on_mains")


def _facts(value: LastValues, say: Speaker) -> Iterator[DeviceFact]:
    uptime, charge = value("device_uptime_seconds"), value("ups_battery_charge_ratio")
    failed, cut = value("snmp_failed_profiles"), value("snmp_truncated_tables")
    remaining = value("ups_battery_remaining_seconds") if not value("ups_on_battery_seconds") else None
    yield DeviceFact("device_uptime", say.duration(uptime) if uptime is not None else "")
    yield DeviceFact("battery_charge", f"{charge * 100:.0f} %" if charge is not None else "")
    yield DeviceFact("battery_remaining", say.duration(remaining) if remaining is not None else "")
    yield DeviceFact("failed_profiles", f"{failed:.0f}" if failed else "")
    yield DeviceFact("truncated_tables", f"{cut:.0f}" if cut else "")


def _interface(row: Latest, say: Speaker) -> InterfaceRow:
    up, speed = row.value("interface_up"), row.value("interface_speed_bits_per_second")
    alias = row.table.info.get("alias") if row.table is not None else None
    known = row.fresh(say.now) and up is not None
    return InterfaceRow(
        name=row.row,
        alias=alias[row.line] if alias else "",
        state=("up" if up else "down") if known else "unknown",
        speed=_speed(speed) if speed else "",
        errors=_total(row, FAILED_TOTALS),
        discards=_total(row, DROPPED_TOTALS),
    )


def _speed(bits_per_second: float) -> str:
    giga = bits_per_second >= 1e9
    return f"{bits_per_second / (1e9 if giga else 1e6):g} {'Gbit/s' if giga else 'Mbit/s'}"


def _total(row: Latest, names: Sequence[str]) -> str:
    known = [value for name in names if (value := row.value(name)) is not None]
    return f"{sum(known):.0f}" if known else ""
