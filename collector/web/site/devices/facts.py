"""The facts about a device itself: its maker, its load, its power, its counts. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.incidents.paths.limits import Limits
from collector.web.quantities import reading, size
from collector.web.site.devices.grades import NO_LIMITS, Grade, grade_of
from collector.web.site.devices.last_values import LastValues
from collector.web.site.devices.own import own_values
from collector.web.site.devices.power import battery_states
from collector.web.words import Speaker

VALUES = {
    "cpu": ("device_cpu_load_ratio",),
    "device_load": ("device_load1",),
    "temperature": ("device_temperature_celsius",),
    "supply": ("device_voltage_volts", "device_current_amperes", "device_power_watts"),
    "battery_charge": ("ups_battery_charge_ratio",),
    "battery_remaining": ("ups_battery_remaining_seconds",),
    "ups_load": ("ups_load_ratio",),
    "ups_input": ("ups_input_voltage_volts", "ups_input_frequency_hertz"),
    "ups_battery": ("ups_battery_voltage_volts", "ups_battery_temperature_celsius"),
    "ups_ambient": ("ups_ambient_temperature_celsius",),
    "clients": ("device_clients",),
    "hotspot_users": ("device_hotspot_users",),
    "dhcp_leases": ("device_dhcp_leases",),
    "connections": ("device_connections",),
    "access_points": ("device_access_points",),
    "topology_age": ("stp_topology_age_seconds",),
}
"""By their label, a key of the words."""
IF_ANY = {
    "ups_alarms": "ups_alarms",
    "ups_brownouts": "ups_brownouts_total",
    "failed_profiles": "snmp_failed_profiles",
    "truncated_tables": "snmp_truncated_tables",
    "missing_values": "snmp_missing_values",
}
"""Counts that nobody needs to read while they are 0."""


class DeviceFact(NamedTuple):
    """Both are texts for people."""

    label: str
    text: str
    grade: Grade = ""


def device_facts(value: LastValues, say: Speaker, limits: Limits = NO_LIMITS) -> Iterator[DeviceFact]:
    for label, text in _facts(value, say):
        if text:
            yield DeviceFact(say(label), text, _grade(label, value, limits))
    for state in battery_states(value):
        grade: Grade = "" if state == "normal" else "bad"
        yield DeviceFact(say("battery_state"), say(f"battery_{state}"), grade)
    for label, metric in IF_ANY.items():
        if count := value(metric):
            yield DeviceFact(say(label), reading(metric, count, say), "weak")
    for name, text in own_values(value):
        yield DeviceFact(name, text)


def _facts(value: LastValues, say: Speaker) -> Iterator[tuple[str, str]]:
    """Labels, which are keys of the words, and texts; "" of what is not known."""
    maker, model = value.text("vendor"), value.text("model")
    same = model.casefold().startswith(maker.casefold())
    yield "device_model", model if model and same else f"{maker} {model}".strip()
    yield "firmware", value.text("firmware")
    yield "profiles", value.text("profiles")
    uptime = value("device_uptime_seconds")
    yield "device_uptime", "" if uptime is None else say.duration(uptime)
    yield "memory", _memory(value, say)
    for label, metrics in VALUES.items():
        if label == "battery_remaining" and value("ups_on_battery_seconds"):
            continue  # the sentence about its power says it
        known = [(metric, one) for metric in metrics if (one := value(metric)) is not None]
        yield label, ", ".join(reading(metric, one, say) for metric, one in known)
    yield "poe_budget", _of(value, "poe_consumption_watts", "poe_capacity_watts", say)
    yield "onus", _of(value, "device_onus_up", "device_onus", say)


def _grade(label: str, value: LastValues, limits: Limits) -> Grade:
    known = ((metric, value(metric)) for metric in VALUES.get(label, ()))
    grades = [grade_of(metric, one, limits) for metric, one in known if one is not None]
    return next(filter(None, grades), "")


def _memory(value: LastValues, say: Speaker) -> str:
    used, total = value("device_memory_used_bytes"), value("device_memory_size_bytes")
    free, share = value("device_memory_free_bytes"), value("device_memory_used_ratio")
    if used is None and total and free is not None:
        used = total - free
    if share is None and used is not None and total:
        share = used / total
    parts = [] if share is None else [reading("memory_ratio", share, say)]
    if used is not None and total:
        parts.append(say("used_of", used=size(round(used)), total=size(round(total))))
    return ", ".join(parts)


def _of(value: LastValues, some: str, all: str, say: Speaker) -> str:
    part, whole = value(some), value(all)
    if part is None:
        return "" if whole is None else reading(all, whole, say)
    if whole is None:
        return reading(some, part, say)
    return say("used_of", used=reading(some, part, say), total=reading(all, whole, say))
