"""Each target's state as the pages show it. Pure."""

from collector.city.agents import Latest, ProbeState


def verdict(latest: Latest, now: float) -> tuple[ProbeState, str]:
    """With its reason; what is not fresh tells nothing, whatever the last tick said."""
    if latest.at and not latest.fresh(now):
        return "unknown", "stale"
    return latest.verdict, latest.reason
