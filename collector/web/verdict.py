"""Each target's state as the pages show it. Pure."""

from collector.city.agents import Latest, ProbeState


def verdict(latest: Latest, now: float) -> tuple[ProbeState, str]:
    """The state with its reason. A value that is not fresh gives no state, whatever the last tick decided."""
    if latest.at and not latest.fresh(now):
        return "unknown", "stale"
    return latest.verdict, latest.reason
