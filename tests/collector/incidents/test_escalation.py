"""An incident that nobody has in hand goes to further receivers, once to each.

Times are minutes since the city began.
"""

from dataclasses import replace

import pytest

from collector.incidents import Acknowledged, Unacknowledged
from collector.incidents.announce import REMIND_SECONDS
from collector.inventory.city import Escalation, Match
from tests.fakes.maintenance import plan, work
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

MINUTE = 60.0
HEAD = Escalation(after_minutes=15, receivers=["head"])
MAYOR = Escalation(after_minutes=60, receivers=["mayor", "head"], match=Match(severity=["critical"]))


class Evening:
    """A city whose POP in the east fails at minute 10."""

    def __init__(self, *steps: Escalation, breaks: str = "pop-east") -> None:
        self.city = SimulatedCity(replace(town(TWO_POPS), escalation=steps or (HEAD, MAYOR)))
        self.breaks = breaks
        self.at(10).break_site(breaks)

    def at(self, minutes: float) -> SimulatedCity:
        """Let time pass until then."""
        self.city.run(START + minutes * MINUTE - self.city.now)
        return self.city

    def told(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(notice.kind, notice.to) for notice in self.city.told]

    def escalated_at(self) -> list[float]:
        """The minutes of the escalations."""
        notices = [notice for notice in self.city.told if notice.kind == "escalated"]
        return [(notice.at - START) / MINUTE for notice in notices]

    def acknowledge(self) -> None:
        self.city.tell(Acknowledged(self.city.open()[0].id, "Sari"))

    def give_back(self) -> None:
        self.city.tell(Unacknowledged(self.city.open()[0].id, "Sari"))

    def steps(self, *steps: Escalation) -> None:
        """The inventory changes."""
        self.city.adopt(replace(self.city.network, escalation=steps))


def test_nobody_takes_it_in_hand_and_each_step_goes_out_once_and_one_recovery() -> None:
    evening = Evening()
    evening.at(180).mend_site("pop-east")
    evening.at(190)
    assert evening.told() == [
        ("firing", ()),
        ("escalated", ("head",)),
        ("escalated", ("mayor",)),
        ("recovered", ()),
    ]
    assert evening.escalated_at() == pytest.approx([25, 70], abs=0.2)
    (incident,) = evening.city.incidents.values()
    assert incident.escalated == ("head", "mayor")


def test_the_minutes_count_from_the_announcement() -> None:
    evening = Evening(breaks="east-1")
    evening.at(60)
    (firing,) = evening.city.firing
    assert firing.at - firing.incident.began_at == pytest.approx(60)
    assert evening.escalated_at() == pytest.approx([26], abs=0.2)


def test_a_person_who_takes_it_in_hand_stops_the_escalation() -> None:
    evening = Evening()
    evening.at(20)
    evening.acknowledge()
    evening.at(200)
    assert evening.told() == [("firing", ())]


def test_a_person_who_gives_it_back_lets_it_go_on_from_then() -> None:
    evening = Evening()
    evening.at(30)
    evening.acknowledge()
    evening.at(100)
    evening.give_back()
    evening.at(300)
    assert evening.escalated_at() == pytest.approx([25, 160], abs=0.2)


def test_a_step_is_of_incidents_that_fit_its_match() -> None:
    evening = Evening(Escalation(after_minutes=5, receivers=["head"], match=Match(role=["hotspot"])))
    evening.at(100)
    assert len(evening.escalated_at()) == 1, "hotspots are cut off"
    evening = Evening(Escalation(after_minutes=5, receivers=["head"], match=Match(kind=["target_down"])))
    evening.at(100)
    assert evening.escalated_at() == []


def test_planned_work_pauses_the_escalation() -> None:
    evening = Evening()
    evening.city.follow(plan(work(12 * MINUTE, 50 * MINUTE, "pop-east")))
    evening.at(49)
    assert evening.told() == [("firing", ())]
    evening.at(52)
    assert evening.told() == [("firing", ()), ("escalated", ("head",))]


def test_a_restart_repeats_no_step_and_forgets_none() -> None:
    evening = Evening()
    evening.at(30).kill_collector()
    evening.at(31).start_collector()
    evening.at(100)
    assert evening.escalated_at() == pytest.approx([25, 70], abs=0.2)


def test_an_outage_whose_end_nobody_knows_yet_is_not_escalated() -> None:
    evening = Evening()
    evening.at(20).kill_collector()
    evening.at(22).mend_site("pop-east")
    evening.at(30).start_collector()
    evening.at(60)
    assert [kind for kind, _ in evening.told()] == ["firing", "recovered"]


def test_a_receiver_that_a_changed_inventory_names_again_gets_no_second_one() -> None:
    evening = Evening()
    evening.at(30)
    evening.steps(Escalation(after_minutes=40, receivers=["head", "deputy"]))
    evening.at(200)
    assert [to for kind, to in evening.told() if kind == "escalated"] == [("head",), ("deputy",)]
    evening.steps()
    evening.city.mend_site("pop-east")
    evening.at(210)
    assert [kind for kind, _ in evening.told()].count("recovered") == 1


def test_an_escalation_puts_off_no_reminder() -> None:
    evening = Evening()
    evening.at(10 + REMIND_SECONDS / MINUTE + 1)
    (reminder,) = [notice for notice in evening.city.told if notice.kind == "reminder"]
    assert reminder.at - evening.city.firing[0].at == pytest.approx(REMIND_SECONDS, abs=1)


def test_a_wider_outage_has_an_escalation_of_its_own() -> None:
    evening = Evening(breaks="east-1")
    evening.at(30).break_site("pop-east")
    evening.at(60)
    assert [(kind, to) for kind, to in evening.told() if to] == [("escalated", ("head",))] * 2


def test_a_silent_agent_is_escalated_only_if_a_step_names_its_severity() -> None:
    for match, escalated in ((Match(), 0), (Match(severity=["info"]), 1)):
        city = SimulatedCity(
            replace(town(TWO_POPS), escalation=[Escalation(after_minutes=5, receivers=["head"], match=match)])
        )
        city.stop_agent("east-1")
        city.run(20 * MINUTE)
        assert [one.incident.kind for one in city.firing] == ["agent_silent"]
        assert len([one for one in city.told if one.kind == "escalated"]) == escalated
