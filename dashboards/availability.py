"""How available a link was, and what its contract promises."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel

from dashboards.panels import ABSENT, FROM_ZERO, Steps, now, stat

BEHIND: Steps = ((None, ABSENT), (-1.0, "red"), (FROM_ZERO, "green"))
"""Above the promise is good, below it is not."""


def availability(links: str) -> str:
    """Of each link over the time range, times of planned work left out."""
    return f"max by (link) (avg_over_time(link:pantau_link_available:max{{{links}}}[$__range]))"


def promised(links: str) -> str:
    return f"max by (link) (pantau_link_sla_ratio{{{links}}})"


def availability_stats(link: str) -> Iterator[StatPanel]:
    yield stat(
        "Availability",
        "The part of the time range in which it carried traffic, of the time of which anybody knows and that "
        "had no planned work. A power cut at its lower end counts too: the incident's cause says so.",
        now(availability(link)),
        unit="percentunit",
        decimals=3,
        thresholds=((None, ABSENT), (FROM_ZERO, "blue")),
        no_value="?",
        width=4,
    )
    yield stat(
        "Promised",
        "The availability by its contract.",
        now(promised(link)),
        unit="percentunit",
        decimals=3,
        thresholds=((None, ABSENT), (FROM_ZERO, "blue")),
        no_value="nothing is promised",
        width=4,
    )
    yield stat(
        "Against the promise",
        "Availability less promise. A contract counts a month: choose that as the time range.",
        now(f"{availability(link)} - {promised(link)}"),
        unit="percentunit",
        decimals=3,
        thresholds=BEHIND,
        no_value="?",
        width=4,
    )
