"""The parts of a device as tables for a person: its interfaces, radios, ONUs. Pure."""

from collections.abc import Iterator, Sequence

from agent.probes.figures import figure, is_state, states, title
from agent.probes.measurement import Row
from wire.metrics import part_of

SHOWN = 60
"""Rows of one table; `--json` has all."""
INTERFACE = "interface"
TROUBLES = tuple(
    f"interface_{name}_total"
    for name in ("receive_errors", "transmit_errors", "receive_discards", "transmit_discards")
)
TROUBLE_HEAD = "errors, discards"

Cells = dict[str, str]


def tables(parts: Sequence[Row]) -> Iterator[str]:
    """For each sort of parts an empty line, the heads, and a line for each part."""
    sorts: dict[str, list[Row]] = {}
    for part in parts:
        sorts.setdefault(part_of(part.values), []).append(part)
    for sort, rows in sorts.items():
        yield ""
        yield from _table(sort, rows)


def _table(sort: str, rows: Sequence[Row]) -> Iterator[str]:
    cells = [{sort: row.row, **_cells(sort, row)} for row in rows[:SHOWN]]
    heads = list(dict.fromkeys(head for row in cells for head, cell in row.items() if cell))
    lines = [heads, *([row.get(head, "") for head in heads] for row in cells)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        yield "  " + "  ".join(map(str.ljust, line, widths)).rstrip()
    if len(rows) > SHOWN:
        yield f"  and {len(rows) - SHOWN} more; --json has all"


def _cells(sort: str, row: Row) -> Cells:
    """The cells of one part by their heads. Counters are the device's own, since the device started."""
    found: Cells = {}
    for name, value in row.values.items():
        if not (is_state(name) or name.endswith("_info") or name in TROUBLES):
            found[title(name, sort)] = figure(name, value)
    for family, state in states(row.values):
        found[title(family.removeprefix("pantau_"), sort)] = state
    if sort == INTERFACE:
        found.setdefault("up", "unknown")
        found[TROUBLE_HEAD] = _troubles(row)
    return found | {label: words for label, words in row.info.items() if label != "index"}


def _troubles(row: Row) -> str:
    count = sum(row.values.get(name, 0) for name in TROUBLES)
    return f"{count:,.0f}" if count else ""
