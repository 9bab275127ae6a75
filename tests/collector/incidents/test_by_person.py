"""People take incidents in hand, give them back, add notes and set causes."""

import pytest

from collector.incidents import Acknowledged, ByPerson, CauseSet, Noted, PersonNote, Unacknowledged, outcome
from collector.incidents.announce import REMIND_SECONDS
from collector.incidents.by_person import NOTES_KEPT
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.towns import TWO_POPS, town

HOUR = 3600.0


def broken_city() -> tuple[SimulatedCity, str]:
    """A city with a dead POP, and the id of its incident."""
    city = SimulatedCity(town(TWO_POPS))
    city.break_site("pop-east")
    city.run(HOUR)
    return city, city.told[0].incident.id


def test_an_incident_that_is_given_back_gets_reminders_again_from_then() -> None:
    city, id = broken_city()
    city.tell(Acknowledged(id, "Sari", "I drive there"))
    city.run(2.2 * REMIND_SECONDS)
    assert [notice.kind for notice in city.told] == ["firing"]
    given_back_at = city.now
    city.tell(Unacknowledged(id, "Budi"))
    city.run(1.5 * REMIND_SECONDS)
    assert [notice.kind for notice in city.told] == ["firing", "reminder"]
    assert city.told[-1].at == pytest.approx(given_back_at + REMIND_SECONDS, abs=1.0)
    assert not city.incidents[id].in_hand


def test_the_first_person_keeps_an_incident_in_hand() -> None:
    city, id = broken_city()
    city.tell(Acknowledged(id, "Sari", "I drive there"), Acknowledged(id, "Budi"))
    incident = city.incidents[id]
    assert (incident.acknowledged_by, incident.acknowledged_note) == ("Sari", "I drive there")
    assert outcome(incident, Acknowledged(id, "Budi")) == "in_hand"


def test_nobody_gives_back_an_incident_that_nobody_has_in_hand() -> None:
    city, id = broken_city()
    assert outcome(city.incidents[id], Unacknowledged(id, "Budi")) == "not_in_hand"
    city.tell(Unacknowledged(id, "Budi"))
    assert city.incidents[id].unacknowledged_at is None


def test_a_cause_and_notes_may_follow_after_the_end_but_no_one_takes_it_in_hand() -> None:
    city, id = broken_city()
    city.mend_site("pop-east")
    city.run(HOUR)
    city.tell(Noted(id, "Sari", "the fuse"), CauseSet(id, "Budi", "power"), Acknowledged(id, "Budi"))
    incident = city.incidents[id]
    assert incident.status == "closed"
    assert [(note.by, note.text) for note in incident.notes] == [("Sari", "the fuse")]
    assert (incident.cause, incident.cause_by, incident.in_hand) == ("power", "Budi", False)
    assert outcome(incident, Acknowledged(id, "Budi")) == "closed"
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]


def test_a_cause_is_taken_back_and_the_same_one_changes_nothing() -> None:
    city, id = broken_city()
    city.tell(CauseSet(id, "Budi", "power"))
    assert outcome(city.incidents[id], CauseSet(id, "Sari", "power")) == "unchanged"
    city.tell(CauseSet(id, "Sari", ""))
    assert (city.incidents[id].cause, city.incidents[id].cause_by) == ("", "")


def test_the_newest_notes_stay_with_an_incident() -> None:
    city, id = broken_city()
    for number in range(NOTES_KEPT + 5):
        city.tell(Noted(id, "Sari", f"note {number}"))
    notes = city.incidents[id].notes
    assert len(notes) == NOTES_KEPT
    assert notes[-1] == PersonNote(city.now, "Sari", f"note {NOTES_KEPT + 4}")


def test_a_wider_incident_is_not_in_hand_because_one_that_it_took_in_is() -> None:
    city = SimulatedCity(town(TWO_POPS))
    city.break_site("east-1")
    city.run(120.0)
    child = city.told[0].incident.id
    city.tell(Acknowledged(child, "Sari"))
    city.break_site("pop-east")
    city.run(120.0)
    (pop,) = (one for one in city.incidents.values() if one.root == "pop-east")
    assert (city.incidents[child].status, city.incidents[child].merged_into) == ("merged", pop.id)
    assert not pop.in_hand
    late: list[ByPerson] = [
        Acknowledged(child, "Budi"),
        Noted(child, "Budi", "x"),
        Unacknowledged(child, "B"),
    ]
    assert [outcome(city.incidents[child], one) for one in late] == ["merged"] * 3


def test_an_unknown_incident_takes_nothing() -> None:
    city, _ = broken_city()
    before = dict(city.incidents)
    city.tell(
        Acknowledged("nowhere", "Sari"), Noted("nowhere", "Sari", "x"), CauseSet("nowhere", "S", "link")
    )
    assert city.incidents == before
    assert outcome(None, Acknowledged("nowhere", "Sari")) == "unknown"
