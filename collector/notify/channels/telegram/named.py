"""The sites that a command names, and for planned work its time and title. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from collector.inventory import City

LONGEST_MINUTES = 14 * 24 * 60
UNITS = {
    **dict.fromkeys(("m", "min", "menit", "minute", "minutes"), 1),
    **dict.fromkeys(("h", "j", "jam", "hour", "hours"), 60),
    **dict.fromkeys(("d", "hari", "day", "days"), 1440),
}
_TIME = re.compile(rf"\s(\d{{1,5}})\s?({'|'.join(UNITS)})(?!\S)", re.IGNORECASE)


class NamedWork(NamedTuple):
    """`place` is the text that names the site."""

    place: str
    minutes: int
    title: str


def work_named(text: str, city: City) -> NamedWork | None:
    """A name and a title may hold a time, too ("Menara 30 m", "Ganti kabel 30 m"): the text before the time
    names a site, if it can. None without a time that planned work may last.
    """
    found = [one for one in _splits(text) if 0 < one.minutes <= LONGEST_MINUTES]
    exact = [one for one in found if sites_called(one.place, city)]
    single = [one for one in found if len(sites_named(one.place, city)) == 1]
    return next(iter(exact or single or found), None)


def sites_named(name: str, city: City) -> list[str]:
    """The site of that id or name; else all whose id or name contains it."""
    wanted = _plain(name)
    if not wanted:
        return []
    return sites_called(name, city) or [
        id for id, site in city.sites.items() if wanted in _plain(site.name) or wanted in id.casefold()
    ]


def sites_called(name: str, city: City) -> list[str]:
    """Those of exactly that id or name."""
    wanted = _plain(name)
    return [id for id, site in city.sites.items() if wanted in (id.casefold(), _plain(site.name))]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _splits(text: str) -> Iterator[NamedWork]:
    for time in _TIME.finditer(text):
        minutes = int(time[1]) * UNITS[time[2].lower()]
        yield NamedWork(text[: time.start()].strip(), minutes, text[time.end() :].strip())
