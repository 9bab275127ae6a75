"""The network of the simulated city at any time: power, ways and round trips under its faults. Pure."""

import math
from bisect import bisect_right
from datetime import date, datetime, timedelta
from random import Random

from collector.inventory import City
from collector.inventory.city import Medium
from demo.day import Days
from demo.fault import Fault
from demo.situation import INTERNET, Battery, Situation, links_at

RTT_SECONDS: dict[Medium, float] = {
    "fiber": 0.0006,
    "copper": 0.008,
    "radio": 0.0035,
    "lte": 0.038,
    "vsat": 0.59,
}
"""The round trip of a link without load."""
LOSS_RATIO: dict[Medium, float] = {
    "fiber": 0.0,
    "copper": 0.0005,
    "radio": 0.002,
    "lte": 0.004,
    "vsat": 0.006,
}
SPREAD: dict[Medium, float] = {"fiber": 0.12, "copper": 0.15, "radio": 0.35, "lte": 0.4, "vsat": 0.06}
"""Of the logarithm of the round trip."""
INTERNET_RTT_SECONDS = {"1.1.1.1": 0.014, "9.9.9.9": 0.019}
GATEWAY_RTT_SECONDS = 0.0005
BATTERY_SECONDS = (20 * 60.0, 100 * 60.0)
"""A UPS lasts so long, each its own time."""
BUSY_HOUR = 20.5
"""In the evening the providers' links are full."""
DAYS_KEPT = 3


class Underlay:
    """Answers for any time of the script, in any order; `at` is Unix seconds of the script's time."""

    def __init__(self, city: City, days: Days) -> None:
        self.city = city
        self._days = days
        self._links_at = links_at(city)
        self._by_router = {site.router: id for id, site in city.sites.items() if site.router}
        self._control_room = next(id for id, site in city.sites.items() if site.role == "noc")
        self._lines = {id: self._line(id) for id in city.links}
        self._changes: dict[date, tuple[list[float], list[Situation | None], list[Fault]]] = {}
        self._latest = 0.0, self._found(0.0)

    def powered(self, site: str, at: float) -> bool:
        """Whether the machines of the site run, on mains or on a battery."""
        return site not in self.situation(at).dark

    def reaches(self, site: str, other: str, at: float) -> bool:
        """Whether bytes come through from the one site to the other and back, by the internet if need be."""
        return self.situation(at).connected(site, other, through_internet=True)

    def echo(self, site: str, address: str, at: float, chance: Random) -> float | None:
        """The round-trip time of an echo from the site to an address or to "@gateway", in seconds."""
        now = self.situation(at)
        if address == "@gateway":
            return GATEWAY_RTT_SECONDS * chance.lognormvariate(0, 0.25) if now.passes(site) else None
        way = self.way_to(site, address, at)
        if way is None or chance.random() < self._loss(now, way, at):
            return None
        beyond = INTERNET_RTT_SECONDS.get(address, 0.0) * chance.lognormvariate(0, 0.08)
        return beyond + self.rtt_seconds(now, way, at, chance)

    def way_to(self, site: str, address: str, at: float) -> tuple[str, ...] | None:
        """The links to a router of the city, by the city's own network, or to another address."""
        target = self._by_router.get(address)
        return self.situation(at).way(site, target or INTERNET, through_internet=target is None)

    def answers(self, site: str, address: str, at: float) -> bool:
        """Whether an echo may come back, apart from chance."""
        now = self.situation(at)
        if address == "@gateway":
            return now.passes(site)
        target = self._by_router.get(address)
        return now.connected(site, target or INTERNET, through_internet=target is None)

    def serves(self, site: str, at: float) -> bool:
        """Whether the site reaches the applications."""
        return self.reaches(site, self._control_room, at)

    def usual_seconds(self, site: str, address: str, at: float) -> float | None:
        """The round-trip time apart from chance; None where no echo comes back."""
        if not self.answers(site, address, at):
            return None
        way = () if address == "@gateway" else self.way_to(site, address, at)
        return self._usual(self.situation(at), way or (), at) + INTERNET_RTT_SECONDS.get(address, 0.0)

    def quality(self, site: str, address: str, at: float) -> tuple[float, float] | None:
        """Loss ratio and usual round-trip time of a way with a burden; None without way or burden."""
        now = self.situation(at)
        if address == "@gateway" or not now.loss_ratio:
            return None
        way = self.way_to(site, address, at)
        if way is None or not any(id in now.loss_ratio for id in way):
            return None
        seconds = self._usual(now, way, at) + INTERNET_RTT_SECONDS.get(address, 0.0)
        return self._loss(now, way, at), seconds

    def changes_after(self, at: float) -> float:
        """The next time at which the situation changes, at the latest the end of the day."""
        self.situation(at)
        changes, _, _ = self._changes[self._days.day(at)]
        number = bisect_right(changes, at)
        tomorrow = self.midnight_after(at)
        return min(changes[number], tomorrow) if number < len(changes) else tomorrow

    def midnight_after(self, at: float) -> float:
        return self._days.midnight(self._days.day(at) + timedelta(days=1))

    def acting(self, at: float) -> list[Fault]:
        """The faults that act at that time."""
        return [fault for fault in self._days.about(at) if fault.begins_at <= at < fault.ends_at]

    def way_to_service(self, site: str, at: float) -> tuple[str, ...] | None:
        """The applications stand in the control room."""
        return self.situation(at).way(site, self._control_room, through_internet=True)

    def way_out(self, site: str, at: float) -> tuple[str, ...] | None:
        return self.situation(at).way(site, INTERNET, through_internet=True)

    def rtt_seconds(self, now: Situation, way: tuple[str, ...], at: float, chance: Random) -> float:
        load, total = self._load(at), GATEWAY_RTT_SECONDS
        for id in way:
            total += self._passage(now, id, load) * chance.lognormvariate(0, self._lines[id][2])
        return total

    def _usual(self, now: Situation, way: tuple[str, ...], at: float) -> float:
        load = self._load(at)
        return GATEWAY_RTT_SECONDS + sum(self._passage(now, id, load) for id in way)

    def _passage(self, now: Situation, link: str, load: float) -> float:
        """The round trip of one link. A provider's is full in the evening."""
        rtt, _, _, public = self._lines[link]
        return rtt + (2.5 * load * rtt if public else 0.0) + now.delay_seconds.get(link, 0.0)

    def real_seconds(self, script_seconds: float) -> float:
        """A device counts in real time, also while the script runs faster."""
        return script_seconds / self._days.pace.speed

    @property
    def began_at(self) -> float:
        """The start of the demo."""
        return self._days.pace.began_at

    def situation(self, at: float) -> Situation:
        if at != self._latest[0]:
            self._latest = at, self._found(at)
        return self._latest[1]

    def _found(self, at: float) -> Situation:
        day = self._days.day(at)
        if day not in self._changes:
            for old in list(self._changes)[: -DAYS_KEPT + 1]:
                del self._changes[old]
            self._changes[day] = self._day(at)
        changes, made, faults = self._changes[day]
        number = bisect_right(changes, at)
        found = made[number]
        if found is None:
            found = made[number] = self._situation(faults, at)
        return found

    def _day(self, at: float) -> tuple[list[float], list[Situation | None], list[Fault]]:
        """The times of a day at which the situation changes, and room for the situations between them."""
        faults = self._days.about(at)
        times = {time for fault in faults for time in (fault.begins_at, fault.ends_at)}
        for fault in faults:
            if fault.kind == "power_cut":
                times |= {fault.begins_at + self.battery_seconds(site) for site in self._fed(fault)}
        changes = sorted(times)
        return changes, [None] * (len(changes) + 1), faults

    def _situation(self, faults: list[Fault], at: float) -> Situation:
        acting = [fault for fault in faults if fault.begins_at <= at < fault.ends_at]
        dark, batteries = set[str](), dict[str, Battery]()
        for fault in acting:
            if fault.kind == "power_cut":
                for site in self._fed(fault):
                    empty_at = fault.begins_at + self.battery_seconds(site)
                    if at < empty_at:
                        batteries[site] = Battery(fault.begins_at, empty_at)
                    else:
                        dark.add(site)
        lasting = {site: battery for site, battery in batteries.items() if site not in dark}
        return Situation(self.city, self._links_at, acting, dark, lasting)

    def battery_seconds(self, site: str) -> float:
        """The time that its UPS lasts, in the script's time; 0 without one."""
        has_one = "ups" in self.city.sites[site].devices
        return Random(f"battery/{site}").uniform(*BATTERY_SECONDS) if has_one else 0.0

    def _fed(self, fault: Fault) -> list[str]:
        return [id for id, site in self.city.sites.items() if site.feeder == fault.where]

    def _line(self, id: str) -> tuple[float, float, float, bool]:
        """Round trip, loss, spread, and whether it is a provider's, of a link without load."""
        link = self.city.links[id]
        own = Random(f"line/{id}").lognormvariate(0, 0.25)
        medium = link.medium
        return RTT_SECONDS[medium] * own, LOSS_RATIO[medium], SPREAD[medium], bool(link.provider)

    def _loss(self, now: Situation, way: tuple[str, ...], at: float) -> float:
        load, kept = self._load(at), 1.0
        for id in way:
            _, loss, _, public = self._lines[id]
            kept *= 1 - min(1.0, loss + now.loss_ratio.get(id, 0.0) + (0.004 * load if public else 0.0))
        return 1 - kept

    def _load(self, at: float) -> float:
        """From 0 to 1, by the time of day."""
        local = datetime.fromtimestamp(at, self._days.zone)
        apart = (local.hour + local.minute / 60 - BUSY_HOUR + 12) % 24 - 12
        return math.exp(-apart * apart / 4.5)
