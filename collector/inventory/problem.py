"""The problems of an inventory, in words that help a person to mend it."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from runtime.errors import UserError

LONGEST = 1000
"""The middle of a longer line is left out: it is the value, and the place and the remedy stay."""


class Problem(NamedTuple):
    """One line for a person. `key` is the path within the file; `what` has the value and the remedy."""

    file: str
    key: str
    what: str

    def __str__(self) -> str:
        line = " ".join(": ".join(filter(None, self)).splitlines())
        return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"


class BadInventory(UserError):
    """All that is wrong, one line each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for an unknown word: the known word that is most like it."""
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise


def listed(words: Iterable[object]) -> str:
    """'a, b or c'."""
    *first, last = map(str, words)
    return f"{', '.join(first)} or {last}" if first else last
