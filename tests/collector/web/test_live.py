"""The collector says to an open page when the state changed, and beats meanwhile."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse

import pytest

from collector.web import live
from tests.collector.web.serving import Served, serving
from tests.fakes.city import PONTIANAK
from tests.fakes.played_city import PlayedCity
from tests.free_ports import LOOPBACK


@pytest.fixture
def city() -> PlayedCity:
    played = PlayedCity(PONTIANAK)
    played.run(40)
    return played


@pytest.fixture
def web(city: PlayedCity, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.02)
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


@contextmanager
def listening(web: Served) -> Iterator[HTTPResponse]:
    connection = HTTPConnection(LOOPBACK, web.port, timeout=20)
    with closing(connection):
        connection.request("GET", "/live")
        with closing(connection.getresponse()) as answer:
            yield answer


def event(answer: HTTPResponse) -> bytes:
    line = answer.readline()
    assert answer.readline() == b"\n"
    return line


def test_an_open_page_hears_of_an_outage_at_once(web: Served, city: PlayedCity) -> None:
    with listening(web) as one, listening(web) as other:
        assert one.getheader("Content-Type") == "text/event-stream; charset=utf-8"
        before = event(one)
        assert before.startswith(b"data: ")
        assert event(other) == before
        city.cut.add("siantan")
        city.run(60)
        assert event(one) != before
        assert event(other) != before


def test_the_collector_beats_while_nothing_changes(web: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    with listening(web) as answer:
        assert event(answer) == event(answer) == event(answer)


def test_a_measurement_alone_is_no_change(
    web: Served, city: PlayedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    with listening(web) as answer:
        before = event(answer)
        city.run(20)
        assert event(answer) == before


def test_an_agent_that_falls_silent_is_a_change(web: Served, city: PlayedCity) -> None:
    with listening(web) as answer:
        before = event(answer)
        web.now = city.now + 200
        assert event(answer) != before


def test_a_listener_too_many_is_refused_until_another_leaves(
    web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LISTENERS_AT_MOST", 3)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.0)
    with ExitStack() as stack:
        for _ in range(3):
            event(stack.enter_context(listening(web)))
        refused = web.get("/live")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
    status = 503
    while status == 503:
        with listening(web) as answer:
            status = answer.status
    assert status == 200


def test_a_state_that_cannot_be_read_ends_the_answer(web: Served) -> None:
    with listening(web) as answer:
        event(answer)
        web.trouble = "the disk is full"
        assert answer.read() == b""
    assert web.get("/live").status == 503


def test_an_open_page_does_not_hold_up_the_end_of_the_server(city: PlayedCity) -> None:
    with ExitStack() as stack, serving(Served(city.state, now=city.now)) as served:
        for _ in range(3):
            event(stack.enter_context(listening(served)))
