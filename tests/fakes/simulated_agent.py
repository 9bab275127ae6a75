"""An agent of a simulated city: it finds its targets up or down, reports, spools, and reconnects.

It probes as the real one does. It sends an echo a second and a confirm burst after the first lost echo. After
five replies the target is up again. It reports a flip at once, and all else once an interval. It spools a
report that it can't send, and pauses before it reconnects. On a link that loses packets decisions take
longer, and the agent sends reports again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from collector.incidents import Finding
from tests.fakes.virtual_time import START, VirtualTime
from tests.fakes.ways import NOC, Ways
from wire.reconnect import CONNECT_SECONDS, pause_seconds

LOSS_RATIO = 0.2
REPLIES_TO_BE_UP = 5
FIRST_RETRANSMISSION_SECONDS = 0.2
STEADY_SECONDS = 30.0


@dataclass
class View:
    """An agent's view of one target's router."""

    state: str = "unknown"
    since: float = 0.0
    deciding: int = 0


@dataclass
class SimulatedReport:
    """`losses` are the loss ratios of the interval, by target."""

    measured_at: float
    findings: list[Finding]
    losses: dict[str, float]


class Surroundings(Protocol):
    """The city as its agents need it."""

    time: VirtualTime
    ways: Ways

    def reaches_broker(self, agent: "SimulatedAgent") -> bool: ...

    def listens_to(self, agent: "SimulatedAgent") -> bool:
        """Does the collector take a report of the agent now?"""

    def arrive(self, agent: "SimulatedAgent", report: SimulatedReport) -> None: ...


class SimulatedAgent:
    """`ahead` is the error of its clock in seconds, `late_seconds` the delay of its reports."""

    def __init__(self, city: Surroundings, site: str, interval: float, targets: Iterable[str]) -> None:
        self.site = site
        self.interval = interval
        self.views = {target: View() for target in targets}
        self.running = True
        self.session = True
        self.spool: list[SimulatedReport] = []
        self.ahead = 0.0
        self.late_seconds = 0.0
        self._city = city
        self._time = city.time
        self._run = 0
        self._delivered_at = 0.0
        self._connected_at = START
        self._attempts = 0
        self._speaks_at = START

    def begin(self, at_least: float) -> None:
        """Report from now on, once an interval."""
        self._time.after(self._time.chance.uniform(at_least, self.interval), self._reports())

    def stop(self) -> None:
        self.running = False
        self._run += 1

    def start(self) -> None:
        """Start again: nothing is known of the targets. `connect` comes next."""
        self.running, self.session, self._attempts = True, False, 0
        self._run += 1
        for target in self.views:
            self.views[target] = View()
        self.begin(0.1)

    def connect(self) -> None:
        """The first attempt of a new run."""
        self._time.after(self._time.chance.uniform(0.3, 3.0), self._attempt())

    def look(self) -> None:
        """The truth may have changed: decide about each target."""
        for target, view in self.views.items():
            self._decide(target, view)

    def lose_session(self) -> None:
        if self.session:
            self.session = False
            steady = self._time.now - self._connected_at > STEADY_SECONDS
            self._attempts = 0 if steady else self._attempts + 1
            self._pause(0.0)

    def let_speak(self, within_seconds: float) -> None:
        """The agent sends its spooled reports first, in order."""
        self._speaks_at = self._time.now + self._time.chance.uniform(0.05, within_seconds)
        self._time.after(self._speaks_at - self._time.now, self._send_backlog)

    def may_speak(self) -> bool:
        return self.session and self._city.reaches_broker(self) and self._time.now >= self._speaks_at

    def _decide(self, target: str, view: View) -> None:
        truth = "up" if self._city.ways.answers(self.site, target) else "down"
        view.deciding += 1
        if not self.running or truth == view.state:
            return
        chance, now = self._time.chance, self._time.now
        since = now + chance.uniform(0.0, 1.0)
        if truth == "down":
            takes = chance.uniform(0.5, 1.3)
        elif view.state == "unknown":
            takes = 0.05
        else:
            takes = self._seconds_to_be_up(self._city.ways.loses(self.site, target))
        decision, run = view.deciding, self._run

        def decided() -> None:
            if view.deciding == decision and self._run == run:
                view.state, view.since = truth, since
                self._send([self._finding(target, view)])

        self._time.after(since + takes - now, decided)

    def _finding(self, target: str, view: View) -> Finding:
        now = self._time.now
        since = view.since if view.state == "down" else now
        reason = "timeout" if view.state == "down" else ""
        return Finding(self.site, "icmp", target, view.state, now, since, reason)  # type: ignore[arg-type]

    def _seconds_to_be_up(self, lossy: bool) -> float:
        """The agent sends an echo a second, until five in a row get a reply."""
        chance = self._time.chance
        seconds, in_a_row = chance.uniform(0.0, 0.3), 0
        while in_a_row < REPLIES_TO_BE_UP:
            in_a_row = 0 if lossy and chance.random() < LOSS_RATIO else in_a_row + 1
            seconds += 1.0
        return seconds - 1.0

    def _reports(self) -> Callable[[], None]:
        run = self._run

        def report() -> None:
            if self._run == run:
                views = [item for item in self.views.items() if item[1].state != "unknown"]
                losses = {target: self._loss(target) for target, view in views if view.state == "up"}
                self._send([self._finding(target, view) for target, view in views], losses)
                self._time.after(self.interval, report)

        return report

    def _loss(self, target: str) -> float:
        """The share of ten echoes that the way there lost."""
        if not self._city.ways.loses(self.site, target):
            return 0.0
        return sum(self._time.chance.random() < LOSS_RATIO for _ in range(10)) / 10

    def _send(self, findings: list[Finding], losses: dict[str, float] | None = None) -> None:
        now, chance = self._time.now, self._time.chance
        report = SimulatedReport(now, findings, losses or {})
        if self._city.listens_to(self):
            delivered_at = now + chance.uniform(0.01, 0.2) + self._retransmitting()
            delivered_at += self.late_seconds * chance.uniform(1.0, 3.0)
            self._delivered_at = max(self._delivered_at, delivered_at)  # TCP keeps their order
            self._time.after(self._delivered_at - now, lambda: self._city.arrive(self, report))
        else:
            self.spool.append(report)

    def _retransmitting(self) -> float:
        seconds, wait = 0.0, FIRST_RETRANSMISSION_SECONDS
        while self._city.ways.loses(self.site, NOC) and self._time.chance.random() < LOSS_RATIO:
            seconds, wait = seconds + wait, 2 * wait
        return seconds

    def _pause(self, hung_seconds: float) -> None:
        pause = pause_seconds(self._attempts, self._time.chance.random())
        self._time.after(hung_seconds + pause, self._attempt())

    def _attempt(self) -> Callable[[], None]:
        run = self._run

        def attempt() -> None:
            if self.session or self._run != run or not self.running:
                return
            if not self._city.reaches_broker(self):
                self._attempts += 1
                self._pause(self._time.chance.choice((0.0, CONNECT_SECONDS)))
                return
            self.session, self._connected_at = True, self._time.now
            self.let_speak(0.3)

        return attempt

    def _send_backlog(self) -> None:
        if self._city.listens_to(self):
            backlog, self.spool = self.spool, []
            for at, report in enumerate(backlog):
                self._time.after(0.02 + 0.01 * at, lambda report=report: self._city.arrive(self, report))  # type: ignore[misc]
