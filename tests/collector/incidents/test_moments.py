"""The moments of an incident: growth, corrections and merges stay with it, bounded and counted."""

import msgspec

from collector.causes import NOT_WEIGHED
from collector.incidents import Affected, Incident, Subject
from collector.incidents.moments import FIRST_KEPT, NEWEST_KEPT, remembering
from collector.incidents.register import Register
from collector.incidents.stepped import not_ahead

NOW = 1_790_233_200.0
POWER = msgspec.structs.replace(NOT_WEIGHED, cause="power")


def opened(register: Register, root: str = "pop", *sites: str) -> Incident:
    affected = tuple(Affected(site, NOW) for site in (root, *sites))
    return register.opened(Subject("site_down", root), "warning", NOW, NOW, affected)


def grown(incident: Incident, *sites: str, at: float = NOW) -> tuple[Affected, ...]:
    return (*incident.affected, *(Affected(site, at) for site in sites))


def whats(incident: Incident) -> list[tuple[str, str, str]]:
    return [(one.what, one.before, one.after) for one in incident.moments]


def test_growth_within_a_minute_is_one_moment_that_names_some_sites() -> None:
    register = Register()
    incident = opened(register)
    incident = register.updated(incident, NOW + 10, affected=grown(incident, "a", "b"))
    incident = register.updated(incident, NOW + 12, affected=grown(incident, "c", "d"))
    (moment,) = incident.moments
    assert (moment.at, moment.what, moment.before, moment.after) == (NOW + 12, "grew", "1", "5")
    assert moment.sites == ("a", "b", "c")
    back = tuple(
        msgspec.structs.replace(one, until=NOW + 80) if one.site in "ab" else one for one in incident.affected
    )
    incident = register.updated(incident, NOW + 90, affected=back)
    assert whats(incident)[1:] == [("shrank", "5", "3")]


def test_each_correction_is_a_moment_of_its_own() -> None:
    register = Register()
    incident = opened(register)
    incident = register.updated(incident, NOW + 20, weighed=POWER)
    incident = register.updated(incident, NOW + 30, severity="critical")
    incident = register.updated(incident, NOW + 40, planned="New cable")
    incident = register.updated(incident, NOW + 50, planned="")
    incident = register.backdated(incident, NOW - 100, NOW + 60)
    assert whats(incident) == [
        ("cause", "unknown", "power"),
        ("severity", "warning", "critical"),
        ("planned", "", "New cable"),
        ("outlasted", "New cable", ""),
        ("earlier", "", ""),
    ]
    assert [one.at - NOW for one in incident.moments] == [20, 30, 40, 50, 60]


def test_the_state_at_the_opening_is_no_moment() -> None:
    register = Register()
    incident = opened(register)
    assert register.updated(incident, NOW, affected=grown(incident, "a"), weighed=POWER).moments == ()


def test_a_wider_incident_remembers_those_that_it_took_in() -> None:
    register = Register()
    one, wider = opened(register, "leaf"), opened(register, "pop")
    register.merged(one, wider, NOW + 5)
    kept = register.get(wider.id)
    assert kept is not None
    assert whats(kept) == [("took_in", "", one.id), ("grew", "1", "2")]


def test_a_part_of_a_power_cut_remembers_when_it_joined_and_parted() -> None:
    register = Register()
    part = opened(register, "leaf")
    cut = register.opened(Subject("power_cut", "feeder/7"), "warning", NOW, NOW)
    register.joined(part, cut, NOW + 5)
    register.parted(register.open[part.subject], register.open[cut.subject], NOW + 90)
    assert whats(register.open[part.subject]) == [("joined", "", cut.id), ("parted", cut.id, "")]


def test_the_first_and_the_newest_moments_stay_and_the_rest_is_counted() -> None:
    incident = opened(Register())
    for number in range(1, 201):
        severity = "critical" if number % 2 else "warning"
        changed = msgspec.structs.replace(incident, severity=severity)
        incident = remembering(incident, changed, NOW + number)
    assert len(incident.moments) == FIRST_KEPT + NEWEST_KEPT
    assert incident.moments_dropped == 200 - FIRST_KEPT - NEWEST_KEPT
    assert incident.moments[FIRST_KEPT - 1].at == NOW + FIRST_KEPT
    assert incident.moments[-1].at == NOW + 200


def test_moments_follow_a_clock_that_was_ahead_and_a_store_keeps_them() -> None:
    register = Register()
    incident = register.updated(opened(register), NOW + 10, severity="critical")
    kept = msgspec.json.decode(msgspec.json.encode(incident), type=Incident)
    assert kept == incident
    assert not_ahead(kept, NOW - 3600).moments[0].at == incident.moments[0].at - 3600
