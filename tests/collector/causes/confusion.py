"""The causes that were judged in many outages, beside the true ones."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from collector.causes import CauseName, WeighedCause
from tests.collector.causes.virtual_city import TRUTHS, Judged, Messiness, judged

CAUSES: tuple[CauseName, ...] = ("link", "power_site", "power_area", "provider", "router", "unknown")


def outages(number: int, mess: Messiness) -> Iterator[Judged]:
    """So many of each scenario, without those that harm nobody."""
    for scenario in TRUTHS:
        found = (judged(scenario, seed, mess) for seed in range(number))
        yield from (one for one in found if one is not None)


def right(rows: Iterable[tuple[str, WeighedCause]]) -> float:
    """The share of the causes that are true."""
    each = [truth == cause.cause for truth, cause in rows]
    return sum(each) / len(each)


def likely(rows: Iterable[tuple[str, WeighedCause]]) -> list[tuple[str, WeighedCause]]:
    """Those that a first notice may carry."""
    return [(truth, cause) for truth, cause in rows if cause.confidence != "guess"]


def table(rows: Collection[Judged]) -> str:
    """The causes at the recovery, by scenario; in brackets those of the first notice that are no guess."""
    lines = ["  ".join(["true cause".ljust(34), *(cause.rjust(12) for cause in CAUSES)])]
    for scenario, truth in TRUTHS.items():
        mine = [row for row in rows if row.scenario == scenario]
        last = Counter(row.last.cause for row in mine)
        first = Counter(row.first.cause for row in mine if row.first.confidence != "guess")
        cells = [f"{last[cause]} ({first[cause]})".rjust(12) for cause in CAUSES]
        lines.append("  ".join([f"{scenario}: {truth}".ljust(34), *cells]))
    said = [(row.truth, row.last) for row in rows]
    unknown = sum(cause.cause == "unknown" for _, cause in said) / len(said)
    sure = likely((row.truth, row.first) for row in rows)
    lines.append(
        f"{len(rows)} outages: {right(said):.1%} right, {unknown:.1%} unknown, "
        f"{right(likely(said)):.1%} of the likely ones right; "
        f"{len(sure)} first notices with a cause, {right(sure):.1%} right"
    )
    return "\n".join(lines)
