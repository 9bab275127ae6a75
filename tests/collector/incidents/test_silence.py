"""Silent agents, and a collector that is blind."""

import pytest

from collector.incidents import Connected, Disconnected, ReportReceived, WatchedSite
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START
from wire.reconnect import BACK_SECONDS

PRIORITY_ONE = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
URGENT = dict.fromkeys(("east-1", "east-3"), PRIORITY_ONE)


@pytest.fixture
def city() -> SimulatedCity:
    return SimulatedCity(town(TWO_POPS))


@pytest.fixture
def story() -> Story:
    return Story(town(TWO_POPS))


def test_an_agent_that_is_silent_while_its_router_answers_is_only_info(city: SimulatedCity) -> None:
    city.stop_agent("east-1")
    city.run(45.0)
    (incident,) = city.open()
    assert (incident.kind, incident.root, incident.severity) == ("agent_silent", "east-1", "info")
    assert city.told == []

    city.run(30.0)
    assert [notice.kind for notice in city.told] == ["firing"]
    city.start_agent("east-1")
    city.run(60.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]


def test_the_outage_of_a_site_merges_the_incident_of_its_silent_agent(city: SimulatedCity) -> None:
    city.stop_agent("east-1")
    city.run(100.0)
    city.break_site("east-1")
    city.run(100.0)
    (outage,) = city.open()
    assert outage.kind == "site_down"
    assert [notice.kind for notice in city.told] == ["firing", "firing"]
    assert city.told[-1].merged == (city.told[0].incident.id,)


def test_a_silent_agent_is_no_outage_when_the_agent_above_dies_too(
    city: SimulatedCity,
) -> None:
    city = SimulatedCity(town(TWO_POPS, noc_watches_all=False))
    city.stop_agent("east-1")
    city.run(100.0)
    city.stop_agent("pop-east")
    city.run(200.0)
    assert {incident.kind for incident in city.open()} == {"agent_silent"}


def test_a_silent_agent_is_no_outage_after_a_restart_either() -> None:
    city = SimulatedCity(town(TWO_POPS, noc_watches_all=False))
    city.stop_agent("east-1")
    city.run(100.0)
    city.kill_collector()
    city.start_collector()
    city.run(100.0)
    city.stop_agent("pop-east")
    city.run(200.0)
    assert {incident.kind for incident in city.open()} == {"agent_silent"}


def test_a_router_last_seen_before_the_silence_does_not_show_a_live_site() -> None:
    story = Story(town(TWO_POPS, noc_watches_all=False))
    story.at(100.0)
    story.silent = {"pop-east", "east-1"}
    story.at(105.0)
    story.heard("pop-east")
    story.at(134.0)
    assert story.open() == []
    story.at(140.0)
    assert story.open() == [("agent_silent", "pop-east"), ("site_down", "east-1")]


def test_findings_from_before_an_agents_silence_do_not_count() -> None:
    story = Story(town(TWO_POPS, noc_watches_all=False))
    story.at(100.0)
    story.silent = {"pop-east", "east-1"}
    story.at(140.0)
    assert story.open() == [("agent_silent", "pop-east"), ("site_down", "east-1")]
    story.heard("pop-east")
    assert ("site_down", "east-1") in story.open()


def test_a_collector_without_its_broker_is_one_notice_and_knows_nothing(
    city: SimulatedCity,
) -> None:
    city.disconnect()
    city.run(600.0)
    (blind,) = city.open()
    assert (blind.kind, blind.severity) == ("collector_blind", "critical")
    assert [notice.kind for notice in city.told] == ["firing"]
    assert city.core is not None
    assert city.core.site_state("east-1") == "unknown"

    city.connect()
    city.run(600.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]
    assert len(city.incidents) == 1


def test_a_restart_of_the_broker_opens_no_incident(city: SimulatedCity) -> None:
    city.disconnect()
    city.run(8.0)
    city.connect()
    city.run(300.0)
    assert city.records == []


def test_a_loss_during_blindness_is_found_once_all_agents_could_be_back(
    city: SimulatedCity,
) -> None:
    city.disconnect()
    city.run(5.0)
    city.break_site("pop-east")
    city.run(60.0)
    city.connect()
    city.run(60.0)
    assert [incident.kind for incident in city.open()] == []
    city.run(30.0)
    (outage,) = city.open()
    assert (outage.root, len(outage.affected_now)) == ("pop-east", 4)
    assert outage.began_at < outage.opened_at - 60.0


def test_an_agent_has_time_to_come_back_after_a_new_connection(story: Story) -> None:
    story.at(100.0)
    story.tell(Disconnected())
    story.at(130.5)
    story.tell(Connected())
    story.silent = {"east-1"}
    story.at(130.5 + BACK_SECONDS + 9.0)
    assert story.open() == []
    story.at(130.5 + BACK_SECONDS + 21.0)
    (silent,) = story.core.open()
    assert (silent.kind, silent.root) == ("agent_silent", "east-1")
    assert silent.began_at == START + 130.5


def test_an_agent_is_silent_three_intervals_after_its_last_report(story: Story) -> None:
    story.at(100.0)
    story.tell(Disconnected())
    story.tell(Connected())
    story.at(111.0)
    story.silent = {"east-1"}
    story.at(151.0)
    assert story.open() == [("agent_silent", "east-1")]


@pytest.mark.parametrize("seconds", [10, 40, 60, 120, 300])
@pytest.mark.parametrize("seed", range(6))
def test_a_lost_broker_is_one_notice_and_its_end_for_any_pause_of_agents(seed: int, seconds: int) -> None:
    away = {"east-3", "west-2"}
    city = SimulatedCity(town(TWO_POPS, sites=URGENT, silence_only=away), seed)
    city.run(100.0)
    city.disconnect()
    city.run(float(seconds))
    city.connect()
    city.run(400.0)
    assert {notice.incident.kind for notice in city.told} <= {"collector_blind"}
    assert {incident.kind for incident in city.incidents.values()} <= {"collector_blind"}
    assert city.open() == []


@pytest.mark.parametrize("seed", range(10))
def test_agents_that_come_back_after_a_pops_outage_cause_no_incident(seed: int) -> None:
    away = {"east-1", "east-2", "east-3"}
    city = SimulatedCity(town(TWO_POPS, sites=URGENT, silence_only=away), seed)
    city.break_site("pop-east")
    city.run(200.0)
    city.mend_site("pop-east")
    city.run(400.0)
    assert [incident.root for incident in city.incidents.values()] == ["pop-east"]
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]


def test_agents_behind_a_pop_up_after_blindness_have_time_from_then() -> None:
    story = Story(town(TWO_POPS, silence_only=["east-1"], sites=URGENT))
    east = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(100.0)
    story.tell(Disconnected())
    story.silent = east
    story.at(300.0)
    story.tell(Connected())
    story.at(301.0)
    story.lost("noc", "pop-east", since=150.0)
    story.at(370.0)
    story.found("noc", "pop-east")
    story.at(370.0 + BACK_SECONDS)
    story.silent = set()
    story.at(500.0)
    assert story.open() == []
    assert [notice.kind for notice in story.told] == ["firing", "recovered"]
    assert story.told[0].incident.kind == "collector_blind"


def test_the_first_report_through_a_pop_gives_the_other_agents_time() -> None:
    story = Story(town(TWO_POPS, silence_only=["pop-east", "east-1", "east-2", "east-3"], sites=URGENT))
    east = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(100.0)
    story.tell(Disconnected())
    story.silent = east
    story.at(300.0)
    story.tell(Connected())
    story.at(370.5)
    story.heard("east-2")
    story.silent = {"pop-east", "east-1", "east-3"}
    story.at(370.0 + BACK_SECONDS)
    story.silent = set()
    story.at(500.0)
    assert story.open() == []
    assert [notice.kind for notice in story.told] == ["firing", "recovered"]


@pytest.mark.parametrize("known", [3, 4])
def test_a_small_city_that_reconnects_is_not_deaf(known: int) -> None:
    sites = dict(list(TWO_POPS.items())[:known])
    story = Story(town(sites))
    story.at(100.5)
    story.tell(Disconnected())
    story.silent = set(sites)
    story.tell(Connected())
    story.at(100.0 + BACK_SECONDS)
    assert story.incidents == {}


def test_an_agent_that_never_reported_is_not_silent() -> None:
    story = Story(town(TWO_POPS))
    story.restart()
    story.core = type(story.core)(story.network, START + story.now, (), {"noc"})
    story.silent = set(story.network.sites) - {"noc"}
    story.tell(Connected())
    story.at(300.0)
    assert story.incidents == {}


def test_the_collector_is_blind_if_no_agent_reports_any_more(story: Story) -> None:
    story.at(100.5)
    story.silent = set(story.network.sites)
    story.at(128.0)
    assert story.open() == []
    story.at(150.0)
    assert story.open() == [("collector_blind", "collector")]
    assert story.notices() == [("firing", "collector_blind", "collector")]

    story.silent = set()
    story.at(160.0)
    assert story.open() == []
    story.at(400.0)
    assert story.notices()[1:] == [("recovered", "collector_blind", "collector")]
    assert len(story.incidents) == 1


def test_agents_have_time_to_come_back_after_a_long_quiet(story: Story) -> None:
    story.at(100.5)
    story.silent = set(story.network.sites)
    story.at(124.5)
    story.silent = set(story.network.sites) - {"noc", "pop-east"}
    story.at(150.0)
    assert story.open() == []
    story.at(190.0)
    assert story.open() == []
    story.at(210.0)
    assert ("agent_silent", "east-1") in story.open()


def test_evidence_of_an_agent_outside_the_inventory_does_nothing(story: Story) -> None:
    story.at(100.0)
    story.tell(ReportReceived("stranger", START + 100.0))
    story.lost("stranger", "east-1", since=99.0)
    story.at(300.0)
    assert story.incidents == {}
