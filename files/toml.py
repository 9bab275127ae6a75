"""TOML, and where a person has written something else: the line, what is wrong with it, remedy. Pure."""

import re
import tomllib
from typing import Any

SHOWN_CHARACTERS = 60

REMEDIES = (
    ("Invalid value", 'write text in "double quotes", and numbers with a decimal point'),
    ("Illegal character", "close the quotes on the line where they are opened"),
    ("Expected newline", 'write one key = value a line, and text in "double quotes"'),
    ("Unescaped", "write \\\\ for each \\, or the text in 'single quotes'"),
    ("Invalid initial character", "keep a { table } on one line, or give it a [heading] of its own"),
    ("Invalid statement", "a key is of a-z, 0-9, _ and -; put any other in quotes"),
    ("Unclosed array", "close it with ]"),
    ("Expected ']'", "close the heading with ]"),
    ("Expected '='", "write key = value"),
    ("Unclosed inline table", "close it with } on the same line"),
)


class NotToml(ValueError):
    """One line for a person."""


def parsed(written: str) -> dict[str, Any]:
    """Raises NotToml."""
    try:
        return tomllib.loads(written)
    except RecursionError:
        raise NotToml("not TOML: brackets within brackets without end; take some out") from None
    except ValueError as error:
        raise NotToml(_sentence(str(error), written.splitlines())) from None


def _sentence(error: str, lines: list[str]) -> str:
    what, _, at = error.rpartition(" (at ")
    found = re.match(r"line (\d+)", at)
    number = int(found[1]) if found else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    shown = line if len(line) <= SHOWN_CHARACTERS else f"{line[:SHOWN_CHARACTERS]}…"
    return f"line {number}: {shown or 'the end'}: {_told(what, line)}"


def _told(what: str, line: str) -> str:
    if twice := _second(what, line):
        return f"{twice} stands there a second time; rename one of them, or take it out"
    remedy = next((remedy for begin, remedy in REMEDIES if what.startswith(begin)), "see toml.io")
    return f"not TOML: {what}; {remedy}"


def _second(what: str, line: str) -> str:
    """The id that is there before."""
    if declared := re.fullmatch(r"Cannot declare \((.*)\) twice", what):
        names = re.findall("'([^']*)'", declared[1])
        return f"[{'.'.join(names)}]"
    if key := re.fullmatch(r"Duplicate inline table key '(.*)'", what):
        return repr(key[1])
    if what == "Cannot overwrite a value":
        return line if line.startswith("[") else repr(line.partition("=")[0].strip())
    return ""
