"""A broker that keeps what MQTT without sessions keeps, over links that lose, double, delay and reorder."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.world import World

Deliver = Callable[[str, bytes, bool], None]
"""Topic, payload, and whether the broker had kept it."""


@dataclass
class Weather:
    """Of every link. `slow` is the share of messages that take up to `slow_seconds`."""

    loss: float = 0.0
    doubles: float = 0.0
    slow: float = 0.0
    slow_seconds: float = 0.0


@dataclass(eq=False)
class Session:
    client: str
    topics: list[str]
    deliver: Deliver
    ended: Callable[[], None]
    will: tuple[str, bytes]


class Broker:
    """`forbidden` clients' publishes are dropped, and PUBACKed like all others; `cut` ones reach nothing."""

    def __init__(self, world: World) -> None:
        self.up = False
        self.weather = Weather()
        self.forbidden: set[str] = set()
        self.cut: set[str] = set()
        self._world = world
        self._life = 0
        self._sessions: dict[str, Session] = {}
        self._retained: dict[str, bytes] = {}

    def start(self) -> None:
        if not self.up:
            self.up = True
            self._world.tell("broker", "starts")

    def kill(self) -> None:
        """With all that is in flight, every session, and what was retained."""
        self._world.tell("broker", "is killed")
        self.up = False
        self._life += 1
        self._retained.clear()
        for client in list(self._sessions):
            self._end(client)

    def connect(self, session: Session) -> bool:
        """A second session of one client takes the place of the first."""
        if not self.up or session.client in self.cut:
            return False
        if session.client in self._sessions:
            self.gone(session.client)
        self._sessions[session.client] = session
        for topic, payload in self._retained.items():
            if matches(session, topic):
                self._to(session, topic, payload, True)
        return True

    def gone(self, client: str) -> None:
        """Its connection broke: everybody hears its last will."""
        session = self._end(client)
        if session is not None:
            self._arrived(*session.will, True)

    def publish(self, client: str, topic: str, payload: bytes, *, retain: bool = False) -> None:
        if client not in self.forbidden:
            self._travel(client, lambda: self._arrived(topic, payload, retain))

    def _end(self, client: str) -> Session | None:
        session = self._sessions.pop(client, None)
        if session is not None:
            session.ended()
        return session

    def _arrived(self, topic: str, payload: bytes, retain: bool) -> None:
        if retain:
            self._retained[topic] = payload
        for session in list(self._sessions.values()):
            if matches(session, topic):
                self._to(session, topic, payload, False)

    def _to(self, session: Session, topic: str, payload: bytes, kept: bool) -> None:
        def arrive() -> None:
            if self._sessions.get(session.client) is session:
                session.deliver(topic, payload, kept)

        self._travel(session.client, arrive)

    def _travel(self, client: str, arrive: Callable[[], None]) -> None:
        """Each message by itself, so that they arrive in any order; none outlives the broker."""
        world, weather, life = self._world, self.weather, self._life

        def arrive_if_alive() -> None:
            if self._life == life and client not in self.cut:
                arrive()

        for _ in range(1 + world.happens(weather.doubles)):
            if not world.happens(weather.loss):
                slow = weather.slow_seconds if world.happens(weather.slow) else 0.0
                world.after(world.chance.uniform(0.005, 0.2 + slow), arrive_if_alive)


def matches(session: Session, topic: str) -> bool:
    """`+` stands for one level, as in MQTT."""
    return any(
        len(levels := wanted.split("/")) == len(parts := topic.split("/"))
        and all(level in ("+", part) for level, part in zip(levels, parts, strict=True))
        for wanted in session.topics
    )
