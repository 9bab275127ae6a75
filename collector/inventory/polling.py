"""What a device of each sort is asked for by SNMP, where the inventory's own [snmp.X] doesn't say."""

from collections.abc import Mapping

from collector.inventory.city import City, Polling

# A UPS is asked often: that it went to battery is to be known before the site goes dark.
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
