"""The scenes of an afternoon in a small city. A new kind of notice gets its scene here.

`make operations` writes their notices into docs/operations.md.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from collector.incidents import Acknowledged, CauseSet, Noted
from collector.planned import MaintenanceWindow
from tests.collector.notices.afternoon.city import AfternoonCity
from tests.fakes.played_city import ROUND_SECONDS

DAY, HOUR, MINUTE = 86400, 3600, 60
ABROAD = ("internet3", "internet4")
WARKOPS = tuple(f"warkop-{number}" for number in range(1, 11))
EXPIRY = "agent_certificate_expiry_timestamp_seconds"


class Scene(NamedTuple):
    """`act` changes the city, which then goes on for `seconds`."""

    happens: str
    act: Callable[[AfternoonCity], None]
    seconds: int = 3 * MINUTE

    def play(self, city: AfternoonCity) -> None:
        """In a scene of hours little happens: agents report seldom, and are not silent yet."""
        self.act(city)
        city.run(self.seconds, ROUND_SECONDS if self.seconds < HOUR else 2 * ROUND_SECONDS)


def power_fails_at_a_hotspot(city: AfternoonCity) -> None:
    city.dark.add("gradasi")


def sari_takes_it(city: AfternoonCity) -> None:
    city.by_person("gradasi", lambda id: Acknowledged(id, "Sari", "Pak Budi menyalakan genset"))


def sari_sets_the_cause_and_power_is_back(city: AfternoonCity) -> None:
    city.by_person("gradasi", lambda id: CauseSet(id, "Sari", "power"))
    city.dark.clear()


def the_pop_behind_it_fails_too(city: AfternoonCity) -> None:
    city.dark.add("pop-selatan")


def budi_takes_it(city: AfternoonCity) -> None:
    city.by_person("pop-selatan", lambda id: Acknowledged(id, "Budi"))
    city.by_person("pop-selatan", lambda id: Noted(id, "Budi", "UPS POP habis, genset dalam perjalanan"))


def everything_is_back(city: AfternoonCity) -> None:
    city.cut.clear()
    city.cut_mains.clear()
    city.dark.clear()
    city.failing.clear()
    city.stopped.clear()


def an_application_fails_from_one_site(city: AfternoonCity) -> None:
    city.failing["dinkes", "antrean"] = "tls"


def an_application_fails_everywhere(city: AfternoonCity) -> None:
    city.failing["", "antrean"] = "status"


def a_router_does_not_answer(city: AfternoonCity) -> None:
    city.failing["noc", "posyandu"] = "timeout"


def the_main_link_is_cut(city: AfternoonCity) -> None:
    city.cut_mains.add("dinkes")


def the_internet_fails(city: AfternoonCity) -> None:
    city.failing |= {("", target.name): "timeout" for target in city.city.internet.targets}
    city.cut.add("internet")


def a_cable_abroad_is_cut(city: AfternoonCity) -> None:
    city.failing |= {("", target): "timeout" for target in ABROAD}


def one_provider_loses_its_way_out(city: AfternoonCity) -> None:
    targets = [target.name for target in city.city.internet.targets]
    city.failing |= {(site, target): "timeout" for site in ("sdn-12", "balai") for target in targets}


def a_device_fails(city: AfternoonCity) -> None:
    city.failing["dinkes", "gateway"] = "timeout"


def an_agent_is_silent(city: AfternoonCity) -> None:
    city.stopped.add("warkop")


def ten_agents_are_silent(city: AfternoonCity) -> None:
    city.stopped |= set(WARKOPS)


def a_certificate_has_twenty_days_left(city: AfternoonCity) -> None:
    city.ends["antrean"] = city.now + 20 * DAY


def nobody_renews_it_for_two_weeks(city: AfternoonCity) -> None:
    city.ends["antrean"] = city.now + 6 * DAY


def the_owner_renews_it(city: AfternoonCity) -> None:
    city.ends["antrean"] = city.now + 90 * DAY


def certificates_of_ten_agents_have_twenty_days_left(city: AfternoonCity) -> None:
    city.vitals |= {warkop: {EXPIRY: city.now + 20 * DAY} for warkop in WARKOPS}


def they_get_new_ones(city: AfternoonCity) -> None:
    city.vitals |= {warkop: {EXPIRY: city.now + 365 * DAY} for warkop in WARKOPS}


def no_ntp_keeps_an_agents_clock(city: AfternoonCity) -> None:
    city.vitals["warkop"] = {"agent_clock_synchronized": 0.0}


def ntp_keeps_it_again(city: AfternoonCity) -> None:
    city.vitals["warkop"] = {"agent_clock_synchronized": 1.0}


def the_broker_is_gone(city: AfternoonCity) -> None:
    city.lose_broker()


def the_broker_is_back(city: AfternoonCity) -> None:
    city.find_broker()


def no_agent_reports(city: AfternoonCity) -> None:
    city.stopped |= city.city.sites.keys()


def planned_work_begins(city: AfternoonCity) -> None:
    begins = datetime.fromtimestamp(city.now, city.zone).replace(tzinfo=None, second=0, microsecond=0)
    ends = begins + timedelta(hours=1)
    city.plan(MaintenanceWindow(title="Ganti baterai UPS", starts=begins, ends=ends, sites=["pop-selatan"]))
    city.cut.add("pop-selatan")


def the_mains_fail(city: AfternoonCity) -> None:
    for number, warkop in enumerate(WARKOPS[:3], start=1):
        city.batteries[warkop] = (city.now, city.now + number * 4 * MINUTE)


def the_first_battery_is_empty(city: AfternoonCity) -> None:
    city.dark.add(WARKOPS[0])


def the_second_battery_is_empty(city: AfternoonCity) -> None:
    city.dark.add(WARKOPS[1])


def the_mains_are_back(city: AfternoonCity) -> None:
    city.dark.clear()
    city.batteries.clear()


def a_radio_link_loses_packets(city: AfternoonCity) -> None:
    city.losing["warkop"] = 0.12


def it_loses_none_any_more(city: AfternoonCity) -> None:
    city.losing.clear()


def a_radio_link_breaks_again_and_again(city: AfternoonCity) -> None:
    for _ in range(4):
        city.cut.add("warkop")
        city.run(30)
        city.cut.clear()
        city.run(30)


SCENES = (
    Scene("The power fails at a hotspot", power_fails_at_a_hotspot),
    Scene("Sari takes the incident in hand, with a note. No message follows", sari_takes_it),
    Scene("Sari sets the cause, and the power is back", sari_sets_the_cause_and_power_is_back, 2 * MINUTE),
    Scene("The power fails there again", power_fails_at_a_hotspot),
    Scene(
        "The POP above it fails too. Its incident takes in that of the hotspot",
        the_pop_behind_it_fails_too,
        10 * MINUTE,
    ),
    Scene("Nobody takes it in hand for four hours", lambda city: None, 4 * HOUR),
    Scene("Budi takes it in hand, with a note. No message follows", budi_takes_it, 2 * MINUTE),
    Scene("The POP and the sites behind it are back", everything_is_back, 3 * MINUTE),
    Scene("One office does not reach an application any more", an_application_fails_from_one_site),
    Scene("The application fails for all: that is graver", an_application_fails_everywhere, 5 * MINUTE),
    Scene("All reach it again", everything_is_back, 2 * MINUTE),
    Scene("The application fails for all", an_application_fails_everywhere),
    Scene("It works again", everything_is_back, 2 * MINUTE),
    Scene("A router answers no pings, though its site reports", a_router_does_not_answer),
    Scene("The router answers again", everything_is_back, 2 * MINUTE),
    Scene("An agent sees its own gateway no more, though it reports", a_device_fails),
    Scene("The gateway answers again", everything_is_back, 2 * MINUTE),
    Scene("The city loses the internet", the_internet_fails),
    Scene("The internet is back", everything_is_back, 3 * MINUTE),
    Scene("A cable abroad is cut: nobody's site is down", a_cable_abroad_is_cut),
    Scene("The cable is mended", everything_is_back, 3 * MINUTE),
    Scene("One provider loses its way out, the other does not", one_provider_loses_its_way_out),
    Scene("It has its way again", everything_is_back, 3 * MINUTE),
    Scene("An agent stops, while its site works", an_agent_is_silent),
    Scene("The agent reports again", everything_is_back, 2 * MINUTE),
    Scene("Ten agents stop together, after an update perhaps", ten_agents_are_silent),
    Scene("They report again", everything_is_back, 2 * MINUTE),
    Scene("The collector loses the broker", the_broker_is_gone),
    Scene("The broker is back", the_broker_is_back, 3 * MINUTE),
    Scene("No agent reports, though the broker is connected", no_agent_reports),
    Scene("The agents report again", everything_is_back, 3 * MINUTE),
    Scene("Planned work begins at the POP. No message is sent for it", planned_work_begins, 10 * MINUTE),
    Scene("The hour of the work ends, but the POP is not back", lambda city: None, HOUR),
    Scene("The POP is back", everything_is_back, 3 * MINUTE),
    Scene("The mains fail at a feeder, and three sites run on their UPS", the_mains_fail, 4 * MINUTE),
    Scene("The first battery is empty", the_first_battery_is_empty, 4 * MINUTE),
    Scene("The second is empty. No message follows", the_second_battery_is_empty, 3 * MINUTE),
    Scene("The mains are back", the_mains_are_back, 3 * MINUTE),
    Scene("A radio link loses packets for longer than five minutes", a_radio_link_loses_packets, 10 * MINUTE),
    Scene("The radio link is well again", it_loses_none_any_more, 10 * MINUTE),
    Scene("The radio link breaks four times within four minutes", a_radio_link_breaks_again_and_again),
    Scene("It holds for a quarter of an hour", lambda city: None, 16 * MINUTE),
    Scene("A certificate has 20 days left", a_certificate_has_twenty_days_left, 13 * MINUTE),
    Scene("Two weeks later it has 6 days left", nobody_renews_it_for_two_weeks, 14 * MINUTE),
    Scene("The owner has renewed it", the_owner_renews_it, 4 * MINUTE),
    Scene(
        "The certificates of ten agents have 20 days left",
        certificates_of_ten_agents_have_twenty_days_left,
        13 * MINUTE,
    ),
    Scene("They get new certificates", they_get_new_ones, 4 * MINUTE),
    Scene("No NTP keeps the clock of an agent", no_ntp_keeps_an_agents_clock, 33 * MINUTE),
    Scene("NTP keeps it again", ntp_keeps_it_again, 13 * MINUTE),
    Scene("The main link of an office is cut, its metered backup carries it", the_main_link_is_cut),
    Scene("The main link works again", everything_is_back, 2 * MINUTE),
)
