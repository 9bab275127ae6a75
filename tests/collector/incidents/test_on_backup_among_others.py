"""A site on its backup, while a POP fails, links flap, people work, and the collector restarts."""

import pytest

from collector.incidents import Connected, Network
from collector.inventory import INTERNET
from tests.fakes.backup_story import CUT, FIBRE, WAYS, city, lose_main, mend_main, on_backup, return_by_backup
from tests.fakes.maintenance import plan, work
from tests.fakes.story import Story
from tests.fakes.towns import town
from tests.fakes.virtual_time import START


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


def test_another_site_that_loses_the_same_pop_by_its_own_link_changes_nothing() -> None:
    """Nobody pings the router of the first. Two of three miss the POP's router, but the POP is well."""
    ways = {**WAYS, "sekolah": ("pop", INTERNET)}
    parents = {"puskesmas": "pop", "sekolah": "pop"}
    uplink = {site: [("icmp", "uplink")] for site in parents}
    mains = {site: ["pop"] for site in parents}
    story = Story(
        town(ways, None, ["puskesmas", "posyandu"], more_probes=uplink, parents=parents, mains=mains)
    )
    story.at(101.4)
    story.lost("puskesmas", "uplink", since=100.2)
    story.at(300.0)
    assert story.notices() == [("firing", "on_backup", "puskesmas")]
    story.at(301.4)
    story.lost("noc", "sekolah", since=300.2)
    story.lost("pop", "sekolah", since=300.3)
    story.lost("sekolah", "uplink", since=300.4)
    story.at(500.0)
    assert story.notices()[1:] == [("firing", "on_backup", "sekolah")]
    assert story.open() == [("on_backup", "puskesmas"), ("on_backup", "sekolah")]
