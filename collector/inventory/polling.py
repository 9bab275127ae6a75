"""The SNMP profiles for each sort of device, where the inventory's own [snmp.X] names none."""

from collections.abc import Mapping

from collector.inventory.city import City, Polling

# Agents poll a UPS often: the change to battery must be known before the site loses power.
BUILTIN: Mapping[str, Polling] = {
    "mikrotik": Polling(profiles=["system", "interfaces"], community_file="snmp"),
    "ups": Polling(
        profiles=["system", "ups"], community_file="snmp", period_seconds=10.0, timeout_seconds=5.0
    ),
    "apc": Polling(
        profiles=["system", "apc"], community_file="snmp", period_seconds=10.0, timeout_seconds=5.0
    ),
}


def sorts(city: City) -> Mapping[str, Polling]:
    return {**BUILTIN, **city.snmp}
