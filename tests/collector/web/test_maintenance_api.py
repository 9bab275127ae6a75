"""Planned work by HTTP: windows that people make, list and end."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from collector.changes import Changes
from collector.intake.watch import Watch
from collector.inventory import City
from collector.planned import MADE_AT_MOST, MadeWindow, MaintenanceWindow, ended, made
from collector.web.api.maintenance import entries
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import START, PlayedCity, sample_city

JSON = {"Content-Type": "application/json"}
HERE = ZoneInfo("Asia/Pontianak")
NIGHTLY = MaintenanceWindow(
    title="Nightly",
    starts=datetime(2026, 9, 25, 1),
    ends=datetime(2026, 9, 25, 4),
    repeat="daily",
    sites=["pop-utara"],
)


def with_nightly() -> City:
    return structs.replace(sample_city(), maintenance=[NIGHTLY])


@pytest.fixture
def city() -> PlayedCity:
    played = PlayedCity(with_nightly())
    played.run(1)
    return played


def one_of_many(number: int) -> MadeWindow:
    one = made(structs.replace(NIGHTLY, title="One of many"), "Sari", "api", START, HERE)
    return structs.replace(one, id=f"w{number}")


def over(number: int) -> MadeWindow:
    return ended(one_of_many(number), START - 1 + number / 1000)


@pytest.fixture
def crowded(request: pytest.FixtureRequest, city: PlayedCity) -> None:
    """The watch goes on with as many windows as there is room for. To make them one by one takes seconds."""
    windows = map(request.param, range(MADE_AT_MOST))
    city.watch = Watch(city.state, city.assignments, city.now, windows=windows)


@pytest.fixture
def web(city: PlayedCity) -> Iterator[Served]:
    served = Served(city.state, now=START + 1.5)
    served.watch = city.watch
    with serving(served):
        yield served


def make(web: Served, **window: Any) -> tuple[int, Any]:
    document = {"by": "Sari", "title": "New battery", **window}
    answer = web.post("/api/maintenance", json.dumps(document).encode(), **JSON)
    return answer.status, json.loads(answer.text)


def end(web: Served, id: str, **headers: str) -> tuple[int, Any]:
    answer = web.post(f"/api/maintenance/{id}/end", b'{"by": "Sari"}', **JSON, **headers)
    return answer.status, json.loads(answer.text)


def listed(web: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(web.get("/api/maintenance").text)
    return found


def at(hour: int, day: int = 24) -> float:
    return datetime(2026, 9, day, hour, tzinfo=HERE).timestamp()


def test_a_window_that_a_person_makes_begins_at_once(web: Served) -> None:
    status, window = make(web, sites=["pop-selatan"], minutes=120)
    assert status == 200
    assert (window["begins_at"], window["ends_at"]) == (at(14) + 1, at(16) + 1)
    assert (window["active"], window["by"], window["via"]) == (True, "Sari", "api")
    assert web.watch.plan.at(START + 2).sites == {"pop-selatan": "New battery"}


def test_the_list_has_the_windows_of_the_inventory_too(web: Served) -> None:
    make(web, sites=["pop-selatan"], minutes=120)
    assert [(one["window"]["title"], one["via"], one["active"], one["begins_at"]) for one in listed(web)] == [
        ("New battery", "api", True, at(14) + 1),
        ("Nightly", "inventory", False, at(1, day=25)),
    ]


def test_a_window_may_begin_later_and_repeat(web: Served) -> None:
    status, window = make(
        web,
        districts=["Pontianak Utara"],
        starts="2026-09-27T01:00:00",
        ends="2026-09-27T04:00:00",
        repeat="monthly",
        on=["last sunday"],
        until="2027-01-31",
    )
    assert status == 200
    assert (window["active"], window["begins_at"]) == (False, at(1, day=27))


def test_times_with_an_offset_and_a_local_end_are_taken(web: Served) -> None:
    assert make(web, sites=["pop-utara"], starts="2026-09-24T08:00:00Z", minutes=60)[1]["begins_at"] == at(15)
    assert make(web, sites=["pop-utara"], ends="2026-09-24T17:00:00")[1]["ends_at"] == at(17)


def test_the_same_request_twice_is_one_window(web: Served) -> None:
    first, second = make(web, sites=["pop-utara"], minutes=60), make(web, sites=["pop-utara"], minutes=60)
    assert first == second
    assert len(listed(web)) == 2


def test_a_window_that_is_over_when_it_is_stored_is_a_mistake(
    web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    transact = web.transact

    async def slow(decide: Callable[[], Changes]) -> None:
        await transact(decide)
        web.now = START + 62

    monkeypatch.setattr(web, "transact", slow)
    status, answer = make(web, sites=["pop-utara"], minutes=1)
    assert (status, answer["detail"][:6]) == (422, "ends: ")


def test_a_person_ends_a_window_once(web: Served) -> None:
    id = make(web, sites=["pop-selatan"], minutes=120)[1]["id"]
    assert end(web, id) == (200, {"id": id, "title": "New battery", "ended_at": START + 1.5})
    assert [one["window"]["title"] for one in listed(web)] == ["Nightly"]
    web.now = START + 60
    assert end(web, id)[1]["ended_at"] == START + 1.5


def test_a_window_of_the_inventory_is_ended_there(web: Served, city: PlayedCity) -> None:
    (nightly,) = entries(city.watch.plan, {}, START)
    assert end(web, nightly.id) == (
        409,
        {"detail": "'Nightly' stands in the inventory; change its ends in [[maintenance]] there"},
    )
    assert end(web, "nowhere") == (404, {"detail": "no window nowhere; see /api/maintenance"})


MISTAKES: dict[str, dict[str, Any]] = {
    "ends: write either ends or minutes": {"minutes": None},
    "'New battery' covers nothing; name sites, links, applications, districts or providers": {"sites": []},
    "sites: 'pop-selatn' is not among the city's sites; did you mean": {"sites": ["pop-selatn"]},
    "minutes: Expected `int` >= 1": {"minutes": 0},
    "ends: 2026-09-24T13:00:00+07:00 is not after starts": {"minutes": None, "ends": "2026-09-24T13:00:00"},
    "ends: 2026-09-23T13:05:00 is over, and no occurrence follows": {"starts": "2026-09-23T13:00:00"},
    "starts: is missing; a window that repeats needs it": {"repeat": "daily"},
    "starts: 2026-09-24T08:00:00+00:00 has an offset; write the city's local time, without one": {
        "repeat": "daily",
        "starts": "2026-09-24T08:00:00Z",
    },
    "ends: 2026-09-24T23:00:00: write both times with an offset, or both without one": {
        "minutes": None,
        "starts": "2026-09-24T15:00:00Z",
        "ends": "2026-09-24T23:00:00",
    },
    "starts: 0001-01-01T00:00:00: write a year from 2000": {"starts": "0001-01-01T00:00:00"},
    "until: 9999-12-31: write a year from 2000 to 2099, or leave it out": {
        "minutes": None,
        "starts": "2026-12-01T22:00:00",
        "ends": "2026-12-02T02:00:00",
        "repeat": "daily",
        "until": "9999-12-31",
    },
    "title: is blank; write a sentence": {"title": " \u202e\u200f"},
    "by: is blank; give a name": {"by": "\u200b"},
    "starts: 9999-12-31T23:59:00: write a year from 2000": {"starts": "9999-12-31T23:59:00"},
    "ends: 0001-01-01T00:00:00: write a year from 2000": {"minutes": None, "ends": "0001-01-01T00:00:00"},
    "until: has no effect without repeat": {"until": "2026-09-25"},
    "top level: Object contains unknown field `colour`": {"colour": "red"},
}


@pytest.mark.parametrize("detail", MISTAKES)
def test_a_window_with_a_mistake_is_refused_with_its_remedy(web: Served, detail: str) -> None:
    status, answer = make(web, **{"sites": ["pop-utara"], "minutes": 5} | MISTAKES[detail])
    assert status == 422
    assert answer["detail"].startswith(detail)
    assert len(listed(web)) == 1


def test_either_ends_or_minutes_is_given(web: Served) -> None:
    status, answer = make(web, sites=["pop-utara"], minutes=5, ends="2026-09-24T17:00:00")
    assert (status, answer["detail"]) == (422, "ends: write either ends or minutes")


def test_a_change_of_the_plan_needs_permission(web: Served) -> None:
    web.token = "s3cret"
    assert make(web, sites=["pop-utara"], minutes=5)[0] == 401
    assert end(web, "nowhere")[0] == 401
    assert end(web, "nowhere", Authorization="Bearer s3cret")[0] == 404
    assert web.get("/api/maintenance").status == 200


@pytest.mark.parametrize("crowded", [one_of_many], indirect=True, ids=["open"])
@pytest.mark.usefixtures("crowded")
def test_people_make_no_more_windows_than_there_is_room_for(web: Served) -> None:
    assert make(web, sites=["pop-utara"], minutes=5) == (
        409,
        {"detail": "there are 500 windows already; end some of them"},
    )
    end(web, "w7")
    assert make(web, sites=["pop-utara"], minutes=5)[0] == 200, "as the answer says"


@pytest.mark.parametrize("crowded", [over], indirect=True, ids=["over"])
@pytest.mark.usefixtures("crowded")
def test_windows_that_people_end_again_and_again_do_not_pile_up(web: Served) -> None:
    for number in range(MADE_AT_MOST, MADE_AT_MOST + 50):
        web.watch.plan_work(over(number))
    assert len(web.watch.windows) == MADE_AT_MOST
    assert f"w{MADE_AT_MOST + 49}" in web.watch.windows


def test_a_title_and_a_name_are_kept_on_one_line(web: Served) -> None:
    status, window = make(web, title="Work\n\u202eALL", by="Sari\n", sites=["pop-utara"], minutes=5)
    assert (status, window["window"]["title"], window["by"]) == (200, "Work �ALL", "Sari")


def test_a_window_is_described_as_it_is_sent(web: Served) -> None:
    schemas = json.loads(web.get("/openapi.json").text)["components"]["schemas"]
    (sent,) = listed(web)
    assert sent.keys() == schemas["PlannedEntry"]["properties"].keys()
    assert sent["window"].keys() == schemas["MaintenanceWindow"]["properties"].keys()


def test_planned_work_is_kept_as_an_action_of_a_person(web: Served) -> None:
    id = make(web, sites=["pop-utara"], minutes=5)[1]["id"]
    end(web, id)
    end(web, id)
    actions = json.loads(web.get("/api/actions").text)
    assert [(one["by"], one["via"], one["what"], one["text"]) for one in reversed(actions)] == [
        ("Sari", "api", "plan work", f"New battery ({id})"),
        ("Sari", "api", "end work", f"New battery ({id})"),
    ]
