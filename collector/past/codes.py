"""Round-trip times and losses as small whole numbers, which keep their order. 0 is no value. Pure."""

from math import log2

from collector.past.units import TIME_UNITS

STEPS_A_DOUBLING = 2000
"""So a time is known to 0.04 %, from a microsecond to an hour."""
MEASURED, LEAST_LOSS, DOWN = 1, 2, 128
"""A state: measured without a loss ratio; from LEAST_LOSS on the loss in per cent; DOWN is added to both."""
LOSS_A_PERCENT = 100


def time_code(units: int) -> int:
    """Of a time in whole units (units.py)."""
    return 1 + int(log2(1 + units) * STEPS_A_DOUBLING)


def time_of(code: int) -> float | None:
    """Seconds."""
    return (2 ** ((code - 1) / STEPS_A_DOUBLING) - 1) / TIME_UNITS if code else None


def state_code(up: bool, loss: int) -> int:
    """Of a loss in whole units (units.py). Any loss at all is at least one per cent."""
    code = MEASURED if loss < 0 else LEAST_LOSS - -loss // LOSS_A_PERCENT
    return code if up else code | DOWN


def up_of(code: int) -> bool | None:
    return code < DOWN if code else None


def loss_of(code: int) -> float | None:
    percent = (code & ~DOWN) - LEAST_LOSS
    return percent / 100 if percent >= 0 else None
