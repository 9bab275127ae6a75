"""A site that runs on its backup has an incident of its own, in place of its router's and its uplink's."""

from collector.incidents import Network, WatchedSite
from tests.fakes.backup_story import CUT, WAYS, city, lose_main, mend_main, on_backup, return_by_backup
from tests.fakes.story import Story
from tests.fakes.virtual_time import START


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


def test_a_site_behind_whose_agent_is_back_later_is_not_down() -> None:
    """No ping from outside passes the backup, so the router behind it is lost too."""
    story = Story(city())
    lose_main(story)
    story.at(CUT + 30.0)
    story.silent -= {"puskesmas"}
    story.heard("puskesmas", measured_at=CUT + 5.0)  # its backlog: its older findings count no more
    story.lost("puskesmas", "uplink", since=CUT + 0.5)
    story.at(CUT + 70.0)
    story.silent -= {"posyandu"}
    story.at(400.0)
    assert story.notices() == [("firing", "on_backup", "puskesmas")]
    assert {one.kind for one in story.incidents.values()} == {"on_backup"}
