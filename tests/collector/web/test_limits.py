"""Many clients that never finish what they began, beside one that does."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from collector.web import limits
from tests.collector.web.serving import Served, serving
from tests.free_ports import LOOPBACK

FEW = 20


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(limits, "CONNECTIONS_AT_MOST", FEW)
    monkeypatch.setattr(limits, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(limits, "LOOK_SECONDS", 0.05)
    with serving(Served()) as served:
        yield served


def opened(web: Served, stack: ExitStack, said: bytes) -> socket.socket:
    connection = stack.enter_context(socket.create_connection((LOOPBACK, web.port), timeout=20))
    connection.sendall(said)
    return connection


def closed(connection: socket.socket) -> bool:
    """Waits for it."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    "said", [b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "a part", "no end"]
)
def test_a_head_that_does_not_end_is_not_waited_for(web: Served, said: bytes) -> None:
    with ExitStack() as stack:
        assert closed(opened(web, stack, said))


def test_a_second_head_that_does_not_end_is_not_waited_for_either(web: Served) -> None:
    with ExitStack() as stack:
        connection = opened(web, stack, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /he")
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 200")


def test_the_longest_idle_of_too_many_gives_its_place_to_who_asks(
    web: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HEAD_SECONDS", 60.0)
    with ExitStack() as stack:
        idle = [opened(web, stack, b"GET / HT") for _ in range(FEW * 3)]
        assert web.get("/healthz").status == 200
        assert closed(idle[0])
        idle[-1].setblocking(False)
        with pytest.raises(BlockingIOError):
            idle[-1].recv(1)


def test_half_of_the_open_files_are_kept_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "getrlimit", lambda _: (64, 64))
    assert limits.connections_at_most() == 32


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/api/maintenance", "application/json"), ("/maintenance", "application/x-www-form-urlencoded")],
)
def test_a_client_that_leaves_within_its_body_is_no_error_in_the_log(
    caplog: pytest.LogCaptureFixture, path: str, kind: str
) -> None:
    with serving(Served()) as web, ExitStack() as stack:
        own = f"Host: {LOOPBACK}:{web.port}\r\nOrigin: http://{LOOPBACK}:{web.port}"
        head = f"POST {path} HTTP/1.1\r\n{own}\r\nContent-Type: {kind}\r\nContent-Length: 90\r\n\r\n{{"
        connection = opened(web, stack, head.encode())
        assert web.get("/healthz").status == 200
        connection.close()

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
