"""People change an incident by HTTP: one person, two at once; and one that is over, or a part of another."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import msgspec
import pytest

from collector.incidents import Action, Incident
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.played_city import PlayedCity, sample_city

JSON = {"Content-Type": "application/json"}
POP, CHILD = "pop-utara", "camat-utara"


@cache
def outage() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    played.cut.add(CHILD)
    played.run(80)
    return played


@pytest.fixture
def city() -> PlayedCity:
    return outage().copy()


@pytest.fixture
def web(city: PlayedCity) -> Iterator[Served]:
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


def child(city: PlayedCity) -> Incident:
    """The incident of the child, whatever its status."""
    return next(one for one in city.watch.incidents.saved() if one.root == CHILD)


def do(web: Served, method: str, path: str, **document: str) -> Answer:
    return web.ask(method, f"/api/incidents/{path}", json.dumps(document).encode(), **JSON)


def read(answer: Answer) -> tuple[bool, Incident]:
    assert answer.status == 200, answer.text
    document: dict[str, Any] = json.loads(answer.text)
    return document["changed"], msgspec.convert(document["incident"], Incident)


def actions(web: Served, query: str = "") -> list[Action]:
    return msgspec.json.decode(web.get(f"/api/actions{query}").body, type=list[Action])


def test_each_change_is_stored_with_its_action_before_the_answer(web: Served, city: PlayedCity) -> None:
    id = child(city).id
    for method, path, document in (
        ("POST", "acknowledgement", {"by": "Sari", "note": "I drive\nthere"}),
        ("POST", "notes", {"by": "Sari", "text": "no power here"}),
        ("PUT", "cause", {"by": "Budi", "cause": "power"}),
    ):
        changed, incident = read(do(web, method, f"{id}/{path}", **document))
        assert changed
        (stored,) = (one for one in web.store.incidents() if one.id == id)
        assert stored == incident
    assert (incident.acknowledged_by, incident.acknowledged_note) == ("Sari", "I drive there")
    assert (incident.cause, incident.cause_by) == ("power", "Budi")
    assert [note.text for note in incident.notes] == ["no power here"]
    found = [(one.by, one.via, one.what, one.text) for one in actions(web, f"?incident={id}")]
    assert found == [
        ("Budi", "api", "set cause", "power"),
        ("Sari", "api", "note", "no power here"),
        ("Sari", "api", "acknowledge", "I drive there"),
    ]
    assert actions(web, "?incident=other") == []


def test_of_two_people_at_once_the_first_keeps_it_and_the_second_reads_the_name(
    web: Served, city: PlayedCity
) -> None:
    id = child(city).id
    with ThreadPoolExecutor(2) as people:
        names = "Sari", "Budi"
        asked = [people.submit(do, web, "POST", f"{id}/acknowledgement", by=name) for name in names]
        answers = [read(one.result()) for one in asked]
    assert sorted(changed for changed, _ in answers) == [False, True]
    (holder,) = {incident.acknowledged_by for _, incident in answers}
    (action,) = actions(web)
    assert action.by == holder


def test_an_incident_is_given_back_once(web: Served, city: PlayedCity) -> None:
    id = child(city).id
    do(web, "POST", f"{id}/acknowledgement", by="Sari")
    changed, incident = read(web.ask("DELETE", f"/api/incidents/{id}/acknowledgement?by=Budi"))
    assert (changed, incident.in_hand) == (True, False)
    assert incident.unacknowledged_at == web.now
    again = web.ask("DELETE", f"/api/incidents/{id}/acknowledgement?by=Budi")
    assert (again.status, json.loads(again.text)) == (409, {"detail": f"nobody has incident {id} in hand"})
    assert [one.what for one in actions(web)] == ["unacknowledge", "acknowledge"]


def test_an_incident_that_is_over_takes_notes_and_a_cause_but_no_hand(web: Served, city: PlayedCity) -> None:
    city.cut.clear()
    city.run(40)
    web.now, id = city.now, child(city).id
    refused = do(web, "POST", f"{id}/acknowledgement", by="Sari")
    assert (refused.status, json.loads(refused.text)) == (409, {"detail": f"incident {id} is over"})
    assert read(do(web, "PUT", f"{id}/cause", by="Sari", cause="power"))[0]
    assert not read(do(web, "PUT", f"{id}/cause", by="Sari", cause="power"))[0]


def test_an_incident_that_is_a_part_of_another_names_the_wider_one(web: Served, city: PlayedCity) -> None:
    do(web, "POST", f"{child(city).id}/acknowledgement", by="Sari")
    city.cut.add(POP)
    city.run(60)
    web.now, id = city.now, child(city).id
    (pop,) = (one for one in city.watch.incidents.open() if one.root == POP)
    refused = do(web, "POST", f"{id}/acknowledgement", by="Budi")
    part = f"incident {id} is a part of {pop.id} now, which"
    assert (refused.status, json.loads(refused.text)) == (409, {"detail": f"{part} nobody has in hand"})
    assert read(do(web, "POST", f"{pop.id}/acknowledgement", by="Budi"))[0]
    refused = do(web, "POST", f"{id}/notes", by="Budi", text="x")
    assert json.loads(refused.text) == {"detail": f"{part} Budi has in hand"}


def test_an_incident_that_nobody_knows_is_not_found(web: Served) -> None:
    assert do(web, "POST", "nowhere/notes", by="Sari", text="x").status == 404
    answer = do(web, "POST", "nowhere/acknowledgement", by="Sari")
    assert answer.text == '{"detail":"no open incident nowhere; see /api/incidents"}'


@pytest.mark.parametrize(
    ("method", "path", "document", "key"),
    [
        ("POST", "acknowledgement", {"by": " "}, "by"),
        ("POST", "acknowledgement", {"by": "Sari", "note": "x" * 501}, "note"),
        ("POST", "notes", {"by": "Sari", "text": "\n "}, "text"),
        ("PUT", "cause", {"by": "Sari", "cause": "rain"}, "cause"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_by_its_key(
    web: Served, city: PlayedCity, method: str, path: str, document: dict[str, str], key: str
) -> None:
    answer = do(web, method, f"{child(city).id}/{path}", **document)
    assert answer.status == 422
    assert json.loads(answer.text)["detail"].startswith(f"{key}: ")
    assert actions(web) == []


def test_nothing_is_changed_while_nothing_can_be_stored(web: Served, city: PlayedCity) -> None:
    web.trouble = "the disk is full"
    answer = do(web, "POST", f"{child(city).id}/acknowledgement", by="Sari")
    assert (answer.status, json.loads(answer.text)) == (503, {"detail": "the disk is full"})
    assert not child(city).in_hand


def test_a_change_by_the_command_line_says_so(web: Served, city: PlayedCity) -> None:
    path = f"/api/incidents/{child(city).id}/notes"
    web.post(path, b'{"by": "Sari", "text": "x"}', **JSON, **{"User-Agent": "pantau-collector"})
    assert [one.via for one in actions(web)] == ["cli"]
