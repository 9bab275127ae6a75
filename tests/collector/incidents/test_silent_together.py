"""Many agents that fall silent together are one incident; the sites stay well."""

from dataclasses import replace

import msgspec
import pytest

from collector.incidents import Connected, Network, ReportReceived
from collector.incidents.silent_together import AGENTS_AT_LEAST, TOGETHER, WITHIN_SECONDS
from tests.fakes.story import Story
from tests.fakes.towns import town
from tests.fakes.virtual_time import START

LEAVES = [f"leaf-{number:02}" for number in range(15)]


def big_town(provider_of: int = 0) -> Network:
    """A NOC that pings fifteen sites. The first so many have a provider of their own."""
    network = town({"noc": (), **{leaf: ["noc"] for leaf in LEAVES}})
    sites = {
        site: msgspec.structs.replace(
            settings,
            traits=frozenset({"provider isp-a"} if site in LEAVES[:provider_of] else {"provider isp-b"}),
        )
        for site, settings in network.sites.items()
    }
    return replace(network, sites=sites)


@pytest.fixture
def story() -> Story:
    return Story(big_town())


def told(story: Story) -> list[tuple[str, str]]:
    return [(notice.kind, notice.incident.root) for notice in story.told]


def test_ten_agents_that_fall_silent_together_are_one_notice(story: Story) -> None:
    story.at(100.0)
    story.silent = set(LEAVES[:AGENTS_AT_LEAST])
    story.at(400.0)
    assert story.open() == [("agent_silent", "agents")]
    assert told(story) == [("firing", "agents")]
    assert sorted(story.told[0].incident.affected_now) == LEAVES[:AGENTS_AT_LEAST]


def test_nine_agents_stay_nine_incidents(story: Story) -> None:
    story.at(100.0)
    story.silent = set(LEAVES[:9])
    story.at(400.0)
    assert len(story.open()) == 9
    assert len(told(story)) == 9


def test_agents_that_fall_silent_one_after_the_other_stay_apart(story: Story) -> None:
    for number, leaf in enumerate(LEAVES):
        story.at(100.0 + number * (WITHIN_SECONDS / 5))
        story.silent |= {leaf}
    story.at(2000.0)
    assert ("agent_silent", "agents") not in story.open()


def test_each_announced_incident_that_it_takes_in_is_named_once(story: Story) -> None:
    """Nine fall silent and are announced; the tenth makes one incident of them."""
    story.at(100.0)
    story.silent = set(LEAVES[:9])
    story.at(300.0)
    first = {notice.incident.id for notice in story.told}
    story.silent |= {LEAVES[9]}
    story.at(500.0)
    named = [id for notice in story.told for id in notice.merged]
    assert sorted(named) == sorted(first)
    story.silent = set()
    story.at(600.0)
    assert told(story)[-1] == ("recovered", "agents")
    assert [kind for kind, _ in told(story)].count("recovered") == 1


def test_an_agent_that_reports_again_leaves_it_and_the_last_one_ends_it(story: Story) -> None:
    story.at(100.0)
    story.silent = set(LEAVES[:12])
    story.at(400.0)
    story.silent -= set(LEAVES[:11])
    story.at(420.0)
    assert story.core.open()[0].affected_now == (LEAVES[11],)
    assert told(story) == [("firing", "agents")]
    story.silent = set()
    story.at(440.0)
    assert told(story) == [("firing", "agents"), ("recovered", "agents")]


def test_it_takes_in_agents_that_follow_soon(story: Story) -> None:
    story.at(100.0)
    story.silent = set(LEAVES[:10])
    story.at(250.0)
    story.silent |= {LEAVES[10]}
    story.at(500.0)
    assert story.open() == [("agent_silent", "agents")]
    assert len(story.core.open()[0].affected_now) == 11
    assert told(story) == [("firing", "agents")]


def test_a_restart_in_the_middle_sends_nothing_again(story: Story) -> None:
    story.at(100.0)
    story.silent = set(LEAVES[:12])
    story.at(400.0)
    story.restart()
    story.tell(Connected())
    for leaf in LEAVES:
        story.found("noc", leaf)
    story.at(900.0)
    assert story.open() == [("agent_silent", "agents")]
    assert told(story) == [("firing", "agents")]
    story.silent = set()
    story.at(1000.0)
    assert told(story) == [("firing", "agents"), ("recovered", "agents")]


def test_it_names_the_provider_that_the_silent_agents_share() -> None:
    story = Story(big_town(provider_of=11))
    story.at(100.0)
    story.silent = set(LEAVES[:10])
    story.at(400.0)
    assert story.core.open()[0].shares == ("provider isp-a",)


def test_it_names_no_trait_that_the_other_agents_have_too(story: Story) -> None:
    story.at(100.0)
    story.silent = set(LEAVES[:12])
    story.at(400.0)
    assert story.core.open()[0].shares == ()


def test_it_names_the_version_of_the_agents_that_died_of_an_upgrade(story: Story) -> None:
    for leaf in LEAVES:
        version = "0.2.0" if leaf in LEAVES[:10] else "0.1.0"
        story.tell(ReportReceived(leaf, START + story.now, None, version))
    story.at(100.0)
    story.silent = set(LEAVES[:10])
    story.at(400.0)
    assert story.core.open()[0].shares == ("version 0.2.0",)


def test_the_inventory_keeps_the_subject(story: Story) -> None:
    assert story.network.has(TOGETHER)
