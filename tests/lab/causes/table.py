"""The causes that pantau named in the lab, beside the true ones. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple


class Asked(NamedTuple):
    """A cause as pantau says it. `clues` speak for it, `against` against it."""

    cause: str
    confidence: str
    clues: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def named(self) -> bool:
        """A notice may name it."""
        return self.cause != "unknown" and self.confidence != "guess"

    @property
    def is_power(self) -> bool:
        return self.cause.startswith("power")


UNTOLD = Asked("unknown", "guess")
"""No notice told of it before its end."""


class Row(NamedTuple):
    """One incident of a cut. The cause at its first notice, at its recovery, and when all is over."""

    cut: str
    truth: str
    root: str
    first: Asked
    recovered: Asked
    late: Asked

    @property
    def right(self) -> bool:
        return self.recovered.cause == self.truth


def confusion(rows: Collection[Row]) -> str:
    """Incidents by true cause and by that at the recovery; in brackets the first notices that name it."""
    causes = sorted({row.truth for row in rows} | {row.recovered.cause for row in rows} - {"unknown"})
    causes.append("unknown")
    lines = ["  ".join(["true cause".ljust(20), *(cause.rjust(13) for cause in causes)])]
    for truth in sorted({row.truth for row in rows}):
        mine = [row for row in rows if row.truth == truth]
        last = Counter(row.recovered.cause for row in mine)
        first = Counter(row.first.cause for row in mine if row.first.named)
        cells = [f"{last[cause]} ({first[cause]})".rjust(max(13, len(cause))) for cause in causes]
        lines.append("  ".join([truth.ljust(20), *cells]))
    return "\n".join(lines)


def summary(rows: Collection[Row]) -> str:
    cuts = {row.cut for row in rows}
    wrong = {row.cut for row in rows if not row.right}
    named = [row for row in rows if row.first.named]
    right = sum(row.first.cause == row.truth for row in named)
    late = sum(row.late.cause == row.truth for row in rows)
    return "\n".join(
        (
            f"{len(cuts)} cuts with {len(rows)} incidents: {len(cuts) - len(wrong)} cuts are right in all "
            f"their incidents, {sum(row.right for row in rows)} incidents at the recovery, {late} later on",
            f"{len(named)} first notices name a cause, {right} of them the right one",
            f"{sum(row.recovered.cause == 'unknown' for row in rows)} incidents are unknown at the recovery",
            f"line cuts that were called power: {', '.join(lines_called_power(rows)) or 'none'}",
        )
    )


def lines_called_power(rows: Collection[Row]) -> list[str]:
    """At the recovery or later, or in a first notice that names a cause."""
    return [row.cut for row in rows if row.truth == "link" and any(_said(row))]


def mistakes(rows: Collection[Row]) -> Iterator[str]:
    """Each incident whose cause at the recovery, or in its first notice, was wrong, with the clues."""
    for row in rows:
        if not row.right or (row.first.named and row.first.cause != row.truth):
            yield f"{row.cut}: {row.root}: {row.truth}"
            for when, asked in (("first", row.first), ("recovery", row.recovered), ("later", row.late)):
                yield f"  {when}: {asked.cause}, {asked.confidence}{_evidence(asked)}"


def _said(row: Row) -> Iterator[bool]:
    yield row.first.named and row.first.is_power
    yield row.recovered.is_power
    yield row.late.is_power


def _evidence(asked: Asked) -> str:
    clues = f"; for it {', '.join(asked.clues)}" if asked.clues else ""
    return clues + (f"; against it {', '.join(asked.against)}" if asked.against else "")
