"""Numbers as spreadsheets write them, whose points and commas depend on the language. Pure."""

import re
from collections.abc import Iterator

GROUPED = re.compile(r"([+-]?[1-9]\d{0,2}(?:([.,' ])\d{3})(?:\2\d{3})*)(?:([.,])(\d+))?")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


def unclear(cell: str, separator: str) -> bool:
    """True for a number such as 1.000: a thousand where the comma is the decimal sign, one elsewhere."""
    found = GROUPED.fullmatch(cell)
    return separator != "," and found is not None and found[2] == "." and found[3] is None


def meant(cell: str) -> Iterator[str]:
    """The possible meanings of a number, as a program reads them: "1250" and "1.25" for "1.250"."""
    if (found := GROUPED.fullmatch(cell)) and found[3] != found[2]:
        whole = re.sub(r"[.,' ]", "", found[1])
        yield f"{whole}.{found[4]}" if found[4] else whole
        if found[2] in (".", ",") and not found[4] and cell.count(found[2]) == 1:
            yield _plain(cell)
    elif DECIMAL_COMMA.fullmatch(cell):
        yield _plain(cell)


def _plain(cell: str) -> str:
    """The number with a decimal point and without zeros at its end."""
    return cell.replace(",", ".").rstrip("0").rstrip(".")
