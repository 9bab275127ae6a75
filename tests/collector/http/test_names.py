"""Names that nobody answers for hold up no store, and no other name."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from collector.http.client import NoHttpAnswer, request
from collector.http.names import _pending
from tests.collector.waiting import until
from tests.fakes.answering import answering, status

WAIT_SECONDS = 5.0


class DeadNameServer:
    """Answers for no name below .test before it is `released`."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.asked: Counter[str] = Counter()
        self._real = socket.getaddrinfo

    def __call__(self, host: Any, *arguments: Any, **named: Any) -> Any:
        if not str(host).endswith(".test"):
            return self._real(host, *arguments, **named)
        self.asked[host] += 1
        self.released.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeadNameServer]:
    server = DeadNameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server)
    yield server
    server.released.set()


async def ask(host: str, seconds: float) -> str:
    try:
        await request("GET", f"http://{host}/", timeout_seconds=seconds, read_bytes=0)
    except NoHttpAnswer as error:
        return str(error)
    return "answered"


async def test_forty_names_without_an_answer_hold_up_neither_store_nor_other_names(
    dead: DeadNameServer,
) -> None:
    asking = [asyncio.create_task(ask(f"host{number}.test", 30)) for number in range(40)]
    async with answering(status(200)) as server, asyncio.timeout(WAIT_SECONDS):
        await until(lambda: len(dead.asked) == len(asking))
        await asyncio.to_thread(lambda: None)  # as the store does each transaction
        here = server.url.removeprefix("http://").replace("127.0.0.1", "localhost")
        assert await ask(here, WAIT_SECONDS) == "answered"
    dead.released.set()
    assert set(await asyncio.gather(*asking)) == {"Temporary failure in name resolution"}


async def test_requests_that_give_up_share_the_lookup_of_a_name(dead: DeadNameServer) -> None:
    answers = [await ask("one.test", 0.05) for _ in range(5)]
    assert answers == ["no answer within 0.05 s"] * 5
    assert dead.asked == {"one.test": 1}
    dead.released.set()
    assert await ask("one.test", WAIT_SECONDS) == "Temporary failure in name resolution"
    assert not [one for one in _pending if one.host == "one.test"]
