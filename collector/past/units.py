"""Ratios and seconds as whole numbers, so that sums do not depend on their order. -1 is undefined. Pure."""

LOSS_UNITS, TIME_UNITS = 10_000, 1_000_000
"""For a ratio of 1 and for a second: as precise as the wire."""
MOST_SECONDS = 3600.0
MOST_UNITS = int(MOST_SECONDS) * TIME_UNITS


def loss_units(ratio: float | None) -> int:
    if ratio is None:
        return -1
    if 0 <= ratio <= 1:
        return int(ratio * LOSS_UNITS + 0.5)
    return LOSS_UNITS if ratio > 1 else 0


def time_units(seconds: float | None) -> int:
    if seconds is None:
        return -1
    if 0 <= seconds <= MOST_SECONDS:
        return int(seconds * TIME_UNITS + 0.5)
    return MOST_UNITS if seconds > 0 else 0
