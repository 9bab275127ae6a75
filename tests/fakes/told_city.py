"""A played city that keeps each letter, and can lose its collector."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from collector.incidents import ByPerson
from collector.intake.watch import Watch
from collector.inventory import City, Receiver
from collector.inventory.city import Match, Webhook
from collector.notices.document import Letter
from collector.planned import MaintenanceWindow, made
from collector.streams.ingestion import Message
from tests.fakes.played_city import PlayedCity


def webhook(**match: list[str]) -> Receiver:
    return Receiver(webhook=Webhook(url="http://127.0.0.1:9/"), match=Match(**match), language="en")  # type: ignore[arg-type]


class ToldCity(PlayedCity):
    """`letters` are all, in order."""

    def __init__(self, city: City) -> None:
        self.letters: list[Letter] = []
        super().__init__(city)
        self.run(40)

    def _take(self, messages: Iterable[Message]) -> None:
        taken = self._ingest.take(messages, self.now).taken if messages else []
        self.letters += self.watch.judge(taken, self.connected, self.now).letters
        self.state.tick(self.now)
        assert self.watch.differences == 0

    def plan(self, window: MaintenanceWindow) -> None:
        """A person makes this window."""
        zone = ZoneInfo(self.city.timezone)
        self.letters += self.watch.plan_work(made(window, "Sari", "cli", self.now, zone)).letters

    def do(self, doing: ByPerson) -> None:
        self.watch.do(doing, "telegram:-1", self.now)

    def tell_nothing(self) -> None:
        """Time that passed is all that it notices first."""
        self._take(())

    def told(self) -> list[tuple[str, str, str]]:
        return [(one.receiver, one.document.kind, one.document.root) for one in self.letters]

    def restart(self) -> None:
        """With what the store would have."""
        saved, told = (
            self.watch.incidents.saved(),
            {(one.document.incident, one.receiver) for one in self.letters},
        )
        self.watch = Watch(self.state, self.assignments, self.now, saved, self.city.sites, told)
