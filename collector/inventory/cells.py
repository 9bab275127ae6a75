"""A spreadsheet's cells as the schema reads them: decimal commas, and yes and no in two languages. Pure."""

import re
from contextlib import suppress
from typing import Any

import msgspec

from collector.inventory.remedy import numerals

TRUTHS = {
    **dict.fromkeys(("ya", "yes", "benar"), "true"),
    **dict.fromkeys(("tidak", "no", "salah"), "false"),
}
FOREIGN_NUMBER = re.compile(r"[+-]?\d[\d.,' ]*[., '][\d]+")


def as_meant(kind: Any, cell: str) -> str:
    """The cell in the schema's way of writing, if it has one meaning there; else as it is."""
    truth = TRUTHS.get(cell.casefold())
    if truth is not None and isinstance(_read(kind, truth), bool):
        return truth
    if FOREIGN_NUMBER.fullmatch(cell) and not _plain(cell):
        numbers = numerals(kind, cell)
        if len(numbers) == 1 and isinstance(_read(kind, numbers[0]), float):
            return numbers[0]
    return cell


def _read(kind: Any, cell: str) -> Any:
    with suppress(msgspec.ValidationError):
        return msgspec.convert(cell, kind, strict=False)
    return None


def _plain(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
