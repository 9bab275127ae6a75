"""The metrics that a city's own profiles make.

A profile of a city's own (wire.profile) may give values that the catalogue does not have. On the wire such a
value describes itself: `genset_fuel:%` is pantau_device_value{name="genset_fuel",unit="%"}, and
`pantau_device_genset_fuel_ratio:gauge` is a family of that name.
"""

import re
from functools import lru_cache

from wire.device_metrics import DEVICE_METRICS
from wire.metric import Metric, Type

OWN_VALUE = "pantau_device_value"
OWN_PART = "part"
"""The label of a row of which only a city's own profile knows."""
HELP = "A value that a profile of this city's own reads."
TAKEN = frozenset({OWN_VALUE, "pantau_device_info", *(metric.family for metric in DEVICE_METRICS.values())})
"""Families that a city's own profile can not have."""

NAME = r"[a-z][a-z0-9_]{0,39}"
UNIT = r"[A-Za-z0-9%/._°-]{0,16}"
FAMILY = r"pantau_device_[a-z0-9_]{1,48}"
_OWN = re.compile(rf"(?:(?P<family>{FAMILY}):(?P<type>gauge|counter)|(?P<name>{NAME}):(?P<unit>{UNIT}))\Z")


@lru_cache(maxsize=1024)
def own_metric(name: str, rows: bool = False) -> Metric | None:
    """The metric of a value of a city's own profile, None for any other name."""
    found = _OWN.match(name)
    if found is None or found["family"] in TAKEN:
        return None
    row_label = OWN_PART if rows else ""
    if found["family"]:
        type: Type = "counter" if found["type"] == "counter" else "gauge"
        return Metric("snmp", found["family"], type, 6, HELP, (), "device", row_label)
    labels = (("name", found["name"]), ("unit", found["unit"]))
    return Metric("snmp", OWN_VALUE, "gauge", 6, HELP, labels, "device", row_label)
