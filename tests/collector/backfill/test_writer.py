"""The writer against a real HTTP server that answers as it is told to."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import cramjam
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from collector.backfill import writer as module
from collector.backfill.metrics import BackfillMetrics
from collector.backfill.remote_write import _WriteRequest
from collector.backfill.writer import RemoteWriter, Unreachable
from collector.changes import Changes
from collector.city.unscraped import Unscraped
from collector.config import History
from collector.database import backfill_queue
from collector.database.store import Store
from tests.collector.waiting import until
from tests.fakes.answering import answering, raw, status
from tests.fakes.small_city import table
from tests.free_ports import LOOPBACK, free_port
from wire.report import Body

Answer = tuple[int, str]
OK = (204, "")


class Server(ThreadingHTTPServer):
    """`decide` is asked with the number of samples in a request; `took` are those of which it said 204."""

    def __init__(self, port: int = 0) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self.decide: Callable[[list[float]], Answer] = lambda values: OK
        self.took: list[float] = []
        self.requests = 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}/api/v1/write"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        assert self.headers["Content-Encoding"] == "snappy"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = _WriteRequest()
        message.ParseFromString(bytes(cramjam.snappy.decompress_raw(body)))
        values = [sample.value for series in message.timeseries for sample in series.samples]
        status, text = self.server.decide(values)
        self.server.requests += 1
        if status == 204:
            self.server.took += values
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        raise AssertionError("a redirect was followed")

    def log_message(self, format: str, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path / 'store.sqlite'}")) as made:
        yield made


def row(value: float, site: str = "gradasi", age_seconds: float = 60.0) -> Unscraped:
    """One sample, at a time of its own."""
    one = table("tcp", "sehat", {"tcp_connect_duration_seconds": value}, reason="permission")
    return Unscraped(site, "Selatan", Body(round(time.time() - age_seconds - value, 3), [one]))


def of(server: Server, store: Store) -> RemoteWriter:
    return RemoteWriter(History(remote_write_url=server.url), store.backfill_queue)


async def test_what_waits_is_written_and_gone(server: Server, store: Store) -> None:
    store.commit(Changes(unscraped=[row(1), row(2)]))
    writer = of(server, store)
    assert not await writer.write_oldest()
    assert sorted(server.took) == [1, 2]
    assert len(store.backfill_queue) == 0
    assert writer.written_samples == 2


async def test_much_is_written_in_rounds(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill_queue, "MEASUREMENTS_AT_ONCE", 2)
    store.commit(Changes(unscraped=[row(1), row(2), row(3)]))
    writer = of(server, store)
    assert await writer.write_oldest()
    assert not await writer.write_oldest()
    assert (sorted(server.took), server.requests) == ([1, 2, 3], 2)


@pytest.mark.parametrize("answer", [(500, "database is closed"), (503, ""), (429, "slow down"), (302, "")])
async def test_what_is_not_taken_yet_is_kept(server: Server, store: Store, answer: Answer) -> None:
    server.decide = lambda values: answer
    store.commit(Changes(unscraped=[row(1)]))
    writer = of(server, store)
    with pytest.raises(Unreachable, match=f"HTTP {answer[0]}"):
        await writer.write_oldest()
    assert len(store.backfill_queue) == 1
    assert writer.refused_samples == {}


async def test_a_page_is_no_success(server: Server, store: Store) -> None:
    """A sign-in, say, that a proxy shows in place of Prometheus."""
    server.decide = lambda values: (200, "<!DOCTYPE html><html><title>Sign in</title></html>")
    store.commit(Changes(unscraped=[row(1)]))
    with pytest.raises(Unreachable, match="answers with the page 'Sign in', as no remote write does"):
        await of(server, store).write_oldest()
    assert len(store.backfill_queue) == 1


async def test_a_server_that_closes_is_told_so(store: Store) -> None:
    async with answering(raw(b"")) as closing:
        writer = RemoteWriter(History(remote_write_url=closing.url), store.backfill_queue)
        store.commit(Changes(unscraped=[row(1)]))
        with pytest.raises(Unreachable, match=": closed without an answer; see that it runs"):
            await writer.write_oldest()


async def test_the_proxy_of_the_environment_is_used(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/api/v1/write"))
    store.commit(Changes(unscraped=[row(1)]))
    writer = RemoteWriter(
        History(remote_write_url="http://prometheus.invalid/api/v1/write"), store.backfill_queue
    )
    await writer.write_oldest()
    assert server.took == [1]


async def test_who_asks_to_be_left_alone_for_some_time_is(store: Store) -> None:
    async with answering(status(429, b"slow down", **{"Retry-After": "90"})) as busy:
        writer = RemoteWriter(History(remote_write_url=busy.url), store.backfill_queue)
        store.commit(Changes(unscraped=[row(1)]))
        with pytest.raises(Unreachable, match="HTTP 429 slow down; ") as raised:
            await writer.write_oldest()
    assert writer._failed(raised.value) == 90


async def test_an_address_that_refuses_even_nothing_is_no_refusal_of_samples(
    server: Server, store: Store
) -> None:
    server.decide = lambda values: (400, "unsupported path requested")
    store.commit(Changes(unscraped=[row(1)]))
    with pytest.raises(Unreachable, match="remote_write_url"):
        await of(server, store).write_oldest()
    assert len(store.backfill_queue) == 1


async def test_a_refused_batch_is_split_and_the_refused_are_counted_and_named(
    server: Server, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    server.decide = lambda values: (400, "invalid label name") if 13 in values else OK
    store.commit(Changes(unscraped=[*(row(number) for number in range(1, 13)), row(13, "dinkes")]))
    writer = of(server, store)
    await writer.write_oldest()
    assert sorted(server.took) == list(range(1, 13))
    assert writer.refused_samples == {("dinkes", "other"): 1}
    assert len(store.backfill_queue) == 0
    (told,) = caplog.messages
    assert "1 samples of dinkes refused, other" in told


async def test_what_is_older_than_the_window_is_counted_without_asking(server: Server, store: Store) -> None:
    store.commit(Changes(unscraped=[row(1, age_seconds=25 * 3600), row(2)]))
    writer = of(server, store)
    await writer.write_oldest()
    assert (server.took, server.requests) == ([2], 1)
    assert writer.refused_samples == {("gradasi", "too_old"): 1}


async def test_a_server_that_is_away_is_told_once_and_waited_for(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_AT_MOST_SECONDS", 0.02)
    monkeypatch.setattr(module, "GATHER_SECONDS", 0.0)
    port = free_port()
    writer = RemoteWriter(
        History(remote_write_url=f"http://{LOOPBACK}:{port}/api/v1/write"), store.backfill_queue
    )
    running = asyncio.create_task(writer.run())
    try:
        with caplog.at_level(logging.INFO, "collector"):
            store.commit(Changes(unscraped=[row(1)]))
            writer.wake()
            await until(lambda: writer.failed_requests > 3)
            (told,) = caplog.messages
            assert "Connection refused" in told
            assert "[history] remote_write_url in collector.toml" in told
            assert not writer.reachable
            with Server(port) as server:
                thread = Thread(target=server.serve_forever, args=(0.01,))
                thread.start()
                try:
                    await until(lambda: writer.written_samples == 1)
                finally:
                    server.shutdown()
                    thread.join()
            assert "takes samples again" in caplog.messages[-1]
            assert writer.reachable
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_its_own_metrics_tell_all_of_it(server: Server, store: Store) -> None:
    store.commit(Changes(unscraped=[row(1, age_seconds=25 * 3600), row(2)]))
    writer = of(server, store)
    await writer.write_oldest()
    registry = CollectorRegistry()
    registry.register(BackfillMetrics(writer, store))
    told = {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(generate_latest(registry).decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }
    prefix = "pantau_collector_backfill_"
    assert told == {
        (prefix + "queue_reports",): 0,
        (prefix + "reachable",): 1,
        (prefix + "samples_total",): 1,
        (prefix + "failed_requests_total",): 0,
        (prefix + "dropped_measurements_total",): 0,
        (prefix + "refused_samples_total", "too_old", "gradasi"): 1,
    }
