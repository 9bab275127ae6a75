"""One history: sites and a control room, faults for a while, then peace, and what must be true in the end."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from unittest.mock import patch

from tests.fakes import disk
from tests.fakes.broker import Broker, Weather
from tests.fakes.virtual_time import Storm
from tests.fakes.world import World
from tests.simulation.control_room import ControlRoom
from tests.simulation.faults import FAULTS, Fault
from tests.simulation.oracle import Oracle
from tests.simulation.site import Box
from tests.simulation.verdict import complaints

IN_MEMORY = Path("/dev/shm")  # real syncing would only take time
FAULTS_SECONDS = 600.0
FAULTS_AT_MOST = 25
DRAIN_SECONDS = 1800.0
PEACEFUL_PERIOD_SECONDS = 100.0
ALPHA, BRAVO, TWIN = ("alpha", "alpha"), ("bravo", "bravo"), ("alpha", "twin")
CITIES = [[ALPHA], [ALPHA], [ALPHA, BRAVO], [ALPHA, BRAVO], [ALPHA, TWIN]]
"""The agents' ids and their boxes' names: a twin says that it is another."""
SMALL = {
    "agent.spool.MEMORY_BYTES": 4000,
    "agent.spool.shelf.TIDY_EVERY": 8,
    "collector.streams.ingest.MAX_ACK_RANGES": 3,
}
"""Bounds that a short history would never meet."""


class History:
    """`told` is what happened, `complaints` what should not have: none, if all is well."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.complaints: list[str] = []
        self._begun: set[str] = set()
        with ExitStack() as stack:
            here = IN_MEMORY if IN_MEMORY.is_dir() else None
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=here)))
            self.world = World(seed)
            for name, value in SMALL.items():
                stack.enter_context(patch(name, value))
            stack.enter_context(patch("secrets.token_hex", lambda _: self.world.id()))
            self.broker = Broker(self.world)
            self.oracle = Oracle()
            self.room = ControlRoom(self.world, self.broker, self.oracle, folder / "collector")
            interval = self.world.chance.choice([5.0, 10.0, 20.0, 20.0])
            parts = self.world, self.broker, self.oracle
            self.boxes = [
                Box(*parts, agent=agent, name=name, interval=interval, folder=folder / name)
                for agent, name in self.world.chance.choice(CITIES)
            ]
            self.room.agents = {box.agent: interval for box in self.boxes}
            stack.enter_context(disk.in_place([self.room.disk, *(box.disk for box in self.boxes)]))
            try:
                self._run()
            except Storm:
                self.complaints = ["it is a storm that does not end"]
            finally:
                self.room.kill()
                for box in self.boxes:
                    box.kill()

    def some_box(self) -> Box:
        return self.world.chance.choice(self.boxes)

    def soon(self, least: float, most: float, happens: Callable[[], object]) -> None:
        self.world.after(self.world.chance.uniform(least, most), happens)

    def calm(self) -> None:
        self.broker.weather = Weather()

    @property
    def told(self) -> list[str]:
        return self.world.told

    @property
    def met(self) -> set[str]:
        """The faults that were, the conditions that agents told, and why reports were dropped."""
        reasons = {drop.reason for one in self.oracle.stored for drop in one.report.body.drops}
        return self._begun.union(reasons, *self.oracle.conditions.values())

    def _begin(self, fault: Fault) -> None:
        self._begun.add(fault.__name__)
        fault(self)

    def _run(self) -> None:
        for begin in (self.broker.start, self.room.start, *(box.start for box in self.boxes)):
            self.soon(0, self.world.chance.choice([0, 5, 100]), begin)
        kinds = self.world.chance.sample(FAULTS, self.world.chance.randint(1, 8))
        for _ in range(self.world.chance.randint(1, FAULTS_AT_MOST)):
            self.soon(0, FAULTS_SECONDS, partial(self._begin, self.world.chance.choice(kinds)))
        self.world.run(FAULTS_SECONDS)
        self._make_peace()
        self.world.run(DRAIN_SECONDS)
        self._judge()

    def _make_peace(self) -> None:
        self.world.tell("", "peace")
        self.calm()
        self.broker.forbidden.clear()
        self.broker.cut.clear()
        self.room.misspelt.clear()
        self.room.wall_error = 0.0
        for one in (self.room.disk, *(box.disk for box in self.boxes)):
            one.at_peace()
        self.broker.start()
        self.room.adopt()
        self.room.start()
        for box in self.boxes:
            box.heal()
            box.period = PEACEFUL_PERIOD_SECONDS
            box.start()

    def _judge(self) -> None:
        """Agents go on measuring, for drops are told in later reports; the last ones have time to arrive."""
        for box in self.boxes:
            box.measuring = False
        self.world.run(3 * PEACEFUL_PERIOD_SECONDS)
        drained = [box.drained() for box in self.boxes]
        self.complaints = list(complaints(self.oracle, drained, self.room.marks()))
