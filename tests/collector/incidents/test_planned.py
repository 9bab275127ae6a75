"""Nobody gets a notice of planned work, and everybody gets one of an outage that outlasts it.

Times are minutes since the city began.
"""

import pytest

from collector.incidents import Acknowledged, WatchedApplication
from collector.incidents.announce import REMIND_SECONDS
from collector.inventory import INTERNET
from collector.planned import PlannedWork
from tests.fakes.maintenance import plan, work
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

MINUTE = 60.0


class Night:
    """A city with planned work."""

    def __init__(self, *windows: PlannedWork, city: SimulatedCity | None = None) -> None:
        self.city = city or SimulatedCity(town(TWO_POPS))
        self.city.follow(plan(*windows))

    def at(self, minutes: float) -> SimulatedCity:
        """Let time pass until then."""
        self.city.run(START + minutes * MINUTE - self.city.now)
        return self.city

    def notices(self) -> list[tuple[str, str]]:
        return [(notice.kind, notice.incident.root) for notice in self.city.told]

    def planned(self) -> list[tuple[str, str, str]]:
        """The root, the state and the planned work of each incident."""
        return [(one.root, one.status, one.planned) for one in self.city.incidents.values()]


def between(since: float, until: float, *sites: str, title: str = "Work") -> PlannedWork:
    return work(since * MINUTE, until * MINUTE, *sites, title=title)


def test_an_outage_within_its_window_is_recorded_and_nobody_gets_a_notice() -> None:
    night = Night(between(10, 60, "pop-east", title="New battery"))
    night.at(20).break_site("pop-east")
    night.at(21)
    assert night.planned() == [("pop-east", "open", "New battery")]
    (incident,) = night.city.open()
    assert len(incident.affected_now) == 4
    night.at(50).mend_site("pop-east")
    night.at(120)
    assert night.planned() == [("pop-east", "closed", "New battery")]
    assert night.notices() == []


def test_an_outage_that_begins_after_the_work_does_not_outlast_it() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(60.2).break_site("pop-east")
    night.at(70)
    (firing,) = night.city.told
    assert (firing.incident.planned, firing.incident.outlasted) == ("", "")


def test_an_outage_that_outlasts_its_window_is_announced_with_its_begin() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(20).break_site("pop-east")
    night.at(60)
    assert night.notices() == []
    night.at(70)
    (firing,) = night.city.told
    assert (firing.kind, firing.incident.planned, firing.incident.outlasted) == ("firing", "", "Work")
    assert START + 60 * MINUTE < firing.at <= START + 61 * MINUTE
    assert firing.incident.began_at == pytest.approx(START + 20 * MINUTE, abs=2)
    night.city.mend_site("pop-east")
    night.at(80)
    assert night.notices() == [("firing", "pop-east"), ("recovered", "pop-east")]


def test_a_site_that_comes_back_just_after_its_window_needs_no_notice() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(20).break_site("pop-east")
    night.at(60.1).mend_site("pop-east")
    night.at(120)
    assert night.planned() == [("pop-east", "closed", "Work")]
    assert night.notices() == []


def test_an_outage_that_was_announced_before_its_window_gets_its_recovery() -> None:
    night = Night(between(30, 120, "pop-east"))
    night.at(20).break_site("pop-east")
    night.at(31)
    assert night.planned() == [("pop-east", "open", "Work")]
    night.at(50).mend_site("pop-east")
    night.at(60)
    assert night.notices() == [("firing", "pop-east"), ("recovered", "pop-east")]
    assert night.planned() == [("pop-east", "closed", "")], "people know of it"


def test_an_outage_that_was_not_due_before_its_window_waits_for_its_end() -> None:
    night = Night(between(20.5, 60, "east-1"))
    night.at(20).break_site("east-1")
    night.at(60)
    assert night.notices() == []
    night.at(61)
    assert night.notices() == [("firing", "east-1")]


def test_reminders_wait_for_the_end_of_the_window() -> None:
    hours = REMIND_SECONDS / MINUTE
    night = Night(between(hours, 2.5 * hours, "pop-east"))
    night.at(10).break_site("pop-east")
    night.at(2.5 * hours)
    assert night.notices() == [("firing", "pop-east")]
    night.at(2.5 * hours + 1)
    assert night.notices() == [("firing", "pop-east"), ("reminder", "pop-east")]


def test_an_inner_window_that_ends_does_not_end_the_outer_one() -> None:
    night = Night(between(10, 100, "pop-east", title="Outer"), between(30, 50, "pop-east", title="Inner"))
    night.at(20).break_site("pop-east")
    night.at(100)
    assert night.notices() == []
    assert night.planned() == [("pop-east", "open", "Outer")]
    night.at(101)
    assert night.notices() == [("firing", "pop-east")]


def test_windows_that_overlap_or_follow_each_other_are_one() -> None:
    night = Night(
        between(10, 40, "pop-east", title="First"),
        between(35, 60, "pop-east", title="Second"),
        between(60, 90, "pop-east", title="Third"),
    )
    night.at(20).break_site("pop-east")
    for minute, title in ((30, "First"), (50, "Second"), (80, "Third")):
        night.at(minute)
        assert night.planned() == [("pop-east", "open", title)]
    night.at(90)
    assert night.notices() == []
    night.at(91)
    assert night.notices() == [("firing", "pop-east")]


def test_a_window_that_a_person_ends_early_is_over_at_once() -> None:
    window = between(10, 100, "pop-east")
    night = Night(window)
    night.at(20).break_site("pop-east")
    night.at(40).follow(plan(window._replace(ended_at=START + 40 * MINUTE)))
    night.at(41)
    assert night.notices() == [("firing", "pop-east")]


def test_a_window_that_is_made_longer_holds_the_notice_longer() -> None:
    night = Night(between(10, 40, "pop-east"))
    night.at(20).break_site("pop-east")
    night.at(39).follow(plan(between(10, 60, "pop-east")))
    night.at(60)
    assert night.notices() == []
    night.at(61)
    assert night.notices() == [("firing", "pop-east")]


def test_a_window_that_is_taken_back_or_moved_no_longer_counts() -> None:
    night = Night(between(10, 40, "pop-east"), between(10, 40, "east-1"))
    night.at(20).break_site("pop-east")
    night.at(30).follow(plan(between(10, 40, "pop-west"), between(10, 40, "east-1")))
    night.at(31)
    assert night.notices() == [("firing", "pop-east")]


def test_work_at_a_site_that_is_down_already_is_planned_at_once() -> None:
    night = Night()
    night.at(20).break_site("pop-east")
    night.at(21).follow(plan(between(21, 22 + REMIND_SECONDS / MINUTE, "pop-east")))
    night.at(22 + REMIND_SECONDS / MINUTE).mend_site("pop-east")
    night.at(23 + REMIND_SECONDS / MINUTE)
    assert night.notices() == [("firing", "pop-east"), ("recovered", "pop-east")]


def test_a_restart_in_the_middle_of_a_window_changes_nothing() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(20).break_site("pop-east")
    for minute in (30, 59.9):
        night.at(minute).kill_collector()
        night.at(minute + 0.2).start_collector()
    night.at(60)
    assert night.notices() == []
    night.at(62)
    assert night.notices() == [("firing", "pop-east")]


def test_a_window_that_ended_while_the_collector_was_away_is_over() -> None:
    night = Night(between(10, 60, "pop-east"), between(10, 60, "pop-west"))
    night.at(20).break_site("pop-east")
    night.at(20).break_site("pop-west")
    night.at(30).kill_collector()
    night.at(50).mend_site("pop-west")
    night.at(70).start_collector()
    night.at(75)
    assert night.notices() == [("firing", "pop-east")]


def test_a_child_that_stays_away_when_its_pop_is_back_is_announced() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(20).break_site("pop-east")
    night.at(25).break_site("east-1")
    night.at(40)
    assert night.notices() == []
    night.at(40).mend_site("pop-east")
    night.at(45)
    assert night.notices() == [("firing", "east-1")]
    assert night.planned() == [("pop-east", "closed", "Work"), ("east-1", "open", "")]


def test_a_child_that_was_announced_before_is_named_when_its_pop_is_back() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(5).break_site("east-1")
    night.at(20).break_site("pop-east")
    night.at(50)
    assert night.notices() == [("firing", "east-1")]
    child = night.city.told[0].incident
    night.at(50).mend_site("pop-east")
    night.at(55)
    assert night.notices() == [("firing", "east-1"), ("recovered", "pop-east"), ("firing", "east-1")]
    assert night.city.told[1].merged == (child.id,)


def test_an_own_outage_of_a_child_is_announced_while_its_pop_has_work() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(20).break_site("east-1")
    night.at(25)
    assert night.notices() == [("firing", "east-1")]


def test_work_at_every_site_that_is_affected_covers_the_root() -> None:
    night = Night(between(10, 60, "east-1", "east-2"), city=SimulatedCity(town(CHAIN)))
    night.at(20).break_site("east-1")
    night.at(30)
    assert night.planned() == [("east-1", "open", "Work")]

    night = Night(between(10, 60, "east-2"), city=SimulatedCity(town(CHAIN)))
    night.at(20).break_site("east-1")
    night.at(30)
    assert night.notices() == [("firing", "east-1")]


CHAIN = {"noc": (), "pop-east": ("noc",), "east-1": ("pop-east",), "east-2": ("east-1",)}


def test_work_on_a_link_covers_a_site_without_another_main_link() -> None:
    links = {"east-1": frozenset({"fiber"}), "both": frozenset({"east", "west"})}
    night = Night()
    night.city.follow(plan(work(600, 3600, links=["fiber", "east"]), main_links=links))
    night.at(20).break_site("east-1")
    night.city.break_site("both")
    night.at(30)
    assert night.notices() == [("firing", "both")]


def test_work_on_both_main_links_by_two_windows_covers_the_site() -> None:
    links = {"both": frozenset({"east", "west"})}
    east, west = work(600, 3600, links=["east"]), work(600, 2400, links=["west"], title="West")
    night = Night()
    night.city.follow(plan(east, west, main_links=links))
    night.at(20).break_site("both")
    night.at(40)
    assert night.planned() == [("both", "open", "Work")]
    night.at(42)
    assert night.notices() == [("firing", "both")]


def test_work_on_the_links_of_the_noc_covers_the_internet() -> None:
    probes = {"noc": [("icmp", INTERNET)], "east-1": [("icmp", INTERNET)]}
    city = SimulatedCity(town({**TWO_POPS, INTERNET: ("noc",)}, more_probes=probes))
    night = Night(city=city)
    city.follow(plan(work(600, 3600, links=["up"]), main_links={"noc": frozenset({"up"})}))
    night.at(20).change(link=("noc", INTERNET))
    night.at(60)
    assert night.planned() == [(INTERNET, "open", "Work")]
    assert night.notices() == []
    night.at(61)
    assert night.notices() == [("firing", INTERNET)]


def test_work_on_an_application_covers_it_from_all_sites() -> None:
    watched = {"antrean": WatchedApplication(priority=1, notify_after_seconds=0.0)}
    probes = {site: [("icmp", "antrean")] for site in ("noc", "east-1", "west-1")}
    city = SimulatedCity(town(TWO_POPS, applications=watched, more_probes=probes))
    night = Night(work(600, 3600, applications=["antrean"]), city=city)
    night.at(20).fail("noc", "east-1", "west-1")
    night.at(40).fail()
    night.at(50)
    assert night.planned() == [("antrean", "closed", "Work")]
    assert night.notices() == []


def test_a_silent_agent_of_a_site_with_work_is_planned() -> None:
    night = Night(between(10, 60, "east-1"))
    night.at(20).stop_agent("east-1")
    night.at(30)
    assert night.planned() == [("east-1", "open", "Work")]
    night.at(62)
    assert night.notices() == [("firing", "east-1")]


def test_a_blind_collector_is_never_planned() -> None:
    night = Night(between(10, 60, *TWO_POPS))
    night.at(20).disconnect()
    night.at(25)
    assert night.notices() == [("firing", "collector")]


def test_a_person_can_take_a_planned_incident_in_hand() -> None:
    night = Night(between(10, 60, "pop-east"))
    night.at(20).break_site("pop-east")
    night.at(30)
    (incident,) = night.city.open()
    night.city.tell(Acknowledged(incident.id, "Budi"))
    night.at(61)
    (firing,) = night.city.told
    assert firing.incident.acknowledged_by == "Budi"


def test_an_outage_over_two_windows_is_announced_between_them() -> None:
    night = Night(between(10, 60, "pop-east"), between(70, 200, "pop-east"))
    night.at(20).break_site("pop-east")
    night.at(100).mend_site("pop-east")
    night.at(110)
    assert night.notices() == [("firing", "pop-east"), ("recovered", "pop-east")]
    assert night.planned() == [("pop-east", "closed", "")]
