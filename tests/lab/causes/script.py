"""A scripted cut, and those of one site: its line, its mains, its router."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from collector.causes import CauseName
from tests.lab.causes.devices import RAIN_SECONDS
from tests.lab.causes.town import Town

BATTERY_SECONDS = 35.0
"""The state of a UPS is reported by then."""

RADIO_SECONDS = 12.0
"""The signal of a radio is reported by then."""

Act = Callable[[Town], object]
Expected = frozenset[tuple[str, str]]
"""Kind and root of each incident."""


class Script(NamedTuple):
    """It must open the incidents `expected`. It lasts `lasts` seconds, and until all are told."""

    name: str
    truth: CauseName
    expected: Expected
    begin: Act
    end: Act
    lasts: float = 45.0

    @property
    def downs_sites(self) -> bool:
        return any(kind == "site_down" for kind, _ in self.expected)


def down(sites: Iterable[str]) -> Expected:
    return frozenset(("site_down", site) for site in sites)


def cut(*sites: str, name: str = "", truth: CauseName = "link") -> Script:
    """The packets of their lines vanish."""

    def begin(town: Town) -> None:
        for site in sites:
            town.places[site].drop()

    def end(town: Town) -> None:
        for site in sites:
            town.places[site].carry()

    return Script(name or f"line of {sites[0]}, packets vanish", truth, down(sites), begin, end)


def pulled(site: str) -> Script:
    return Script(
        f"line of {site}, cable pulled",
        "link",
        down([site]),
        lambda town: town.places[site].pull(),
        lambda town: town.places[site].plug(),
    )


def rain(site: str) -> Script:
    """The signal of its radio falls for a minute, until the link is lost."""

    def begin(town: Town) -> None:
        town.places[site].rain()
        time.sleep(RAIN_SECONDS + RADIO_SECONDS)
        town.places[site].lose_radio()

    return Script(
        f"rain on the radio of {site}",
        "link",
        down([site]),
        begin,
        lambda town: town.places[site].clear_up(),
        RAIN_SECONDS + RADIO_SECONDS + 45.0,
    )


def mains(runtimes: Mapping[str, float], name: str = "", lost: Iterable[str] = ()) -> Script:
    """The mains of sites fail. By site, so many seconds lasts its UPS, if it has one. `lost` go down, or all.

    Several sites are the area of a feeder.
    """
    site, *others = runtimes
    return Script(
        name or f"mains of {site}",
        "power_area" if others else "power_site",
        down(lost or runtimes),
        lambda town: town.lose_mains(runtimes.items()),
        lambda town: town.regain_mains(runtimes),
    )


def in_power_cut(site: str, runtimes: Mapping[str, float]) -> Script:
    """The mains of its feeder fail, and its UPS takes over. Then its line breaks."""

    def begin(town: Town) -> None:
        town.lose_mains(runtimes.items())
        time.sleep(BATTERY_SECONDS)
        town.places[site].drop()

    def end(town: Town) -> None:
        town.places[site].carry()
        town.regain_mains(runtimes)

    return Script(f"line of {site} during a power cut", "link", down([site]), begin, end, 90.0)


def hang(site: str, switched_off: bool) -> Script:
    """The router hangs, until it wakes by itself or somebody switches it off and on."""
    how = "is switched off and on" if switched_off else "wakes by itself"
    return Script(
        f"router of {site} hangs, then {how}",
        "router",
        down([site]),
        lambda town: town.places[site].hang(),
        lambda town: town.places[site].wake(anew=switched_off),
    )
