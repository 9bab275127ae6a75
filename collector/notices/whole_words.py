"""Lists and sentences that fit so many characters, and never end within a word. Pure."""

from collections.abc import Sequence

CUT = "…"


def whole_words(text: str, characters: int) -> str:
    """On one line, as many whole words as fit. "…" stands for the others."""
    words = text.split()
    whole = " ".join(words)
    if len(whole) <= characters:
        return whole
    while words and len(" ".join(words)) + len(CUT) + 1 > characters:
        words.pop()
    return " ".join([*words, CUT])


def whole_items(items: Sequence[str], characters: int) -> str:
    """As many whole items as fit, and the number of the others: "K-1, K-2 +3"."""
    lines = [" ".join(item.split()) for item in items]
    for kept in range(len(lines), 0, -1):
        more = f" +{len(lines) - kept}" if kept < len(lines) else ""
        if len(shown := ", ".join(lines[:kept]) + more) <= characters:
            return shown
    return whole_words(", ".join(lines), characters)
