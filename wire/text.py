"""Texts from outside become fit for labels, notices and pages: one function for all, at the entrance."""

import re

MAX_NAME_CHARACTERS = 64
FILLER = "\N{REPLACEMENT CHARACTER}"

_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Python prints these, and nobody sees them (Unicode: Default_Ignorable_Code_Point; U+2800 is a blank)."""


def printable(text: str, at_most: int = MAX_NAME_CHARACTERS) -> str:
    """The beginning of the text, on one line, with a filler for each invisible character.

    Invisible are controls, line separators, direction marks, characters without width, and lone surrogates.
    """
    text = text[:at_most]
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub(FILLER, text)
    return text if text.isprintable() else "".join(c if c.isprintable() else FILLER for c in text)


def visible(text: str, at_most: int = MAX_NAME_CHARACTERS) -> str:
    """As `printable`, without blanks at its ends; "" where a person would see nothing of it."""
    line = printable(" ".join(text.split()), at_most)
    return line if line.strip(f" {FILLER}") else ""


def all_printable(texts: list[str], at_most: int = MAX_NAME_CHARACTERS) -> list[str]:
    """The same list object where no text changes, which is nearly always."""
    whole = "".join(texts)
    if whole.isascii() and whole.isprintable() and max(map(len, texts), default=0) <= at_most:
        return texts
    return [printable(text, at_most) for text in texts]
