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
