"""The phrases of notices and pages: durations, reasons, causes, and names that are clipped. Pure."""

import unicodedata

from collector.incidents import Incident
from collector.notices.excess import excess_words
from collector.notices.texts import CAUSES, REASONS, UNITS, Language, spoken

NAME_CHARACTERS = 60
JOINER = "\u200d"


def duration(seconds: float, language: Language) -> str:
    """Two units at most: 45 s, 12 min 3 s, 5 h 20 min, 3 d 4 h."""
    whole = max(0, round(seconds))
    day, hour, minute, second = UNITS[language]
    steps = (86400, day, 3600, hour), (3600, hour, 60, minute), (60, minute, 1, second)
    for size, unit, rest, small in steps:
        if whole >= size:
            left = whole % size // rest
            return f"{whole // size} {unit}" + (f" {left} {small}" if left else "")
    return f"{whole} {second}"


def reason_words(reason: str, language: Language) -> str:
    """In words. A newer agent's reason, which is not in the table, stands for itself."""
    return spoken(REASONS.get(reason, (reason, reason)), language)


def evidence_words(incident: Incident, language: Language) -> str:
    """The reason in words: a value against its limit, the number of changes, an HTTP status code."""
    if incident.excess is not None:
        return excess_words(incident.excess, language)
    if incident.changes:
        return reason_words("changes", language).format(n=incident.changes)
    if incident.status_code is not None:
        return reason_words("status_code", language).format(code=incident.status_code)
    return reason_words(incident.reason, language)


def cause_words(cause: str, language: Language) -> str:
    """In words. A newer release's cause, which is not in the table, stands for itself."""
    return spoken(CAUSES.get(cause, (cause, cause)), language)


def clipped(name: str, characters: int) -> str:
    """No longer than that, and never cut within a character as people see it."""
    if len(name) <= characters:
        return name
    end = characters - 1
    while end and _joined(name[end - 1], name[end]):
        end -= 1
    return name[:end].rstrip() + "…"


def _joined(before: str, after: str) -> bool:
    """Do both belong to one character as people see it, such as an emoji of several?"""
    flags = "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
    return flags or before == JOINER or unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf", "Sk")


def on_one_line(name: str) -> str:
    return clipped(" ".join(name.split()), NAME_CHARACTERS)
