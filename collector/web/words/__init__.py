"""The texts of the pages in English and Indonesian: a table for each page, and their speaker. Pure."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.notices.phrases import duration, reason_words
from collector.notices.texts import Language, spoken
from collector.web.words import (
    access,
    agents,
    city,
    devices,
    incident,
    latency,
    lists,
    page,
    past,
    site,
    ticket,
    timeline,
    wall,
    weakest,
    work,
)

PAGES = (
    access,
    agents,
    city,
    devices,
    incident,
    latency,
    lists,
    page,
    past,
    site,
    ticket,
    timeline,
    wall,
    weakest,
    work,
)
WORDS: dict[str, tuple[str, str]] = {key: said for each in PAGES for key, said in each.WORDS.items()}
CONDITIONS = site.CONDITIONS
LAST_DAY = 253_402_128_000.0
"""30 December 9999, Unix seconds."""


class Speaker(NamedTuple):
    """Gives texts in one language, with times in the city's zone. `now` is Unix seconds."""

    language: Language
    zone: ZoneInfo
    now: float

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`. An English text may have two forms around a "|": for one `n`, and for more."""
        one, _, many = spoken(WORDS[key], self.language).partition("|")
        return (one if not many or values.get("n") == 1 else many).format(**values)

    def reason(self, reason: str) -> str:
        """The text of a reason; an unknown reason, of a newer agent, as it is."""
        return reason_words(reason, self.language)

    def condition(self, code: str) -> str:
        """The text of a condition; an unknown one, of a newer agent, as it is."""
        return spoken(CONDITIONS.get(code, (code, code)), self.language)

    def clock(self, at: float, seconds: bool = False) -> str:
        """The time of day, with the date when it is not today, and the year when it is another one."""
        then, today = self._moment(at), self._moment(self.now)
        day = "" if then.date() == today.date() else f"{then:%d-%m} "
        day = f"{then:%d-%m-%Y} " if then.year != today.year else day
        return f"{day}{then:%H:%M:%S %Z}" if seconds else f"{day}{then:%H:%M}"

    def day(self, at: float) -> str:
        return f"{self._moment(at):%d-%m-%Y}"

    def _moment(self, at: float) -> datetime:
        """A certificate without an end has the last second of 9999, which is no date further east."""
        return datetime.fromtimestamp(min(max(at, 0.0), LAST_DAY), self.zone)

    def duration(self, seconds: float) -> str:
        return duration(seconds, self.language)

    def names(self, names: list[str], at_most: int) -> str:
        """At most `at_most` names, and how many more there are."""
        shown = ", ".join(names[:at_most])
        return self("more", names=shown, n=len(names) - at_most) if len(names) > at_most else shown
