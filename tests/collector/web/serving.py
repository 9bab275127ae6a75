"""The web served for real on loopback, and what stands behind it."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from argon2 import PasswordHasher
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter

from collector.access import AccessSettings
from collector.access.passwords import Passwords
from collector.authority.folder import AuthorityFolder
from collector.authority.issued import SERVERS
from collector.changes import Changes
from collector.city.state import State
from collector.clock import SteadyClock
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.intake.access_desk import AccessDesk
from collector.intake.desk import Desk
from collector.intake.floods import Floods
from collector.intake.invitation_desk import InvitationDesk
from collector.intake.planner import Planner
from collector.intake.signing_desk import SigningDesk
from collector.intake.ticket_desk import TicketDesk
from collector.intake.watch import Watch
from collector.latency import WorkingLatency
from collector.past import Past
from collector.streams.traffic import Traffic
from collector.web import create_app
from collector.web.certificate import WebCertificate
from collector.web.grafana import GrafanaLinks
from collector.web.server import WebServer
from collector.web.source import Source
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW
from tests.free_ports import LOOPBACK
from wire.code import ENROLMENT_PORT

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Served:
    """What stands behind the endpoints, and their address. `committed` can be held back; `now` None is the
    clock.
    """

    state: State = field(default_factory=lambda: State(CITY, EXPECTED, ASSIGNMENTS))
    watch: Watch = field(init=False)
    past: Past = field(default_factory=lambda: Past(NOW))
    latency: WorkingLatency = field(default_factory=lambda: WorkingLatency(NOW))
    traffic: Traffic = field(default_factory=Traffic)
    floods: Floods = field(default_factory=Floods)
    token: str = ""
    settings: AccessSettings = field(default_factory=AccessSettings)
    access: AccessDesk = field(init=False)
    app: FastAPI = field(init=False)
    certificate: WebCertificate | None = None
    simulation: bool = False
    authority: AuthorityFolder | None = None
    grafana: GrafanaLinks = field(default_factory=GrafanaLinks)
    port: int = 0
    reason: str = ""
    trouble: str = ""
    now: float | None = NOW
    store: Store = field(init=False)
    folder: str = ""
    committed: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.watch = Watch(self.state, ASSIGNMENTS, NOW)
        self.committed.set()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        self.asked.set()
        if self.trouble:
            raise StoreUnavailable(self.trouble)
        await asyncio.to_thread(self.committed.wait, 30)
        yield

    async def transact(self, decide: Callable[[], Changes]) -> None:
        """As the pipeline does it: of two transactions at once, the store would take one for the other."""
        async with self.turns:
            changes = decide().then(self.watch.judge((), True, self.clock.now()))
            await asyncio.to_thread(self.store.commit, changes)

    @property
    def not_ready(self) -> str:
        return self.reason

    @property
    def clock(self) -> SteadyClock:
        def now() -> float:
            return time.time() if self.now is None else self.now

        return SteadyClock(now, now)

    async def trial(self, receiver: str | None) -> dict[str, str]:
        return {receiver or "all": "delivered"}

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(Request(f"{self.url}{path}", headers=headers))

    def post(self, path: str, body: bytes, **headers: str) -> Answer:
        return self._ask(Request(f"{self.url}{path}", body, headers))

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """By any method."""
        return self._ask(Request(f"{self.url}{path}", body or None, headers, method=method))

    def exchange(self, method: str, path: str, body: bytes, **headers: str) -> Answer:
        """With just these headers; a redirect is an answer, and not followed."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=30)
        with closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.msg, answer.read())

    def send(self, method: str, path: str, body: bytes, **headers: str) -> int:
        """With just these headers and no Content-Type of its own, as urllib would add it; the status."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=30)
        with closing(connection):
            connection.request(method, path, body, headers)
            return connection.getresponse().status

    def _ask(self, request: Request) -> Answer:
        try:
            with urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


def invitation_desk(served: Served) -> InvitationDesk | None:
    folder, book = served.authority, served.store.authority
    if folder is None:
        return None
    place = ("pantau.example", ENROLMENT_PORT)
    return InvitationDesk(
        book, served.clock, lambda: served.state.city, lambda: folder.load()[-1].pin, *place
    )


def signing_desk(served: Served) -> SigningDesk | None:
    folder, book = served.authority, served.store.authority
    if folder is None:
        return None
    terms = (folder.load, lambda kind: ["pantau.example"] if kind in SERVERS else [], 90.0, folder.save_list)
    return SigningDesk(book, served.clock, lambda: served.state.city, *terms)


@contextmanager
def serving(served: Served) -> Iterator[Served]:
    with (
        TemporaryDirectory() as served.folder,
        closing(Store(f"sqlite:///{served.folder}/store.sqlite")) as served.store,
    ):
        yield from _serving(served)


def _serving(served: Served) -> Iterator[Served]:
    registry = CollectorRegistry()
    Counter("pantau_collector_tests", "Told by the registry that is given.", registry=registry).inc()
    settings = served.settings._replace(token=lambda: served.token)
    served.access = AccessDesk(
        served.store.access(), served, served.clock, settings, passwords=lambda: Passwords(QUICK)
    )
    desk = Desk(served.watch, served, served.clock)
    planner = Planner(served.watch, served, served.clock, lambda: served.state.city)
    source = Source(
        served.state,
        served.watch,
        served,
        served.clock,
        "0.1.0",
        served.store,
        desk,
        planner,
        TicketDesk(served, served.clock, lambda: served.state.city, served.store.actions),
        served.access,
        served.trial,
        served.past,
        served.latency,
        served.traffic,
        served.floods,
        served.simulation,
        served.grafana,
        invitations=invitation_desk(served),
        signing=signing_desk(served),
    )
    app = served.app = create_app(source, registry)
    bound = socket.create_server((LOOPBACK, 0))
    served.port = bound.getsockname()[1]
    server = WebServer(app, bound, served.certificate)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started:
            assert thread.is_alive(), "the web server ended"
            assert time.monotonic() < deadline, "the web server does not start"
            time.sleep(0.01)
        yield served
    finally:
        served.committed.set()
        server.should_exit = True
        thread.join()
