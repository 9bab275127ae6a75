"""From which value on a signal or a power is weak: colours on pages, no alerts. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from collector.incidents.paths.limits import Limits
from collector.inventory.limits import LIMITABLE

NO_LIMITS: Limits = {}
Grade = Literal["", "weak", "bad"]


class Steps(NamedTuple):
    """Below `weak` and below `bad`, in the metric's unit."""

    weak: float
    bad: float


SIGNAL = Steps(-70, -78)
"""An outdoor link of 802.11 then falls to its slow modulations, and later is lost in rain."""
LIGHT = Steps(-25, -28)
"""The receiver of a GPON of class B+ ends at -28 dBm (ITU-T G.984.2)."""

STEPS: Mapping[str, Steps] = {
    "radio_signal_dbm": SIGNAL,
    "radio_remote_signal_dbm": SIGNAL,
    "radio_client_signal_minimum_dbm": SIGNAL,
    "modem_rsrp_dbm": Steps(-100, -110),
    "modem_rsrq_decibels": Steps(-20, float("-inf")),
    "modem_sinr_decibels": Steps(0, float("-inf")),
    "optical_receive_power_dbm": LIGHT,
    "onu_receive_power_dbm": LIGHT,
    "onu_olt_receive_power_dbm": LIGHT,
}


def grade_of(metric: str, value: float, limits: Limits = NO_LIMITS) -> Grade:
    """A limit of the inventory takes the place of our own steps."""
    if metric in limits and LIMITABLE[metric] == "below":
        return "bad" if limits[metric].is_broken_by(value) else ""
    steps = STEPS.get(metric)
    if steps is None or value >= steps.weak:
        return ""
    return "bad" if value < steps.bad else "weak"


def over_weak(metric: str, value: float, limits: Limits = NO_LIMITS) -> float:
    """How far the value is above the step at which it is weak; infinite for a metric without one."""
    if metric in limits and LIMITABLE[metric] == "below":
        return value - limits[metric].value
    steps = STEPS.get(metric)
    return float("inf") if steps is None else value - steps.weak
