"""How agents poll the devices of an inventory, one line for each sort. Pure."""

from collections import Counter
from collections.abc import Iterator

from collector.inventory import City
from collector.inventory.polling import own_profiles, sorts
from wire.probes import AUTO


def polled_devices(city: City) -> Iterator[str]:
    counts = Counter(device.snmp for site in city.sites.values() for device in site.devices.values())
    known = sorts(city)
    for name, count in sorted(counts.items()):
        if name not in known:
            continue
        polling = known[name]
        by = ", ".join(polling.profiles)
        if AUTO in polling.profiles:
            own = ", ".join(own_profiles(city, polling))
            by = "the profiles that fit, which its agent finds out once a day and after a restart"
            by += f"; of the city's own: {own}" if own else ""
        devices = "1 device" if count == 1 else f"{count} devices"
        yield f"snmp {name}: {devices} each {polling.period_seconds:g} s by {by}"
