"""The SNMP profiles for each sort of device, where the inventory's own [snmp.X] names none."""

from collections.abc import Mapping

from collector.inventory.city import City, Polling
from wire.probes import AUTO
from wire.profile import Profile

# Agents poll a UPS often: the change to battery must be known before the site loses power.
BUILTIN: Mapping[str, Polling] = {
    "auto": Polling(profiles=["auto"], community_file="snmp", timeout_seconds=30.0),
    "auto-ups": Polling(profiles=["auto"], community_file="snmp", period_seconds=10.0, timeout_seconds=9.0),
    "mikrotik": Polling(profiles=["system", "interfaces"], community_file="snmp"),
    "ups": Polling(
        profiles=["system", "ups"], community_file="snmp", period_seconds=10.0, timeout_seconds=5.0
    ),
    "apc": Polling(
        profiles=["system", "apc"], community_file="snmp", period_seconds=10.0, timeout_seconds=5.0
    ),
}


def sorts(city: City) -> Mapping[str, Polling]:
    """A profile of the city's own is a sort of its own too."""
    own = {name: Polling(profiles=["system", name], community_file="snmp") for name in city.profiles}
    return {**BUILTIN, **own, **city.snmp}


def own_profiles(city: City, polling: Polling) -> dict[str, Profile]:
    """The city's own profiles that such a poll may need."""
    return {
        name: profile
        for name, profile in city.profiles.items()
        if name in polling.profiles or (AUTO in polling.profiles and profile.match is not None)
    }
