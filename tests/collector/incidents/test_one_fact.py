"""One fact is one notice, for any number of agents that lose a target by it. The notice lists them."""

from collections.abc import Collection, Mapping

import pytest

from collector.incidents import Finding, Network, ReportReceived, WatchedApplication, WatchedSite
from collector.inventory import INTERNET
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

LEAVES = ("east-1", "east-2", "east-3", "west-1", "west-2", "both")
LTE = [f"lte-{number}" for number in range(1, 6)]
URGENT = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
RESOLVER = ("dns", "resolver")
AT_HAND = [RESOLVER, ("icmp", "internet"), ("icmp", "internet2"), ("http", "sehat"), ("http", "pajak")]


def city(
    lte: bool = False,
    sites: dict[str, WatchedSite] | None = None,
    uplinks: Mapping[str, tuple[str, ...]] | None = None,
) -> Network:
    """Each agent pings its parent's router as `uplink`, and has its own name server and two addresses of the
    internet; the internet hangs below the NOC.
    """
    ways: dict[str, Collection[str]] = {**TWO_POPS, **(uplinks or {}), INTERNET: ("noc",)}
    if lte:
        ways |= dict.fromkeys(LTE, (INTERNET,))
    parents = {site: next(iter(above), INTERNET) for site, above in ways.items()}
    parents = {site: up for site, up in parents.items() if INTERNET not in (site, up)}
    agents = ways.keys() - {INTERNET}
    return town(
        ways,
        sites,
        silence_only=[LTE[0]],
        applications={
            "sehat": WatchedApplication(priority=1, notify_after_seconds=0.0),
            "pajak": WatchedApplication(),
        },
        more_probes={agent: [*AT_HAND, *([("icmp", "uplink")] * (agent in parents))] for agent in agents},
        parents=parents,
    )


def lose(story: Story, target: str, *agents: str, kind: str = "icmp", reason: str = "timeout") -> None:
    """Each of the agents reports now that it lost the target a second ago."""
    for agent in agents:
        at, since = START + story.now, START + story.now - (1.0 if kind == "icmp" else 0.0)
        story.tell(ReportReceived(agent, at), Finding(agent, kind, target, "down", at, since, reason))


def everybody(story: Story) -> list[str]:
    return sorted(story.network.sites)


def lose_again(story: Story, *lost: tuple[str, str, str], until: float) -> None:
    """Every ten seconds each agent that is not silent reports the same."""
    while story.now < until:
        story.at(story.now + 10.0)
        for kind, target, reason in lost:
            agents = [agent for agent in everybody(story) if agent not in story.silent]
            lose(story, target, *agents, kind=kind, reason=reason)


def told(story: Story) -> list[tuple[str, str]]:
    return [(notice.kind, notice.incident.root) for notice in story.told]


def test_a_pops_router_that_stops_answering_pings_is_one_target_down() -> None:
    story = Story(city())
    story.at(101.0)
    below = ("east-1", "east-2", "east-3", "both")
    lose(story, "pop-east", "noc")
    lose(story, "gateway", "pop-east")
    lose(story, "uplink", *below)
    story.at(175.0)
    assert told(story) == [("firing", "pop-east")]
    assert story.told[0].incident.kind == "target_down"
    assert set(story.told[0].incident.affected_now) == {"noc", *below}

    story.found("noc", "pop-east")
    story.found("pop-east", "gateway")
    for agent in below:
        story.found(agent, "uplink")
    story.at(250.0)
    assert told(story) == [("firing", "pop-east"), ("recovered", "pop-east")]
    assert story.open() == []


def test_an_urgent_sites_router_that_ignores_pings_pages_nobody() -> None:
    story = Story(city(sites={"east-1": URGENT}))
    story.at(101.2)
    story.lost("pop-east", "east-1", since=100.3)
    story.lost("noc", "east-1", since=100.5)
    story.at(101.9)
    lose(story, "gateway", "east-1")
    story.at(175.0)
    assert told(story) == [("firing", "east-1")]
    assert story.told[0].incident.kind == "target_down"


@pytest.mark.parametrize("told_at", [100.9, 101.32])
def test_a_report_through_a_router_counts_if_hardly_newer_than_its_loss(
    told_at: float,
) -> None:
    story = Story(city(sites={"east-1": URGENT}))
    story.at(101.4)
    story.lost("east-1", "gateway", since=100.2, measured_at=told_at)
    story.lost("pop-east", "east-1", since=101.0)
    story.lost("noc", "east-1", since=101.0)
    story.at(180.0)
    assert told(story) == [("firing", "east-1")]
    assert story.told[0].incident.kind == "target_down"


def test_a_pop_is_not_down_while_routers_behind_it_answer() -> None:
    story = Story(city())
    story.at(101.3)
    story.lost("noc", "pop-east", since=100.3)
    story.at(180.0)
    assert told(story) == [("firing", "pop-east")]
    assert story.told[0].incident.kind == "target_down"


def test_a_dead_urgent_site_is_told_two_seconds_after_its_routers_loss() -> None:
    story = Story(city(sites={"east-1": URGENT}))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(101.2)
    story.lost("pop-east", "east-1", since=100.3)
    story.at(102.6)
    assert [(notice.kind, notice.incident.kind) for notice in story.told] == [("firing", "site_down")]


def test_a_dead_pop_is_told_at_once_if_a_router_behind_it_is_lost_too() -> None:
    story = Story(city())
    story.at(100.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(101.2)
    story.lost("noc", "east-2", since=100.2)
    story.lost("noc", "pop-east", since=100.3)
    assert told(story) == [("firing", "pop-east")]


def test_a_lost_national_uplink_is_one_notice_with_all_that_needs_it() -> None:
    story = Story(city())
    story.at(101.5)
    for target in ("internet", "internet2"):
        lose(story, target, *everybody(story))
    story.at(106.0)
    lose(story, "sehat", *LEAVES, kind="http")
    lose(story, "resolver", *everybody(story), kind="dns")
    failing = (("dns", "resolver", "timeout"), ("http", "sehat", "resolve"), ("http", "pajak", "timeout"))
    lose_again(story, *failing, until=200.0)
    assert told(story) == [("firing", "internet")]
    assert set(story.told[0].incident.affected_now) == set(everybody(story))

    for agent in everybody(story):
        for kind, target in AT_HAND:
            story.found(agent, target, kind)
    story.at(300.0)
    assert told(story) == [("firing", "internet"), ("recovered", "internet")]


def test_an_application_lost_long_after_the_internet_is_its_own_incident() -> None:
    story = Story(city())
    story.at(101.5)
    lose(story, "internet", *everybody(story))
    lose(story, "internet2", *everybody(story))
    story.at(400.0)
    lose_again(story, ("http", "sehat", "status"), until=430.0)
    assert told(story) == [("firing", "internet"), ("firing", "sehat")]


def test_one_lost_internet_address_is_told_by_its_name() -> None:
    story = Story(city())
    story.at(101.5)
    lose(story, "internet2", *everybody(story))
    story.at(200.0)
    assert told(story) == [("firing", "internet2")]


def test_a_dead_name_server_is_one_notice_with_the_applications_it_serves() -> None:
    story = Story(city())
    for number, agent in enumerate(everybody(story)):
        story.at(100.0 + number)
        lose(story, "resolver", agent, kind="dns")
        lose(story, "sehat", agent, kind="http", reason="resolve")
    failing = (("dns", "resolver", "timeout"), ("http", "sehat", "resolve"), ("http", "pajak", "resolve"))
    lose_again(story, *failing, until=220.0)
    assert told(story) == [("firing", "resolver")]
    assert set(story.told[0].incident.affected_now) == set(everybody(story))

    for agent in everybody(story):
        story.at(story.now + 3.0)
        for kind, target in AT_HAND:
            story.found(agent, target, kind)
    story.at(400.0)
    assert told(story) == [("firing", "resolver"), ("recovered", "resolver")]


def test_a_name_server_that_one_site_loses_is_an_incident_of_that_site() -> None:
    story = Story(city())
    for at in (100.0, 110.0, 120.0):
        story.at(at)
        lose(story, "resolver", "east-1", kind="dns")
    story.at(200.0)
    (notice,) = story.told
    assert (notice.incident.root, notice.incident.agent) == ("resolver", "east-1")


def test_the_nocs_lost_internet_is_one_notice_that_lists_sites_behind_it() -> None:
    story = Story(city(lte=True))
    story.at(100.0)
    story.silent = set(LTE)
    story.at(101.4)
    for site in LTE[1:4]:
        story.lost("noc", site, since=100.2)
    story.at(102.0)
    inner = [site for site in everybody(story) if site not in LTE]
    for target in ("internet", "internet2"):
        lose(story, target, *inner)
    for site in LTE[4:]:
        story.lost("noc", site, since=100.9)
    lose_again(story, ("dns", "resolver", "timeout"), until=400.0)
    assert told(story) == [("firing", "internet")]
    assert set(story.told[0].incident.affected_now) == set(everybody(story))
    assert {story.core.site_state(site) for site in LTE} == {"unknown"}

    for agent in inner:
        for kind, target in AT_HAND:
            story.found(agent, target, kind)
    story.at(405.0)
    for site in LTE[1:]:
        story.found("noc", site)
    story.silent = set()
    story.at(600.0)
    assert told(story) == [("firing", "internet"), ("recovered", "internet")]
    assert story.open() == []


def test_a_site_that_stays_away_after_the_internet_is_back_is_told_then() -> None:
    story = Story(city(lte=True))
    story.at(100.0)
    story.silent = set(LTE)
    story.at(102.0)
    inner = [site for site in everybody(story) if site not in LTE]
    for target in ("internet", "internet2"):
        lose(story, target, *inner)
    story.at(200.0)
    for agent in inner:
        for target in ("internet", "internet2"):
            story.found(agent, target)
    story.silent = {LTE[0]}
    story.at(500.0)
    assert told(story) == [("firing", "internet"), ("recovered", "internet"), ("firing", LTE[0])]


@pytest.mark.parametrize("away_seconds", [0.0, 20.0, 50.0])
def test_a_main_uplink_that_is_cut_beside_an_lte_backup_is_one_notice(away_seconds: float) -> None:
    story = Story(city(sites={"east-1": URGENT}, uplinks={"east-1": ("pop-east", INTERNET)}))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(101.4)
    story.lost("noc", "east-1", since=100.2)
    story.lost("pop-east", "east-1", since=100.3)
    story.at(102.0 + away_seconds)
    story.silent = set()
    lose(story, "uplink", "east-1")
    story.at(300.0)
    assert told(story) == [("firing", "east-1")]
    assert story.told[0].incident.kind == "target_down"

    story.found("noc", "east-1")
    story.found("pop-east", "east-1")
    story.found("east-1", "uplink")
    story.at(400.0)
    assert told(story) == [("firing", "east-1"), ("recovered", "east-1")]


def test_a_dead_site_with_an_lte_backup_is_told_once_it_is_silent() -> None:
    story = Story(city(sites={"east-1": URGENT}, uplinks={"east-1": ("pop-east", INTERNET)}))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(101.4)
    story.lost("noc", "east-1", since=100.2)
    story.lost("pop-east", "east-1", since=100.3)
    story.at(180.0)
    assert told(story) == [("firing", "east-1")]
    assert story.told[0].incident.kind == "site_down"
    assert story.told[0].incident.began_at == START + 100.3


def test_a_dead_pop_whose_children_have_other_ways_is_one_notice() -> None:
    others = {f"east-{number}": ("pop-east", "pop-west") for number in range(1, 4)}
    story = Story(city(uplinks=others))
    story.at(100.0)
    story.silent = {"pop-east"}
    story.at(101.5)
    story.lost("noc", "pop-east", since=100.2)
    lose(story, "uplink", *others, "both")
    for child in others:
        story.lost("noc", child, since=100.4)
        story.lost("pop-west", child, since=100.4)  # until its traffic takes the other way
    story.at(103.0)
    for child in others:
        story.found("pop-west", child)
    story.at(300.0)
    assert told(story) == [("firing", "pop-east")]
    assert story.told[0].incident.kind == "site_down"
