"""TOML. An error in it names the line, the fault and the remedy. Pure."""

import re
import tomllib
from typing import Any

from runtime.files.text import BLANKS, NOTHING

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
    ("Expected ']]'", "close the heading with ]]"),
    ('Expected "\'"', "close the text with the quote that opens it"),
    ("Unterminated string", "close the text with the quotes that open it"),
    ("Exceeds the limit", "no number has so many digits"),
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
    what, _, at = error.rpartition(" (at ") if " (at " in error else (error, "", "")
    found = re.match(r"line (\d+)", at)
    number = int(found[1]) if found else len(lines)
    line = lines[number - 1].strip(" \t\r") if 0 < number <= len(lines) else ""
    shown = line if len(line) <= SHOWN_CHARACTERS else f"{line[:SHOWN_CHARACTERS]}…"
    return f"line {number}: {shown or 'the end'}: {_explained(what, line)}"


def _explained(what: str, line: str) -> str:
    if invisible := _invisible(what, line):
        return f"not TOML: it has {invisible}, which nobody can see; type the line anew"
    if twice := _second(what, line):
        return f"{twice} stands there a second time; rename one of them, or take it out"
    remedy = next((remedy for begin, remedy in REMEDIES if what.startswith(begin)), "see toml.io")
    return f"not TOML: {what}; {remedy}"


def _invisible(what: str, line: str) -> str:
    """The first invisible character, where the line is right without; web pages and chats put them in."""
    plain = line.translate(NOTHING).translate(BLANKS)
    if plain == line:
        return ""
    try:
        tomllib.loads(plain)
    except ValueError as error:
        if str(error).startswith(what):
            return ""
    return next(f"U+{ord(one):04X}" for one in line if ord(one) in NOTHING or ord(one) in BLANKS)


def _second(what: str, line: str) -> str:
    """The heading or key that stands in the file twice, or ""."""
    if declared := re.fullmatch(r"Cannot declare \((.*)\) twice", what):
        names = re.findall("'([^']*)'", declared[1])
        return f"[{'.'.join(names)}]"
    if key := re.fullmatch(r"Duplicate inline table key '(.*)'", what):
        return repr(key[1])
    if what == "Cannot overwrite a value":
        return line if line.startswith("[") else repr(line.partition("=")[0].strip())
    return ""
