"""The causes that were judged in many outages, beside the true ones."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from collector.causes import CauseName, WeighedCause
from tests.collector.causes.messiness import Messiness
from tests.collector.causes.virtual_city import TRUTHS, Judged, judged
from tests.collector.causes.virtual_services import SERVICE_TRUTHS, judged_service

SITE_CAUSES: tuple[CauseName, ...] = ("link", "power_site", "power_area", "provider", "router", "unknown")
SERVICE_CAUSES: tuple[CauseName, ...] = (
    "agent",
    "dns",
    "application",
    "provider",
    "national_path",
    "international_path",
    "unknown",
)
Truths = Mapping[str, CauseName]


def outages(number: int, mess: Messiness) -> Iterator[Judged]:
    """So many of each scenario, without those that harm nobody."""
    drawn = (judged(scenario, seed, mess) for scenario in TRUTHS for seed in range(number))
    yield from (one for one in drawn if one is not None)


def services(number: int, mess: Messiness) -> Iterator[Judged]:
    """So many of each scenario with no site down."""
    drawn = (judged_service(scenario, seed, mess) for scenario in SERVICE_TRUTHS for seed in range(number))
    yield from (one for one in drawn if one is not None)


def right(rows: Iterable[tuple[str, WeighedCause]]) -> float:
    """The share of the causes that are true."""
    each = [truth == cause.cause for truth, cause in rows]
    return sum(each) / len(each)


def likely(rows: Iterable[tuple[str, WeighedCause]]) -> list[tuple[str, WeighedCause]]:
    """Those that a first notice may carry."""
    return [(truth, cause) for truth, cause in rows if cause.confidence != "guess"]


def cuts_called_power(rows: Iterable[Judged]) -> list[str]:
    """The line cuts that were called power at the recovery, or in a first notice that is no guess."""
    cuts = [row for row in rows if row.truth == "link"]
    last = [row.scenario for row in cuts if row.last.cause.startswith("power")]
    first = [row for row in cuts if row.first.confidence != "guess"]
    return last + [row.scenario for row in first if row.first.cause.startswith("power")]


def table(rows: Collection[Judged]) -> str:
    """The causes at the recovery, by scenario; in brackets those of the first notice that are no guess."""
    return f"{_confusion(rows, TRUTHS, SITE_CAUSES)}\n{_summary(rows)}"


def table_of_services(rows: Collection[Judged]) -> str:
    """The causes by scenario; in brackets those that are no guess."""
    return f"{_confusion(rows, SERVICE_TRUTHS, SERVICE_CAUSES)}\n{_summary(rows)}"


def _confusion(rows: Collection[Judged], truths: Truths, causes: tuple[CauseName, ...]) -> str:
    lines = ["  ".join(["scenario: true cause".ljust(42), *(cause.rjust(11) for cause in causes)])]
    for scenario, truth in truths.items():
        mine = [row for row in rows if row.scenario == scenario]
        last = Counter(row.last.cause for row in mine)
        first = Counter(row.first.cause for row in mine if row.first.confidence != "guess")
        cells = [f"{last[cause]} ({first[cause]})".rjust(max(11, len(cause))) for cause in causes]
        lines.append("  ".join([f"{scenario}: {truth}".ljust(42), *cells]))
    return "\n".join(lines)


def _summary(rows: Collection[Judged]) -> str:
    said = [(row.truth, row.last) for row in rows]
    unknown = sum(cause.cause == "unknown" for _, cause in said) / len(said)
    sure = likely((row.truth, row.first) for row in rows)
    return (
        f"{len(rows)} outages: {right(said):.1%} right, {unknown:.1%} unknown, "
        f"{right(likely(said)):.1%} of the likely ones right; "
        f"{len(sure)} first notices with a cause, {right(sure):.1%} right"
    )
