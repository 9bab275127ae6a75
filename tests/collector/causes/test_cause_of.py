"""The cause of an outage, as it becomes known: it is guessed, corrected, and confirmed."""

from msgspec import structs

from collector.causes import Clue, Outage, cause_of
from collector.causes.cause import NOT_WEIGHED
from collector.causes.gather import gather
from collector.causes.site_memory import BootSpan, RouterStart
from tests.collector.causes.stories import START, CauseStory


def names(story: CauseStory, seconds: float, site: str = "site-0") -> set[str]:
    found = story.at(seconds, site)
    return {clue.name for clue in (*found.clues, *found.against)}


def test_a_fibre_cut_is_unknown_until_the_backlog_shows_that_the_router_ran() -> None:
    story = CauseStory()
    story.cut("site-0", 0, 600)
    assert story.at(60).cause == "unknown"
    assert (story.at(700).cause, story.at(700).confidence) == ("link", "confirmed")


def test_the_power_of_one_site_is_known_when_its_machine_has_started_anew() -> None:
    story = CauseStory()
    story.dark("site-0", 0, 600)
    assert story.at(60).cause == "unknown"
    assert story.at(900).cause == "power_site"


def test_sites_whose_batteries_give_out_one_after_another_are_an_area() -> None:
    story = CauseStory()
    for number, runtime in enumerate((0, 300, 700, 1100)):
        story.dark(f"site-{number}", 0, 3000)
        story.ups(f"site-{number}", runtime, polled=False)
    found = story.at(1200, "site-3")
    assert (found.cause, found.where) == ("power_area", "KP-12")
    assert story.at(3300, "site-3").cause == "power_area"


def test_a_site_without_a_ups_is_lost_as_its_feeder_goes_to_battery() -> None:
    story = CauseStory()
    for number in range(4):
        story.dark(f"site-{number}", 0, 900)
    for number in range(1, 4):
        story.ups(f"site-{number}", 1800)
    found = story.at(60)
    assert (found.cause, found.confidence) == ("power_area", "likely")


def test_a_fibre_cut_during_a_power_cut_stays_a_link() -> None:
    story = CauseStory()
    for number in range(4):
        story.dark(f"site-{number}", 0, 2400)
        story.ups(f"site-{number}", 3000)
    story.cut("site-0", 1000, 1600)
    assert story.at(1060).cause not in ("power_site", "power_area")
    assert story.at(1700).cause == "link"


def test_a_site_that_is_back_before_its_feeder_did_not_wait_for_power() -> None:
    """Its agent has no UPS and has not come back: only the time of the site's return speaks."""
    story = CauseStory()
    for number, runtime in enumerate((5900, 200, 500, 800)):
        story.dark(f"site-{number}", 0, 5000)
        story.ups(f"site-{number}", runtime, polled=False)
    story.sites["site-0"].agent_ups = False
    story.cut("site-0", 1000, 1500)
    assert story.at(1600).cause not in ("power_site", "power_area")


def test_the_first_site_back_of_a_feeder_came_back_with_the_mains() -> None:
    """At its recovery the others have not booted yet: they are not still out."""
    story = CauseStory()
    for number, runtime in enumerate((100, 200, 500, 800)):
        story.dark(f"site-{number}", 0, 1500)
        story.ups(f"site-{number}", runtime)
    story.at(1700)
    mine, *others = story.known_at(START + 1700)
    others = [structs.replace(one, ended_at=None) for one in others]
    assert mine.ended_at is not None

    def clues(after: float) -> set[str]:
        now = (mine.ended_at or 0.0) + after
        return {clue.name for clue in gather(mine, others, story.places, story.memory, now)}

    assert "back_before_feeder" not in clues(10)
    assert "back_before_feeder" in clues(60)


def test_a_battery_that_was_due_to_be_empty_is_power_at_once() -> None:
    story = CauseStory()
    story.dark("site-0", 0, 2000)
    story.ups("site-0", 600)
    found = story.at(640)
    assert (found.cause, found.confidence, found.clues[0].name) == ("power_site", "confirmed", "ups_spent")


def test_an_unprotected_terminal_dies_as_the_ups_takes_over() -> None:
    story = CauseStory()
    story.dark("site-0", 0, 600)
    story.ups("site-0", 3000, ont=False)
    assert story.at(60).cause == "unknown"
    assert story.at(900).cause == "power_site"


def test_a_router_that_hangs_is_lost_by_its_own_agent_too() -> None:
    story = CauseStory()
    story.sites["site-0"].hangs = (START, START + 400)
    assert story.at(600).cause == "router"


def test_people_who_restart_machines_in_a_fibre_cut_make_no_power_cut() -> None:
    story = CauseStory()
    story.cut("site-0", 0, 900)
    story.sites["site-0"].switched = START + 400
    found = story.at(1200)
    assert found.cause == "link"
    assert "agent_restarted_later" in names(story, 1200)


def test_a_restart_says_nothing_before_the_backlog_has_come_in() -> None:
    story = CauseStory()
    story.dark("site-0", 0, 600)
    story.at(900)
    story.memory.sites["site-0"].spooled = 40
    assert not names(story, 901) & {"agent_stopped", "agent_restarted", "agent_dark"}


def test_a_lost_spool_leaves_the_restart_without_weight() -> None:
    story = CauseStory()
    story.dark("site-0", 0, 600)
    story.sites["site-0"].keeps_spool = False
    assert story.at(900).cause not in ("power_site", "power_area")


def test_a_boot_clock_shows_after_a_restart_of_the_collector_that_it_ran() -> None:
    story = CauseStory()
    story.cut("site-0", 0, 600)
    story.sites["site-0"].keeps_spool = False
    story.at(590)
    story.memory.forget(START)
    found = story.at(700)
    assert found.cause == "link"
    assert {clue.name for clue in found.clues} == {"agent_ran_on"}


def test_the_trunk_of_a_pop_is_known_by_those_behind_it() -> None:
    story = CauseStory()
    story.cut("pop-0", 0, 600)
    story.sites["pop-0"].keeps_spool = False
    assert story.at(700, "pop-0").cause == "link"
    assert "router_seen_from_behind" in names(story, 700, "pop-0")


def test_a_cause_that_is_asked_for_a_day_later_is_the_same() -> None:
    story = CauseStory()
    story.cut("site-0", 0, 600)
    soon = story.at(700)
    assert story.at(5900).cause == soon.cause == "link"


def test_a_later_restart_does_not_change_the_cause_of_an_outage() -> None:
    """Both machines ran beyond the end of the outage. The mains fail four minutes after it."""
    story = CauseStory()
    story.sites["site-0"].polls_router = True
    story.cut("site-0", 0, 600)
    soon = story.at(800)
    memory = story.memory.sites["site-0"]
    memory.boots.append(BootSpan("new", START + 870, START + 900, START + 860, kept_spool=True))
    memory.router_starts.append(RouterStart(START + 860, START + 870, START + 900))
    assert story.at(800) == soon
    assert {clue.name for clue in soon.clues} >= {"agent_ran_on", "router_ran_on"}


def test_later_outages_of_others_do_not_change_the_clues_of_this_one() -> None:
    story = CauseStory()
    story.cut("site-0", 0, 600)
    soon = names(story, 800)
    mine = story.known_at(START + 800)
    everybody = frozenset(story.sites)
    later = Outage(
        kind="site_down", root="pop-0", began_at=START + 3000, ended_at=START + 4000, affected=everybody
    )
    elsewhere = Outage(kind="application_down", root="app", began_at=START, affected=everybody)
    found = cause_of(mine[0], [*mine, later, elsewhere], story.places, story.memory, START + 5000)
    assert {clue.name for clue in (*found.clues, *found.against)} == soon
    gathered = gather(mine[0], [*mine, later, elsewhere], story.places, story.memory, START + 5000)
    assert "alone" in {clue.name for clue in gathered}


def test_a_site_that_is_lost_again_later_was_lost_with_the_others() -> None:
    """Three sites of one provider are lost at once, and one of them once more an hour later."""
    story = CauseStory()
    lost = ["site-0", "site-3", "site-6"]
    for site in lost:
        story.cut(site, 0, 600)
    soon = gather_of(story, 800)
    again = Outage(kind="site_down", root="site-3", began_at=START + 4200, ended_at=START + 4500)
    assert {clue.name for clue in soon} >= {"provider_lost"}
    assert gather_of(story, 800, again) == soon


def gather_of(story: CauseStory, seconds: float, *others: Outage) -> tuple[Clue, ...]:
    story.at(seconds)
    known = story.known_at(START + seconds)
    return gather(known[0], [*known, *others], story.places, story.memory, START + seconds)


def judged(kind: str, **fields: object) -> str:
    story = CauseStory()
    outage = Outage(kind=kind, root="x", began_at=START, **fields)  # type: ignore[arg-type]
    return cause_of(outage, [], story.places, story.memory, START + 60).cause


def test_a_silent_agent_at_a_site_that_is_up_is_the_agent_only() -> None:
    assert judged("agent_silent") == "agent"
    assert judged("agent_silent", shares=("version 0.2.0",)) == "agent"


def test_silent_agents_of_one_provider_are_the_provider() -> None:
    assert judged("agent_silent", shares=("provider isp-a",)) == "provider"


def test_an_application_that_answers_with_an_error_is_itself_the_cause() -> None:
    assert judged("application_down", reason="status", scope="everywhere") == "application"


def test_an_application_whose_name_is_not_resolved_is_dns() -> None:
    assert judged("application_down", reason="resolve") == "dns"


def test_an_application_lost_by_one_provider_alone_is_the_provider() -> None:
    lost = frozenset({"site-0", "site-3", "site-6"})
    assert judged("application_down", reason="timeout", scope="here", affected=lost) == "provider"


def test_an_application_lost_here_and_there_is_unknown() -> None:
    lost = frozenset({"site-0", "site-1"})
    assert judged("application_down", reason="timeout", scope="here", affected=lost) == "unknown"


def test_a_resolver_that_does_not_answer_is_dns() -> None:
    assert judged("target_down", probe="dns") == "dns"


def test_other_kinds_of_incident_have_no_cause() -> None:
    story = CauseStory()
    outage = Outage(kind="collector_blind", root="collector", began_at=START)
    assert cause_of(outage, [], story.places, story.memory, START) == NOT_WEIGHED


def test_the_cause_names_the_medium_of_the_link_and_of_nothing_else() -> None:
    story = CauseStory()
    story.cut("site-0", 0, 600)
    assert (story.at(60).cause, story.at(60).medium) == ("unknown", "")
    assert (story.at(700).cause, story.at(700).medium) == ("link", "fiber")
