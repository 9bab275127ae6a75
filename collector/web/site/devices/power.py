"""The power of a UPS, in words. Pure."""

from collections.abc import Iterator
from typing import Literal

from collector.web.site.devices.last_values import LastValues
from collector.web.words import Speaker

OTHER_SOURCES = ("bypass", "booster", "reducer", "none", "other")
BATTERY_STATES = ("replace", "depleted", "low", "normal")
"""A battery may be in two of them: the worse one first."""
PowerState = Literal["", "up", "warning", "unknown"]


def power(value: LastValues, fresh: bool, say: Speaker) -> tuple[PowerState, str]:
    """The state and its words, "" of no UPS; of an old value it is not known whether it still holds."""
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


def battery_states(value: LastValues) -> Iterator[str]:
    yield from (state for state in BATTERY_STATES if value(f"ups_battery_status_{state}"))
