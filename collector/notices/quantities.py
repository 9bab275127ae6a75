"""Measured quantities as people read them, in any language."""


def time(seconds: float) -> str:
    """Three digits at most: "0.21 ms", "4.3 ms", "180 ms", "2.5 s"."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.{0 if milliseconds >= 10 else 1 if milliseconds >= 1 else 2}f} ms"


def share(ratio: float | None) -> str:
    """The share as a percentage. Only none at all is 0, and only all is 100."""
    if ratio is None:
        return ""
    percent = ratio * 100
    return f"{percent:.0f} %" if percent in (0, 100) or 10 <= percent <= 99 else f"{percent:.1f} %"


STEPS = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"))
UNITS = {
    "_bits_per_second": "bit/s",
    "_hertz": "Hz",
    "_meters": "m",
    "_volts": "V",
    "_amperes": "A",
    "_watts": "W",
}
"""Of names of metrics, by their ends. These units have steps of a thousand."""
PLAIN_UNITS = {"_dbm": "dBm", "_decibels": "dB", "_celsius": "°C", "_rpm": "rpm"}


def quantity(metric: str, value: float) -> str:
    """The value in the unit that the metric's name ends with: "-67 dBm", "130 Mbit/s", "98 %"."""
    if metric.endswith("_ratio"):
        return share(round(value, 4))
    if metric.endswith("_seconds"):
        return time(value)
    for end, unit in PLAIN_UNITS.items():
        if metric.endswith(end):
            return f"{_plain(round(value, 1))} {unit}"
    for end, unit in UNITS.items():
        if metric.endswith(end):
            return _stepped(value, unit)
    return _plain(round(value, 2 if metric.endswith("_load1") else 0))


def _stepped(value: float, unit: str) -> str:
    """Three digits, but whole megahertz: channels are known by these."""
    if unit == "Hz" and abs(value) >= 1e6:
        return f"{_plain(round(value / 1e6))} MHz"
    digits = abs(float(f"{value:.3g}"))
    size, letter = next((one for one in STEPS if digits >= one[0]), (1.0, ""))
    return f"{value / size:.3g} {letter}{unit}"


def _plain(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 or abs(value) >= 1e15 else f"{value:.0f}"
