"""The rota and the escalation: people, districts and receivers that exist, days that come."""

from collections.abc import Collection, Iterable, Iterator

from collector.duty import Shift
from collector.duty.shift import DAY
from collector.inventory.checks.draft import Draft
from collector.inventory.checks.people import STATE_ONLY, is_alertmanager
from collector.inventory.document import InventoryRow
from collector.inventory.problem import Problem, nearest
from collector.inventory.windows import Fault


def faults(draft: Draft) -> Iterator[Problem]:
    city, lists = draft.city, draft.document.lists
    for number, (row, shift) in enumerate(zip(lists["rota"], city.rota, strict=True)):
        for key, what in _of_shift(shift, row, draft):
            yield Problem(row.file, f"rota[{number}].{key}", what)
    for number, (row, step) in enumerate(zip(lists["escalation"], city.escalation, strict=True)):
        found = [*_names(step.receivers, draft, row, "receivers", "receivers")]
        found += _districts("match.district", step.match.district, draft)
        found += [
            ("receivers", f"{name!r} {STATE_ONLY}")
            for name in step.receivers
            if is_alertmanager(draft.city, name)
        ]
        for key, what in found:
            yield Problem(row.file, f"escalation[{number}].{key}", what)


def _of_shift(shift: Shift, row: InventoryRow, draft: Draft) -> Iterator[Fault]:
    yield from _names(shift.people, draft, row, "people", "duty")
    yield from _districts("districts", shift.districts, draft)
    if shift.date is None:
        if shift.until is not None:
            yield "until", f"{shift.until} has no effect without date; write date, the first day"
    elif shift.until is not None and shift.until < shift.date:
        yield "until", f"{shift.until} is before date; correct one of them"
    elif not any(shift.occurs_on(shift.date + number * DAY) for number in range(min(7, _length(shift)))):
        yield (
            "days",
            f"no such day comes from {shift.date} to {shift.until or shift.date}; correct one of them",
        )


def _length(shift: Shift) -> int:
    assert shift.date is not None
    return ((shift.until or shift.date) - shift.date).days + 1


def _names(names: Collection[str], draft: Draft, row: InventoryRow, key: str, table: str) -> Iterator[Fault]:
    if not names and isinstance(row.values, dict) and row.values.get(key) == []:
        yield key, f"names nobody; name one or more of [{table}]"
    for name in names:
        if name not in draft.document.tables[table]:
            remedy = nearest(name, draft.written(table), f"add it to [{table}], or correct it")
            yield key, f"{name!r} is not in [{table}]; {remedy}"


def _districts(key: str, districts: Iterable[str], draft: Draft) -> Iterator[Fault]:
    for district in districts:
        if district not in draft.districts:
            remedy = nearest(district, sorted(draft.districts), "write it as the sites do")
            yield key, f"{district!r} is the district of no site; {remedy}"
