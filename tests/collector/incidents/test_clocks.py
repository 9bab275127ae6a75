"""Evidence of agents whose clocks are wrong."""

import pytest

from collector.incidents import Connected, Incidents, ReportReceived
from collector.incidents.clocks import Clocks
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START


@pytest.mark.parametrize("noc_ahead", [-5.0, -1.5, -0.5, 0.5, 1.5, 5.0])
@pytest.mark.parametrize("seed", range(8))
def test_a_dead_pop_is_one_notice_with_any_error_of_the_nocs_clock(seed: int, noc_ahead: float) -> None:
    city = SimulatedCity(town(TWO_POPS), seed)
    city.agents["noc"].ahead = noc_ahead
    city.run(700.0)
    city.break_site("pop-east")
    city.run(60.0)
    city.mend_site("pop-east")
    city.run(200.0)
    told = [(notice.kind, notice.incident.root) for notice in city.told]
    assert told == [("firing", "pop-east"), ("recovered", "pop-east")]
    assert city.incidents[city.told[0].incident.id].opened_at - city.cuts[0].since < 4.0


@pytest.mark.parametrize("ahead", [-5.0, -1.5, 1.5, 5.0])
def test_a_site_without_an_agent_is_found_by_one_whose_clock_is_wrong(ahead: float) -> None:
    story = Story(town({"noc": (), "kiosk": ("noc",), "pop-east": ("noc",), "pop-west": ("noc",)}))
    agents = ("noc", "pop-east", "pop-west")
    story.core = Incidents(story.network, START + story.now, (), agents)
    story.tell(Connected())
    story.silent = {"noc", *story.network.sites}
    for tens in range(1, 10):
        story.at(10.0 * tens + 0.5)
        for agent in agents:
            story.heard(agent, measured_at=story.now + (ahead if agent == "noc" else 0.0))
    story.at(101.5)
    story.lost("noc", "kiosk", since=100.2 + ahead, measured_at=101.4 + ahead)
    story.at(105.0)
    (incident,) = story.core.open()
    assert (incident.kind, incident.root) == ("site_down", "kiosk")
    assert incident.began_at == pytest.approx(START + 100.2, abs=0.2)


def test_the_least_delay_of_ten_minutes_shows_how_far_a_clock_is_behind() -> None:
    clocks = Clocks()
    for second in range(0, 100, 10):
        clocks.report_received("noc", START + second, START + second + 1.5 + (9.0 if second < 80 else 0.05))
    assert clocks.behind("noc") == pytest.approx(1.55)
    for second in range(700, 900, 10):
        clocks.report_received("noc", START + second, START + second + 0.05)
    assert clocks.behind("noc") == 0.0


def test_one_report_or_a_backlog_shows_nothing_about_a_clock() -> None:
    clocks = Clocks()
    clocks.report_received("noc", START, START + 4.0)
    assert clocks.behind("noc") == 0.0
    for second in range(10):
        clocks.report_received("pop-east", START + second, START + 900.0 + second)
    assert clocks.behind("pop-east") == 0.0


def test_a_late_report_does_not_show_a_clock_that_is_behind() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.tell(ReportReceived("noc", START + 92.0))
    story.at(104.0)
    story.silent = {"east-1"}
    for watcher in ("noc", "pop-east"):
        story.lost(watcher, "east-1", since=102.8)
    story.at(110.0)
    assert [root for _, root in story.open()] == ["east-1"]
