"""Who is told of what."""

from typing import get_args

import msgspec
import pytest

from collector.incidents import Incident
from collector.incidents.incident import Kind
from collector.inventory.city import IncidentKind, Match
from collector.notices.route import Route, receivers
from tests.fakes.incidents import NOW, down, incident, notice, over
from tests.fakes.receivers import notifying, webhook

POP = incident(
    root="pop-selatan", id="pppp2345", severity="critical", affected=down("pop-selatan", "gradasi")
)
BLIND = incident("collector_blind", "collector", severity="critical", affected=())
SILENT = incident("agent_silent", severity="info")


def test_the_inventory_knows_the_kinds_of_incidents() -> None:
    assert set(get_args(IncidentKind)) == set(get_args(Kind))


@pytest.mark.parametrize(
    ("match", "fitting"),
    [
        (Match(), [POP, SILENT, BLIND]),
        (Match(severity=["critical"]), [POP, BLIND]),
        (Match(severity=["critical", "info"]), [POP, SILENT, BLIND]),
        (Match(kind=["agent_silent"]), [SILENT]),
        (Match(role=["pop"]), [POP]),
        (Match(role=["hotspot"]), [POP, SILENT]),
        (Match(district=["Pontianak Selatan"]), [POP, SILENT]),
        (Match(district=["Pontianak Kota"]), []),
        (Match(severity=["critical"], role=["hotspot"], district=["Pontianak Selatan"]), [POP]),
        (Match(severity=["info"], role=["pop"]), []),
    ],
)
def test_of_each_list_that_is_not_empty_one_must_fit(match: Match, fitting: list[Incident]) -> None:
    town = notifying(shift=msgspec.structs.replace(webhook(), match=match))
    assert [one for one in (POP, SILENT, BLIND) if list(receivers(one, town))] == fitting


def test_a_site_that_another_takes_down_counts_for_its_own_district() -> None:
    wide = incident(root="pop-selatan", affected=down("pop-selatan", "gradasi", "warkop"))
    assert list(receivers(wide, notifying(east=webhook(district=["Pontianak Tenggara"])))) == ["east"]


def test_a_target_is_where_its_agent_is() -> None:
    printer = incident("target_down", "printer", agent="dinkes", affected=())
    assert list(
        receivers(printer, notifying(offices=webhook(role=["office"]), pops=webhook(role=["pop"])))
    ) == ["offices"]


def test_a_receiver_of_an_outage_gets_its_end_although_it_became_milder() -> None:
    town, route = notifying(pager=webhook(severity=["critical"])), Route()
    assert route.of(notice(POP), town) == ["pager"]
    milder = msgspec.structs.replace(POP, severity="warning")
    assert route.of(notice(milder, "reminder"), town) == []
    assert route.of(notice(over(milder), "recovered"), town) == ["pager"]


def test_who_was_not_told_of_an_outage_is_not_told_of_its_end() -> None:
    town, route = notifying(east=webhook(district=["Pontianak Tenggara"]), all=webhook()), Route()
    alone = incident(root="gradasi")
    assert route.of(notice(alone), town) == ["all"]
    wider = msgspec.structs.replace(alone, affected=down("gradasi", "warkop"))
    assert route.of(notice(over(wider), "recovered"), town) == ["all"]


def test_an_outage_that_spreads_goes_once_to_receivers_that_it_fits_now() -> None:
    town, route = notifying(east=webhook(district=["Pontianak Tenggara"]), all=webhook()), Route()
    alone = incident(root="gradasi")
    route.of(notice(alone), town)
    wider = msgspec.structs.replace(alone, affected=down("gradasi", "warkop"))
    assert route.newly(wider, town, NOW) == ["east"]
    assert route.newly(wider, town, NOW) == []
    assert route.of(notice(over(wider), "recovered"), town) == ["east", "all"]


def test_nobody_is_newly_told_of_what_is_not_announced_or_over() -> None:
    town, route = notifying(all=webhook()), Route()
    assert route.newly(incident(announced_at=None), town, NOW) == []
    assert route.newly(over(incident()), town, NOW) == []


def test_whoever_was_told_of_a_merged_one_is_told_where_it_went_and_of_the_end() -> None:
    town, route = (
        notifying(minor=webhook(severity=["warning"]), pager=webhook(severity=["critical"])),
        Route(),
    )
    small = incident(root="gradasi")
    assert route.of(notice(small), town) == ["minor"]
    assert route.of(notice(POP), town) == ["pager"]
    assert route.of(notice(POP, "merged", merged=(small.id,)), town) == ["minor", "pager"]
    assert route.of(notice(over(POP), "recovered"), town) == ["minor", "pager"]


def test_a_first_notice_goes_to_all_who_know_the_incident_merged_into_it() -> None:
    town, route = (
        notifying(minor=webhook(severity=["warning"]), pager=webhook(severity=["critical"])),
        Route(),
    )
    small = incident(root="gradasi")
    route.of(notice(small), town)
    assert route.of(notice(POP, merged=(small.id,)), town) == ["minor", "pager"]
    assert route.of(notice(over(POP), "recovered"), town) == ["minor", "pager"]


def test_a_merged_one_that_was_never_named_is_named_by_the_recovery() -> None:
    town, route = notifying(minor=webhook(severity=["warning"])), Route()
    small = incident(root="gradasi")
    route.of(notice(small), town)
    assert route.of(notice(over(POP), "recovered", merged=(small.id,)), town) == ["minor"]


def test_a_restart_remembers_who_was_told() -> None:
    town = notifying(pager=webhook(severity=["critical"]), all=webhook())
    route = Route([(POP.id, "pager"), ("another1", "all")])
    milder = msgspec.structs.replace(POP, severity="warning")
    assert route.newly(milder, notifying(pager=webhook(severity=["critical"])), NOW) == []
    assert route.of(notice(over(milder), "recovered"), town) == ["pager"]


def test_who_left_the_inventory_is_not_told() -> None:
    route = Route([(POP.id, "gone"), (POP.id, "all")])
    assert route.of(notice(over(POP), "recovered"), notifying(all=webhook())) == ["all"]


def test_a_graver_incident_rings_at_those_who_know_a_milder_one() -> None:
    town, route = notifying(desk=webhook(severity=["warning"]), pager=webhook(severity=["critical"])), Route()
    mild = msgspec.structs.replace(POP, severity="warning", announced_at=NOW)
    assert route.of(notice(mild), town) == ["desk"]
    grave = msgspec.structs.replace(mild, severity="critical")
    assert route.newly(grave, town, NOW) == ["pager"]
    assert route.of(notice(grave, "worsened"), town) == ["desk"]
    assert route.of(notice(over(grave), "recovered"), town) == ["desk", "pager"]
