"""The city of the afternoon, and the letters about it."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.incidents import ByPerson
from collector.inventory import Inventory
from collector.notices.document import Letter
from collector.planned import MaintenanceWindow, made
from collector.streams.ingestion import Message
from tests.fakes.played_city import START, PlayedCity

INVENTORY = Path(__file__).parent / "city.toml"


class AfternoonCity(PlayedCity):
    """`letters` are those for both receivers, in order."""

    def __init__(self, now: float = START) -> None:
        self.letters: list[Letter] = []
        super().__init__(Inventory(INVENTORY).city, now)
        self.zone = ZoneInfo(self.city.timezone)
        self.run(40)

    def by_person(self, root: str, doing: Callable[[str], ByPerson]) -> None:
        """A person does something with the open incident of this root. `doing` gets the incident's id."""
        (incident,) = (one for one in self.watch.incidents.open() if one.root == root)
        self.watch.do(doing(incident.id), "page", self.now)
        self._take(())

    def plan(self, window: MaintenanceWindow) -> None:
        self.letters += self.watch.plan_work(made(window, "Sari", "cli", self.now, self.zone)).letters

    def find_broker(self) -> None:
        self.connected = True
        self.state.listen(self.now)

    def _values(self, kind: str) -> Mapping[str, float]:
        """Without the lost packets of the played city: the scenes alone lose some."""
        values = super()._values(kind)
        return {**values, "icmp_loss_ratio": 0.0} if kind == "icmp" else values

    def _take(self, messages: Iterable[Message]) -> None:
        taken = self._ingest.take(messages, self.now).taken if messages else []
        self.letters += self.watch.judge(taken, self.connected, self.now).letters
        self.state.tick(self.now)
