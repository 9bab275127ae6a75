"""The keys `router = { address, snmp }` and `ups` of a site are devices like any other."""

from typing import Any

NAMED = {"router": "", "ups": "ups"}
"""By key, the sort of a device that names none."""


def with_devices(values: dict[str, Any]) -> dict[str, Any]:
    """A site's keys, with these devices moved to `devices` and the plain address left under `router`."""
    devices = {}
    values = dict(values)
    for name, profile in NAMED.items():
        place = values.get(name)
        if isinstance(place, dict):
            devices[name] = {"snmp": profile, **place}
            values[name] = place.get("address", "")
        elif isinstance(place, str) and profile:
            devices[name] = {"address": place, "snmp": profile}
    others = values.get("devices", {})
    if devices and isinstance(others, dict):
        values["devices"] = {**others, **devices}
    return values


def as_written(key: str) -> str:
    """The key as in the file, `sites.dinkes.router.address`, although the checks see it among the devices."""
    for name in NAMED:
        key = key.replace(f".devices.{name}.", f".{name}.")
    return key
