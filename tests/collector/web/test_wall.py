"""The wallboard says in words and signs what the city's state is, and how old that is."""

import math
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from collector.inventory import City
from collector.notices.texts import Language
from collector.web.wall import board
from collector.web.wall.content import Wall, wall
from collector.web.wall.districts import blocks
from collector.web.wall.geography import MARGIN, SIZE, drawn, geography
from collector.web.words import Speaker
from tests.collector.web.serving import Served, serving
from tests.fakes.city import PONTIANAK
from tests.fakes.played_city import PlayedCity, sample_city


def seen(city: PlayedCity, language: Language = "en", later_seconds: float = 0) -> Wall:
    say = Speaker(language, ZoneInfo(city.city.timezone), city.now + later_seconds)
    return wall(city.city, city.state, city.watch.incidents, geography(city.city), say)


@pytest.fixture(scope="module")
def well() -> PlayedCity:
    city = PlayedCity(sample_city())
    city.run(40)
    return city


@pytest.fixture(scope="module")
def broken(well: PlayedCity) -> PlayedCity:
    city = well.copy()
    city.cut.add("pop-timur")
    city.run(60)
    return city


def figures(shown: Wall) -> list[tuple[str, str, str]]:
    return [(one.number, one.words, one.state) for one in shown.figures]


def test_a_calm_city_has_four_numbers_without_trouble(well: PlayedCity) -> None:
    assert figures(seen(well)) == [
        ("102", "of 102 sites up", "up"),
        ("0", "sites down", ""),
        ("0", "users without network", ""),
        ("0", "incidents in nobody’s hand", ""),
    ]
    assert seen(well).sentence.level == "up"


def test_an_outage_is_counted_named_and_drawn(broken: PlayedCity) -> None:
    shown = seen(broken)
    (line,) = shown.lines
    worst = shown.blocks[0]

    assert figures(shown) == [
        ("86", "of 102 sites up", ""),
        ("16", "sites down", "down"),
        ("257", "users without network", "down"),
        ("1", "incident in nobody’s hand", "warning"),
    ]
    assert (line.name, line.what, line.who) == ("POP Pontianak Timur", "down", "nobody has it in hand")
    assert (worst.name, worst.up, worst.all) == ("Pontianak Timur", 0, 16)
    assert worst.named[0].name == "POP Pontianak Timur"
    assert worst.others == 16 - len(worst.named)
    assert sum(mark.sign == "down" for mark in shown.map.marks) == 16
    assert "POP Pontianak Timur" in {mark.label for mark in shown.map.marks}
    assert shown.map.cut


def test_the_wall_names_the_person_who_has_an_incident_in_hand(broken: PlayedCity) -> None:
    city = broken.copy()
    city.acknowledge("pop-timur", "Budi")

    assert seen(city).lines[0].who == "Budi has it in hand"
    assert seen(city).figures[3].number == "0"
    assert seen(city, "id").lines[0].who == "ditangani Budi"


def test_a_blind_collector_shows_no_number_of_sites_and_no_site_that_is_up(broken: PlayedCity) -> None:
    city = broken.copy()
    city.lose_broker()
    city.run(40)
    shown = seen(city)

    assert shown.blind
    assert [one.number for one in shown.figures[:3]] == ["–", "–", "–"]
    assert not shown.map.marks
    assert {sign for block in shown.blocks for sign, _ in block.signs} == {"unknown"}
    assert not any(block.named for block in shown.blocks)


@pytest.mark.parametrize(
    ("later_seconds", "age_class"), [(0, "a10"), (60, "a70"), (109, "a110"), (110, "old"), (9000, "old")]
)
def test_the_class_has_the_time_until_the_data_is_old(
    well: PlayedCity, later_seconds: float, age_class: str
) -> None:
    """The newest measurement of the played city is ten seconds old."""
    assert seen(well, later_seconds=later_seconds).age_class == age_class


def test_a_collector_without_any_data_shows_that_at_once() -> None:
    city = PlayedCity(sample_city())
    city.state.agents.clear()

    assert seen(city).age_class == "old"
    assert seen(city).age == "no data yet"


def test_a_wall_of_many_districts_sums_up_those_that_do_not_fit() -> None:
    site = next(iter(PONTIANAK.sites.values()))
    sites = {f"s{n}": structs.replace(site, name=f"Site {n}", district=f"District {n:02}") for n in range(12)}
    states = {id: "down" if id == "s9" else "up" for id in sites}
    found = blocks(structs.replace(PONTIANAK, sites=sites), states, (), names=8)  # type: ignore[arg-type]

    assert found[0].name == "District 09"
    assert len(found) == 8
    assert (found[-1].districts, found[-1].up, found[-1].all) == (5, 5, 5)


def placed(points: list[tuple[float, float]]) -> City:
    site = next(iter(PONTIANAK.sites.values()))
    sites = {
        f"s{n}": structs.replace(site, latitude=latitude, longitude=longitude)
        for n, (latitude, longitude) in enumerate(points)
    }
    return structs.replace(PONTIANAK, sites=sites, links={})


@given(
    st.lists(st.tuples(st.floats(-0.2, 0.2), st.floats(109.2, 109.5)), min_size=1, max_size=40).map(
        lambda points: points + points[:3]
    )
)
def test_each_site_is_on_the_map_within_its_margin(points: list[tuple[float, float]]) -> None:
    places = geography(placed(points))

    assert len(places.points) == len(points)
    for x, y in places.points.values():
        assert MARGIN - 0.2 <= x <= places.width - MARGIN + 0.2
        assert MARGIN - 0.2 <= y <= places.height - MARGIN + 0.2
    assert places.points["s0"] != places.points[f"s{points.index(points[0], 1)}"]


def test_places_that_are_nearly_one_have_places_on_the_map() -> None:
    """The smallest difference that a float knows made the scale infinite."""
    points = geography(placed([(0.0, 109.3), (5e-324, 109.3)])).points
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in points.values())


def test_north_is_above_and_east_is_right() -> None:
    places = geography(placed([(0.1, 109.3), (-0.1, 109.3), (0.0, 109.4)]))
    north, south, east = places.points.values()

    assert north.y < east.y < south.y
    assert north.x == south.x < east.x
    assert max(places.width, places.height) <= SIZE + 1


def test_a_site_without_coordinates_is_counted_beside_the_map() -> None:
    city = placed([(0.1, 109.3), (-0.1, 109.3)])
    lost = structs.replace(next(iter(city.sites.values())), latitude=None)
    city = structs.replace(city, sites={**city.sites, "lost": lost})
    shown = drawn(geography(city), city, dict.fromkeys(city.sites, "down"), (), False)

    assert shown.unplaced == 1
    assert len(shown.marks) == 2


def test_a_wall_gets_a_fresh_board_again_and_again(
    broken: PlayedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PERIOD_SECONDS", 0.4)
    monkeypatch.setattr(board, "BOARDS", 3)
    monkeypatch.setattr(board, "STREAMS_AT_MOST", 1)
    with serving(Served(state=broken.state, now=broken.now, simulation=True)) as served:
        served.watch = broken.watch
        with closing(asked(served)) as first:
            answer = first.getresponse()
            streamed = answer.read1(200_000)
            with closing(asked(served)) as second:  # only now: the first has the one place
                bounded = second.getresponse().read().decode()
            streamed += answer.read()

    text = streamed.decode()
    assert [text.count(f'id="board{n}"') for n in range(4)] == [1, 1, 1, 0]
    assert "#board1 { display: none; }" in text
    assert text.endswith('<meta http-equiv="refresh" content="0">')
    assert "Simulation" in text
    nonce = text.partition('<style nonce="')[2].partition('"')[0]
    assert f"'nonce-{nonce}'" in (answer.getheader("Content-Security-Policy") or "")
    assert bounded.count("<main") == 1
    assert '<meta http-equiv="refresh" content="30">' in bounded


def test_an_open_wall_stays_while_the_store_fails_and_goes_on_after_it(
    broken: PlayedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PERIOD_SECONDS", 0.1)
    monkeypatch.setattr(board, "SHARED_SECONDS", 0.0)
    monkeypatch.setattr(board, "BOARDS", 8)
    with serving(Served(state=broken.state, now=broken.now)) as served, closing(asked(served)) as connection:
        answer = connection.getresponse()
        streamed = answer.read1(200_000)
        served.asked.clear()
        served.trouble = "the disk is full"
        assert served.asked.wait(10)
        served.trouble = ""
        streamed += answer.read()

    assert b'id="board1"' in streamed
    assert streamed.endswith(b'<meta http-equiv="refresh" content="0">')


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Nothing can be shown"), ("id", "Belum ada yang dapat")]
)
def test_a_wall_that_opens_while_the_store_fails_says_so_and_tries_again(
    broken: PlayedCity, language: str, said: str
) -> None:
    with serving(Served(state=broken.state, now=broken.now)) as served:
        served.trouble = "the disk is full"
        page = served.get(f"/wall?lang={language}", accept="text/html")
        program = served.get("/wall")

    assert (page.status, program.status) == (503, 503)
    assert said in page.text
    assert "the disk is full" in page.text
    assert "/static/wall.js" in page.text  # which loads the page anew, where a script runs
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page.text
    assert "page.js" not in page.text
    assert program.headers["Content-Type"] == "application/json"


def test_an_open_wall_does_not_hold_up_the_end_of_the_server(broken: PlayedCity) -> None:
    with serving(Served(state=broken.state, now=broken.now)) as served:
        connection = asked(served)
        answer = connection.getresponse()
        assert b"<main" in answer.read1(200_000)

    with closing(connection), closing(answer), pytest.raises(IncompleteRead):
        answer.read()


def asked(served: Served) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.request("GET", "/wall")
    return connection
