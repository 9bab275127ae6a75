"""The notices of an incident, made anew for one receiver."""

import msgspec

from collector.inventory.city import Match
from collector.notices.replay import replay
from tests.fakes.incidents import NOW, incident, over
from tests.fakes.receivers import notifying, webhook

CITY = notifying(desk=webhook())


def test_deeds_of_people_after_the_announcement_are_in_the_recovery_alone() -> None:
    done = msgspec.structs.replace(
        incident(), acknowledged_at=NOW - 30, acknowledged_by="Sari", cause="power", cause_by="Sari"
    )
    first, last = replay(over(done), "desk", CITY, NOW).notices
    assert "Sari" not in first.text
    assert "Cause: not known yet." in first.text
    assert "Sari had it in hand" in last.text


def test_it_says_whether_the_incident_fits_and_is_announced() -> None:
    grave = notifying(desk=msgspec.structs.replace(webhook(), match=Match(severity=["critical"])))
    found = replay(incident(announced_at=None), "desk", grave, NOW)
    assert (found.fits, found.announced) == (False, False)
    assert [one.kind for one in found.notices] == ["firing"]


def test_planned_work_and_a_part_of_a_wider_incident_have_no_notices() -> None:
    planned = incident(announced_at=None, planned="UPS")
    assert replay(planned, "desk", CITY, NOW).notices == []
    merged = msgspec.structs.replace(over(incident()), status="merged", merged_into="wide2345")
    found = replay(merged, "desk", CITY, NOW)
    assert (found.merged_into, found.notices) == ("wide2345", [])
