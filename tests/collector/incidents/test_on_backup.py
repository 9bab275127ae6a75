"""A site that runs on its backup has an incident of its own, in place of its router's and its uplink's."""

from collections.abc import Collection, Mapping

import pytest

from collector.incidents import Connected, Network, WatchedSite
from collector.inventory import INTERNET
from tests.fakes.maintenance import plan, work
from tests.fakes.story import Story
from tests.fakes.towns import town
from tests.fakes.virtual_time import START

WAYS: Mapping[str, Collection[str]] = {
    "noc": (),
    "pop": ("noc",),
    "puskesmas": ("pop", INTERNET),
    "posyandu": ("puskesmas",),
    "warkop": ("pop",),
    INTERNET: ("noc",),
}
"""The health centre has a fibre to the POP and an LTE backup; the posyandu hangs behind it."""
OFFICE = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
FIBRE = {"puskesmas": frozenset({"fibre"})}
CUT = 100.0


def city(
    ways: Mapping[str, Collection[str]] = WAYS, silence_only: Collection[str] = (), seen_itself: bool = True
) -> Network:
    """`seen_itself`: the agent of the health centre pings the POP's router as `uplink`."""
    parents = {"puskesmas": "pop", "warkop": "pop", "posyandu": "puskesmas"}
    uplink = {site: [("icmp", "uplink")] for site in parents if seen_itself or site != "puskesmas"}
    return town(
        ways,
        {"puskesmas": OFFICE},
        silence_only,
        more_probes=uplink,
        parents=parents,
        mains={"puskesmas": ["pop"]},
    )


def lose_main(story: Story, since: float = CUT) -> None:
    """The fibre breaks. The agent pauses before it reconnects over LTE."""
    story.at(since)
    story.silent |= {"puskesmas", "posyandu"}
    story.at(since + 1.4)
    for site in ("puskesmas", "posyandu"):
        story.lost("noc", site, since=since + 0.2)
    story.lost("pop", "puskesmas", since=since + 0.3)


def return_by_backup(story: Story, at: float) -> None:
    story.at(at)
    story.silent -= {"puskesmas", "posyandu"}
    story.lost("puskesmas", "uplink", since=CUT + 0.5)
    story.heard("posyandu")


def mend_main(story: Story, at: float) -> None:
    story.at(at)
    for site in ("puskesmas", "posyandu"):
        story.found("noc", site)
    story.found("pop", "puskesmas")
    story.found("puskesmas", "uplink")


def on_backup(seconds: float = 300.0, network: Network | None = None) -> Story:
    """The fibre is cut, the site is back by its backup 30 s later, and time passes."""
    story = Story(network or city())
    lose_main(story)
    return_by_backup(story, CUT + 30.0)
    return story.at(seconds)


def test_a_site_on_its_backup_is_one_warning_in_place_of_its_router_and_uplink() -> None:
    story = on_backup()
    assert story.notices() == [("firing", "on_backup", "puskesmas")]
    assert story.open() == [("on_backup", "puskesmas")]
    told = story.told[0].incident
    assert told.severity == "warning", "whatever the priority of the site"
    assert told.began_at == START + CUT + 0.5
    assert told.seen_by == ("pop", "puskesmas")
    assert not any(one.kind == "target_down" for one in story.incidents.values())


def test_it_is_announced_after_a_minute_as_other_incidents_without_an_outage() -> None:
    story = on_backup()
    assert story.told[0].at == START + CUT + 0.5 + 60.0


def test_a_site_with_a_longer_delay_is_told_after_it() -> None:
    network = city()
    slow = WatchedSite(role="office", notify_after_seconds=120.0)
    network = Network(**{**vars(network), "sites": {**network.sites, "puskesmas": slow}})
    assert on_backup(network=network).told[0].at == START + CUT + 0.5 + 120.0


def test_the_sites_behind_that_run_on_the_backup_too_are_affected() -> None:
    story = on_backup()
    assert story.told[0].incident.affected_now == ("posyandu", "puskesmas")


def test_a_site_behind_that_is_down_itself_has_its_own_incident() -> None:
    story = on_backup()
    story.silent |= {"posyandu"}
    story.at(301.4)
    story.lost("puskesmas", "posyandu", since=300.2)
    story.at(500.0)
    assert story.open() == [("on_backup", "puskesmas"), ("site_down", "posyandu")]
    (still,) = (one for one in story.core.open() if one.kind == "on_backup")
    assert still.affected_now == ("puskesmas",)


def test_the_main_link_is_back_with_one_recovery() -> None:
    story = on_backup()
    mend_main(story, 300.0)
    story.at(500.0)
    assert story.notices() == [
        ("firing", "on_backup", "puskesmas"),
        ("recovered", "on_backup", "puskesmas"),
    ]
    assert story.told[1].incident.ended_at == START + 300.0
    assert story.open() == []


def test_a_backup_that_carries_the_site_for_less_than_a_minute_is_no_notice() -> None:
    story = on_backup(CUT + 45.0)
    mend_main(story, CUT + 50.0)
    story.at(400.0)
    assert story.told == []
    assert [one.kind for one in story.incidents.values()] == ["on_backup"]


def test_both_gone_is_down_and_the_wider_notice_names_the_first() -> None:
    story = on_backup()
    story.silent |= {"puskesmas", "posyandu"}
    story.at(500.0)
    assert story.notices() == [("firing", "on_backup", "puskesmas"), ("firing", "site_down", "puskesmas")]
    first, wider = story.told
    assert wider.merged == (first.incident.id,)
    assert story.open() == [("site_down", "puskesmas")]
    assert set(wider.incident.affected_now) == {"puskesmas", "posyandu"}


def test_a_site_that_comes_back_on_its_backup_alone_begins_afresh() -> None:
    story = on_backup()
    story.silent |= {"puskesmas", "posyandu"}
    story.at(500.0)
    return_by_backup(story, 500.0)
    story.at(700.0)
    assert story.notices()[2:] == [
        ("recovered", "site_down", "puskesmas"),
        ("firing", "on_backup", "puskesmas"),
    ]
    outage = next(one for one in story.incidents.values() if one.kind == "site_down")
    assert story.told[3].incident.began_at == outage.ended_at
    assert story.open() == [("on_backup", "puskesmas")]
    mend_main(story, 800.0)
    story.at(900.0)
    assert story.notices()[4:] == [("recovered", "on_backup", "puskesmas")]


def test_a_site_that_comes_back_on_its_main_link_is_well() -> None:
    story = on_backup()
    story.silent |= {"puskesmas", "posyandu"}
    story.at(500.0)
    story.silent -= {"puskesmas", "posyandu"}
    mend_main(story, 500.0)
    story.at(700.0)
    assert [kind for kind, _, _ in story.notices()] == ["firing", "firing", "recovered"]
    assert story.open() == []


def test_a_backup_that_carries_nothing_is_an_outage() -> None:
    story = Story(city())
    lose_main(story)
    story.at(400.0)
    assert story.notices() == [("firing", "site_down", "puskesmas")]
    assert {one.kind for one in story.incidents.values()} == {"site_down"}


def test_what_was_measured_before_the_loss_does_not_show_a_backup() -> None:
    """A report of before the cut comes in after it."""
    story = Story(city())
    lose_main(story)
    story.at(CUT + 3.0)
    story.heard("puskesmas", measured_at=CUT - 1.0)
    story.at(400.0)
    assert story.notices() == [("firing", "site_down", "puskesmas")]


def test_a_router_that_answers_no_ping_is_no_backup_while_the_uplink_answers() -> None:
    story = Story(city())
    story.at(101.4)
    story.lost("noc", "puskesmas", since=100.2)
    story.lost("pop", "puskesmas", since=100.3)
    story.at(300.0)
    assert story.notices() == [("firing", "target_down", "puskesmas")]


def test_the_agents_own_loss_of_its_main_way_is_enough() -> None:
    """Its backup passes another POP, and the network carries pings to its router that way."""
    story = Story(city({**WAYS, "pop-2": ("noc",), "puskesmas": ("pop", "pop-2")}, silence_only=["posyandu"]))
    story.at(101.4)
    story.lost("puskesmas", "uplink", since=100.2)
    story.at(300.0)
    assert story.notices() == [("firing", "on_backup", "puskesmas")]
    assert story.told[0].incident.seen_by == ("puskesmas",)
    story.found("puskesmas", "uplink")
    story.at(400.0)
    assert story.notices()[1:] == [("recovered", "on_backup", "puskesmas")]


def test_without_an_uplink_the_loss_of_the_router_is_enough() -> None:
    story = Story(city(seen_itself=False))
    lose_main(story)
    story.at(CUT + 30.0)
    story.silent -= {"puskesmas", "posyandu"}
    story.at(300.0)
    assert story.notices() == [("firing", "on_backup", "puskesmas")]
    story.found("noc", "puskesmas")
    story.found("noc", "posyandu")
    story.found("pop", "puskesmas")
    story.at(400.0)
    assert story.notices()[1:] == [("recovered", "on_backup", "puskesmas")]


def test_a_pop_above_that_is_down_explains_it() -> None:
    story = Story(city())
    story.at(CUT)
    story.silent |= {"pop", "puskesmas", "posyandu", "warkop"}
    story.at(CUT + 1.4)
    for site in ("pop", "puskesmas", "posyandu", "warkop"):
        story.lost("noc", site, since=CUT + 0.2)
    return_by_backup(story, CUT + 30.0)
    story.at(400.0)
    assert story.notices() == [("firing", "site_down", "pop")]
    assert {one.kind for one in story.incidents.values()} == {"site_down"}
    assert story.core.on_backup("puskesmas") is True


def test_a_pop_that_fails_later_takes_it_in_and_a_site_that_stays_begins_afresh() -> None:
    story = on_backup()
    story.silent |= {"pop", "warkop"}
    story.at(301.4)
    for site in ("pop", "warkop"):
        story.lost("noc", site, since=300.2)
    story.at(400.0)
    assert story.notices()[1:] == [("firing", "site_down", "pop")]
    assert len(story.told[1].merged) == 1
    story.silent = set()
    for site in ("pop", "warkop"):
        story.found("noc", site)
    story.at(600.0)
    assert story.notices()[2:] == [("recovered", "site_down", "pop"), ("firing", "on_backup", "puskesmas")]
    assert START + 390.0 < story.told[3].incident.began_at <= START + 400.0


def test_two_sites_that_lose_their_links_to_one_pop_are_two() -> None:
    ways = {**WAYS, "sekolah": ("pop", INTERNET)}
    parents = {"puskesmas": "pop", "sekolah": "pop"}
    uplink = {site: [("icmp", "uplink")] for site in parents}
    mains = {site: ["pop"] for site in parents}
    story = Story(town(ways, more_probes=uplink, parents=parents, mains=mains))
    story.at(101.4)
    for site in parents:
        story.lost("noc", site, since=100.2)
        story.lost("pop", site, since=100.3)
        story.lost(site, "uplink", since=100.4)
    story.lost("noc", "posyandu", since=100.2)
    story.at(300.0)
    assert sorted(story.notices()) == [
        ("firing", "on_backup", "puskesmas"),
        ("firing", "on_backup", "sekolah"),
    ]
    assert story.open() == [("on_backup", "puskesmas"), ("on_backup", "sekolah")]


def test_a_restart_in_the_middle_changes_nothing() -> None:
    story = on_backup()
    story.restart()
    story.at(305.0)
    assert story.open() == [("on_backup", "puskesmas")]
    story.tell(Connected())
    for site in ("puskesmas", "posyandu"):
        story.lost("noc", site, since=CUT + 0.2)
    story.lost("pop", "puskesmas", since=CUT + 0.3)
    story.lost("puskesmas", "uplink", since=CUT + 0.5)
    story.at(500.0)
    assert story.open() == [("on_backup", "puskesmas")]
    assert len(story.told) == 1
    mend_main(story, 500.0)
    story.at(600.0)
    assert story.notices()[1:] == [("recovered", "on_backup", "puskesmas")]


def test_a_restart_before_the_notice_delays_it_alone() -> None:
    story = on_backup(CUT + 45.0)
    assert story.open() == [("on_backup", "puskesmas")]
    story.restart()
    story.tell(Connected())
    story.at(CUT + 50.0)
    for site in ("puskesmas", "posyandu"):
        story.lost("noc", site, since=CUT + 0.2)
    story.lost("pop", "puskesmas", since=CUT + 0.3)
    story.lost("puskesmas", "uplink", since=CUT + 0.5)
    story.at(CUT + 100.0)
    for site in ("puskesmas", "posyandu"):
        story.lost("noc", site, since=CUT + 0.2)
    story.lost("pop", "puskesmas", since=CUT + 0.3)
    story.lost("puskesmas", "uplink", since=CUT + 0.5)
    story.at(400.0)
    assert story.notices() == [("firing", "on_backup", "puskesmas")]


def test_a_main_link_that_flaps_is_one_flapping_incident() -> None:
    story = Story(city())
    for number in range(4):
        since = 100.0 + 40.0 * number
        story.at(since + 1.4)
        for site in ("puskesmas", "posyandu"):
            story.lost("noc", site, since=since + 0.2)
        story.lost("pop", "puskesmas", since=since + 0.3)
        story.lost("puskesmas", "uplink", since=since + 0.5)
        if number < 3:
            mend_main(story, since + 20.0)
    story.at(900.0)
    assert story.notices() == [("firing", "flapping", "puskesmas")]
    assert ("on_backup", "puskesmas") in story.open(), "it is kept as a record"
    story.at(1300.0)
    assert story.notices()[1:] == [
        ("firing", "on_backup", "puskesmas"),
        ("recovered", "flapping", "puskesmas"),
    ]


def test_an_uplink_that_flaps_as_its_own_agent_sees_it_is_one_flapping_incident() -> None:
    story = Story(city({**WAYS, "pop-2": ("noc",), "puskesmas": ("pop", "pop-2")}))
    for number in range(4):
        since = 100.0 + 40.0 * number
        story.at(since + 1.4)
        story.lost("puskesmas", "uplink", since=since + 0.5)
        if number < 3:
            story.at(since + 20.0)
            story.found("puskesmas", "uplink")
    story.at(900.0)
    assert [(kind, about) for kind, about, _ in story.notices()] == [("firing", "flapping")]
    assert ("on_backup", "puskesmas") in story.open()


def test_planned_work_at_the_main_link_is_no_notice() -> None:
    story = Story(city())
    story.follow(plan(work(50.0, 600.0, links=["fibre"]), main_links=FIBRE))
    lose_main(story)
    return_by_backup(story, CUT + 30.0)
    story.at(400.0)
    assert story.told == []
    (planned,) = story.core.open()
    assert (planned.kind, planned.planned) == ("on_backup", "Work")
    mend_main(story, 500.0)
    story.at(900.0)
    assert story.told == []


def test_work_that_a_site_outlasts_on_its_backup_is_told_then() -> None:
    story = Story(city())
    story.follow(plan(work(50.0, 300.0, links=["fibre"]), main_links=FIBRE))
    lose_main(story)
    return_by_backup(story, CUT + 30.0)
    story.at(600.0)
    assert story.notices() == [("firing", "on_backup", "puskesmas")]
    assert story.told[0].at == START + 330.0


@pytest.mark.parametrize("seconds", [1.0, 200.0])
def test_a_backup_that_leaves_the_inventory_ends_it_as_removed(seconds: float) -> None:
    story = on_backup(300.0)
    story.rearrange(Network(**{**vars(city()), "mains": {}, "uplinks": {**WAYS, "puskesmas": ("pop",)}}))
    story.at(300.0 + seconds)
    (ended,) = (one for one in story.incidents.values() if one.kind == "on_backup")
    assert ended.removed


def test_an_agent_that_stops_leaves_it_open_while_others_report_behind() -> None:
    story = on_backup()
    story.silent |= {"puskesmas"}
    story.at(500.0)
    assert story.open() == [("agent_silent", "puskesmas"), ("on_backup", "puskesmas")]
    story.found("noc", "puskesmas")
    story.found("noc", "posyandu")
    story.found("pop", "puskesmas")
    story.at(600.0)
    assert story.open() == [("agent_silent", "puskesmas")]


def test_it_is_known_of_each_site_with_a_backup_whether_it_runs_on_it() -> None:
    story = Story(city())
    story.at(90.0)
    assert story.core.on_backup("puskesmas") is False
    assert story.core.on_backup("warkop") is None, "it has none"
    lose_main(story)
    story.at(CUT + 20.0)
    assert story.core.on_backup("puskesmas") is None, "nobody knows yet"
    return_by_backup(story, CUT + 30.0)
    assert story.core.on_backup("puskesmas") is True
    story.silent |= {"puskesmas", "posyandu"}
    story.at(400.0)
    assert story.core.on_backup("puskesmas") is False, "it is down"
