"""A city with an hour's backlog at each agent reconnects at once: real deliveries, in virtual time."""

from collections import deque
from collections.abc import Callable
from itertools import islice
from random import Random

import pytest

from agent.delivery.window import Delivery
from agent.spool.key import Key

BACKLOG = 360
INTERVAL_SECONDS = 10.0
STEP_SECONDS = 0.05
BACK_SECONDS = 0.1
IN_LINE_AT_MOST = 2000
"""What broker and collector have room for, in proportion to a tenth of a city of a thousand."""


class Agent:
    """`held` is what it has to deliver, `taken_at` when it measured its live reports."""

    def __init__(self, chance: Random) -> None:
        self.delivery = Delivery(chance.random)
        self.held: dict[Key, None] = dict.fromkeys(("old", seq) for seq in range(1, BACKLOG + 1))
        self.taken_at: list[float] = []
        self.connects_at = 0.25 + 0.5 * chance.random()
        self.measures_at = INTERVAL_SECONDS * chance.random()
        self.due = float("inf")

    def connect(self, now: float) -> None:
        self.connects_at = float("inf")
        self.delivery.connected(now)
        self.due = now

    def measure(self, now: float) -> None:
        self.measures_at += INTERVAL_SECONDS
        self.taken_at.append(now)
        key = ("new", len(self.taken_at))
        self.held[key] = None
        self.delivery.appended(key, now)
        self.due = now

    def publish(self, now: float) -> list[Key | None]:
        """Reports, and None for presence."""
        asked: list[Key | None] = [None] if self.delivery.ask_due(now) else []
        chosen = self.delivery.choose(now, self._oldest)
        for key in chosen:
            self.delivery.sent(key, "", now)
        self.due = self.delivery.next_due(now)
        return [*asked, *chosen]

    def hear(self, stored: Key | None, now: float) -> None:
        self.delivery.answered(True, now)
        if stored is not None:
            self.held.pop(stored, None)
            self.delivery.acknowledged(stored[0], [(stored[1], stored[1])], now)
        self.due = now

    def _oldest(self, count: int, passed_over: Callable[[Key], bool]) -> list[Key]:
        return list(islice((key for key in self.held if not passed_over(key)), count))


class City:
    """All stand in one line, from which the collector takes so many a second."""

    def __init__(self, agents: int, reports_per_second: float) -> None:
        chance = Random(1)
        self.agents = [Agent(chance) for _ in range(agents)]
        self.now = 0.0
        self.sent = 0
        self.live_delays: list[float] = []
        self._reports_a_step = round(reports_per_second * STEP_SECONDS)
        self._line: deque[tuple[Agent, Key | None]] = deque()
        self._answers: deque[tuple[float, Agent, Key | None]] = deque()

    def drain(self) -> float:
        """The seconds it took."""
        while any(("old", BACKLOG) in agent.held or len(agent.held) > 2 for agent in self.agents):
            self._step()
        return self.now

    def _step(self) -> None:
        self.now += STEP_SECONDS
        while self._answers and self._answers[0][0] <= self.now:
            _, agent, key = self._answers.popleft()
            if key is not None and key[0] == "new" and key in agent.held:
                self.live_delays.append(self.now - agent.taken_at[key[1] - 1])
            agent.hear(key, self.now)
        for agent in self.agents:
            if agent.connects_at <= self.now:
                agent.connect(self.now)
            if agent.measures_at <= self.now:
                agent.measure(self.now)
            if agent.due <= self.now:
                self._stand_in_line(agent)
        for _ in range(min(self._reports_a_step, len(self._line))):
            self._answers.append((self.now + BACK_SECONDS, *self._line.popleft()))

    def _stand_in_line(self, agent: Agent) -> None:
        for key in agent.publish(self.now):
            self.sent += key is not None
            if len(self._line) < IN_LINE_AT_MOST:
                self._line.append((agent, key))


@pytest.mark.parametrize(
    ("agents", "reports_per_second"),
    [(100, 600), (100, 300), (100, 150), (300, 300)],
)
def test_the_line_at_the_collector_stays_short_and_nothing_is_sent_twice(
    agents: int, reports_per_second: float
) -> None:
    city = City(agents, reports_per_second)
    seconds = city.drain()
    reports = agents * BACKLOG + len(city.live_delays)
    assert max(city.live_delays) < 5
    assert sorted(city.live_delays)[len(city.live_delays) // 2] < 2
    assert city.sent <= 1.01 * reports + agents
    assert seconds < 1.2 * reports / reports_per_second
