"""The window decides which reports to send next. Sans-IO: time, chance and the held reports are parameters.

Only the collector's acknowledgement ends the flight of a report. One of MQTT counts for nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from agent.delivery.pace import Pace
from agent.spool.key import Key
from runtime.backoff import backoff_seconds, spread
from wire.ranges import Range
from wire.reconnect import RESUME_SPREAD_SECONDS

WINDOW = 32
LIVE_AT_MOST = WINDOW // 2
BACKLOG_AT_MOST = WINDOW - WINDOW // 4  # a quarter stays free, so that live never waits for backlog
LIVE_SECONDS = 30.0
RESEND_SECONDS = 5.0
RESEND_AT_MOST_SECONDS = 120.0
ATTEMPTS_BEFORE_REST = 6
ASK_AT_MOST_SECONDS = 60.0
REST_SECONDS = 600.0
RESTING_AT_MOST = 1000
UNACKNOWLEDGED_SECONDS = 60.0


@dataclass(slots=True)
class Flight:
    """A published report without an acknowledgement. The header, and so the digest, changes each time."""

    live: bool
    first_sent: float
    due: float
    attempts: int = 0
    digests: deque[str] = field(default_factory=lambda: deque(maxlen=8))


class Delivery:
    """The window. `random` gives numbers of [0, 1)."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._flights: dict[Key, Flight] = {}
        self._fresh: deque[tuple[Key, float]] = deque(maxlen=LIVE_AT_MOST)
        self._resting: dict[Key, float] = {}
        self._pace = Pace(BACKLOG_AT_MOST)
        self._connected = False
        self._collector_online = True
        self._progress_at = 0.0
        self._hold_until = 0.0
        self.hold = ""
        self._asked = 0
        self._asking_since = 0.0
        self._undated_since: float | None = None
        self._ask_due = float("inf")
        self._answered = False

    def appended(self, key: Key, now: float) -> None:
        self._fresh.append((key, now))

    def connected(self, now: float) -> None:
        """A new session began. The agent assumes a collector until its presence says offline."""
        self._connected, self._collector_online = True, True
        self._start_over(now, ask_at=now)

    def disconnected(self) -> None:
        self._connected = False
        self._flights.clear()

    def collector(self, online: bool, now: float) -> None:
        """The collector's presence arrived. The agent asks an offline collector only now and then.

        When the collector returns, the agents wait for different times, so that not all ask at once.
        """
        if online and not self._collector_online:
            self._start_over(now, now + RESUME_SPREAD_SECONDS * self._random())
        if not online and self._collector_online:
            self._start_over(now, now + self._seldom())
        self._collector_online = online

    def doubted(self, now: float) -> None:
        """The collector started anew: no report leaves before it has answered a presence."""
        if self._answered:
            self._start_over(now, now + RESUME_SPREAD_SECONDS * self._random())

    def _start_over(self, now: float, ask_at: float) -> None:
        self._flights.clear()
        self._pace.start_over()
        self._hold_until, self.hold = 0.0, ""
        self._answered, self._asked, self._asking_since = False, 0, now
        self._undated_since = None
        self._ask_due = ask_at

    def ask(self, now: float) -> None:
        """Publish presence again: something in it changed."""
        self._ask_due = min(self._ask_due, now)

    def ask_due(self, now: float) -> bool:
        """Whether to publish presence now. The window counts a yes as a question to the collector."""
        if not self._connected or now < self._ask_due:
            return False
        self._asked += 1
        wait = self._backoff(self._asked, ASK_AT_MOST_SECONDS) if self._collector_online else self._seldom()
        self._ask_due = float("inf") if self._answered else now + wait
        return True

    def answered(self, dated: bool, now: float) -> None:
        """An acknowledgement arrived. Reports wait for an offset to date them with, but not for ever."""
        if self._undated_since is None:
            self._undated_since = now
        if dated or now - self._undated_since >= UNACKNOWLEDGED_SECONDS:
            self._answered, self._ask_due = True, float("inf")
            self._collector_online = True

    def choose(self, now: float, held: Callable[[int, Callable[[Key], bool]], Iterable[Key]]) -> list[Key]:
        """The reports to publish now: due resends, then live ones, newest first, then backlog, oldest first.

        `held(count, passed_over)` gives the oldest reports of the spool, without those that it passes over.
        """
        if not self._speaking() or not self._answered or now < self._hold_until:
            return []
        self._wake_or_rest(now)
        window = 1 if self.hold else WINDOW
        chosen = [key for key, flight in self._flights.items() if flight.due <= now]
        flying = len(self._flights)
        live_flying = sum(flight.live for flight in self._flights.values())
        live = self._take_fresh(now, min(window - flying, LIVE_AT_MOST - live_flying))
        for key in live:
            self._flights[key] = Flight(True, now, now)
        room = min(window - flying - len(live), self._pace.reports - (flying - live_flying))
        backlog = list(held(room, self._passed_over)) if room > 0 else []
        for key in backlog:
            self._flights[key] = Flight(False, now, now)
        return chosen + live + backlog

    def sent(self, key: Key, digest: str, now: float) -> None:
        """A chosen report leaves now, with this digest."""
        flight = self._flights[key]
        flight.attempts += 1
        flight.digests.append(digest)
        flight.due = now + self._backoff(flight.attempts, RESEND_AT_MOST_SECONDS)

    def gone(self, key: Key) -> None:
        """The spool does not hold the report any more: it dropped it or can't read it."""
        self._flights.pop(key, None)

    def acknowledged(self, stream: str, ranges: list[Range], now: float) -> None:
        ended = [key for key in self._flights if key[0] == stream and _within(key[1], ranges)]
        for key in ended:
            self._pace.answered(self._flights.pop(key).first_sent, now)
        for resting in [key for key in self._resting if key[0] == stream and _within(key[1], ranges)]:
            del self._resting[resting]
        if ended:
            self._progress_at, self._hold_until, self.hold = now, 0.0, ""

    def rejected(self, digest: str, now: float) -> Key | None:
        """End the flight of the report with this digest, and return its key; None for an unknown digest."""
        for key, flight in self._flights.items():
            if digest in flight.digests:
                del self._flights[key]
                self._progress_at = now
                return key
        return None

    def held_off(self, reason: str, now: float) -> None:
        """The collector can't take any report yet: the agent tries one report every ten minutes."""
        self.hold = reason
        self._hold_until = now + REST_SECONDS * (0.9 + 0.2 * self._random())
        self._flights.clear()

    def known_again(self) -> None:
        """The collector sent an assignment, so it knows this agent: it may take the held reports now."""
        self._hold_until, self.hold = 0.0, ""

    def unacknowledged(self, now: float) -> bool:
        """Whether a minute passed without any answer: the broker's ACL, or a collector that hangs."""
        if not self._speaking() or self.hold:
            return False
        since = self._asking_since
        if self._answered:
            since = max(self._progress_at, min((f.first_sent for f in self._flights.values()), default=now))
        return now - since >= UNACKNOWLEDGED_SECONDS

    def next_due(self, now: float) -> float:
        """The next time at which something may be due; infinite without a connection."""
        if not self._connected:
            return float("inf")
        times = [self._ask_due]
        if self._answered:
            times += [flight.due for flight in self._flights.values()]
            times += [self._hold_until] if self._hold_until > now else []
        return min(times)

    @property
    def flying(self) -> int:
        return len(self._flights)

    def _speaking(self) -> bool:
        return self._connected and self._collector_online

    def _seldom(self) -> float:
        return spread(ASK_AT_MOST_SECONDS, self._random())

    def _backoff(self, attempt: int, at_most: float) -> float:
        return backoff_seconds(attempt, self._random(), at_most=at_most, first=RESEND_SECONDS)

    def _take_fresh(self, now: float, room: int) -> list[Key]:
        while self._fresh and now - self._fresh[0][1] > LIVE_SECONDS:
            self._fresh.popleft()
        return [self._fresh.pop()[0] for _ in range(min(max(room, 0), len(self._fresh)))]

    def _passed_over(self, key: Key) -> bool:
        return key in self._flights or key in self._resting or any(key == fresh for fresh, _ in self._fresh)

    def _wake_or_rest(self, now: float) -> None:
        """A report without an answer, while others have theirs, leaves its place to them for a while."""
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        stuck = [
            key
            for key, flight in self._flights.items()
            if flight.attempts >= ATTEMPTS_BEFORE_REST and flight.first_sent < self._progress_at
        ]
        for key in stuck:
            if len(self._resting) < RESTING_AT_MOST:
                del self._flights[key]
                self._resting[key] = now + REST_SECONDS


def _within(seq: int, ranges: list[Range]) -> bool:
    return any(low <= seq <= high for low, high in ranges)
