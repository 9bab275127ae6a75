"""An inventory that changes, or is wrong, while something is down."""

from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town

EAST = {"pop-east", "east-1", "east-2", "east-3"}


def dead_pop(story: Story) -> None:
    story.at(100.0)
    story.silent = set(EAST)
    story.at(101.5)
    story.lost("noc", "pop-east", since=100.2)
    for site in ("east-1", "east-2", "east-3"):
        story.lost("noc", site, since=100.4)
    story.at(160.0)


def kinds(story: Story) -> list[tuple[str, str]]:
    return [(notice.kind, notice.incident.root) for notice in story.told]


def test_a_live_site_that_moves_below_a_dead_pop_does_not_recover_it() -> None:
    story = Story(town(TWO_POPS))
    dead_pop(story)
    story.rearrange(town({**TWO_POPS, "west-1": ("pop-east",)}))
    story.at(400.0)
    assert kinds(story) == [("firing", "pop-east")]
    (incident,) = story.core.open()
    assert incident.contradicted_by == ("west-1",)
    assert set(incident.affected_now) == EAST

    story.silent = set()
    story.at(405.0)
    for site in sorted(EAST):
        story.found("noc", site)
    story.at(500.0)
    assert kinds(story) == [("firing", "pop-east"), ("recovered", "pop-east")]
    assert story.open() == []


def test_a_live_site_does_not_recover_a_dead_pop_without_other_sites() -> None:
    alone = {"noc": (), "pop-east": ("noc",), "pop-west": ("noc",), "west-1": ("pop-west",)}
    story = Story(town(alone))
    story.at(100.0)
    story.silent = {"pop-east"}
    story.at(101.5)
    story.lost("noc", "pop-east", since=100.2)
    story.at(130.0)
    story.rearrange(town({**alone, "west-1": ("pop-east",)}))
    story.at(400.0)
    assert kinds(story) == [("firing", "pop-east")]
    assert story.core.open()[0].contradicted_by == ("west-1",)


def test_one_site_below_the_wrong_pop_does_not_hide_the_pops_outage() -> None:
    wrong = town({**TWO_POPS, "west-1": ("pop-east",)})
    story = Story(wrong)
    story.at(100.0)
    story.silent = set(EAST)
    story.at(100.6)
    story.heard("west-1")
    story.at(101.5)
    story.lost("noc", "pop-east", since=100.2)
    story.at(200.0)
    assert ("firing", "pop-east") in kinds(story)
    (incident,) = (one for one in story.core.open() if one.root == "pop-east")
    assert (incident.kind, incident.contradicted_by) == ("site_down", ("west-1",))
    assert "west-1" not in incident.affected_now


def test_one_site_below_the_wrong_pop_does_not_end_the_pops_outage() -> None:
    story = Story(town({**TWO_POPS, "west-1": ("pop-east",)}))
    dead_pop(story)
    story.at(400.0)
    assert kinds(story) == [("firing", "pop-east")]


def test_an_outage_ends_when_half_of_the_agents_behind_it_report() -> None:
    story = Story(town(TWO_POPS))
    dead_pop(story)
    story.silent = {"pop-east", "east-3"}
    story.at(170.5)
    assert ("recovered", "pop-east") in kinds(story)
