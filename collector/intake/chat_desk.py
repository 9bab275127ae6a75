"""The desk for chats: what a chat may ask of the collector, and do (notify/channels/telegram/services.py)."""

from collections.abc import Callable, Mapping, Sequence

from collector.changes import Changes, HandledUpdate
from collector.clock import SteadyClock
from collector.incidents import ByPerson, Incident
from collector.intake.desk import Desk, DeskReply
from collector.intake.planner import Planner
from collector.intake.transactions import Transactions
from collector.intake.watch import Watch
from collector.inventory import City
from collector.planned import MadeWindow, WantedWork


class ChatDesk:
    """`handled` are the updates that ask. They are stored with what they cause."""

    def __init__(
        self,
        watch: Watch,
        pipeline: Transactions,
        clock: SteadyClock,
        city: Callable[[], City],
        desk: Desk,
        planner: Planner,
    ) -> None:
        self._watch = watch
        self._pipeline = pipeline
        self._clock = clock
        self._city = city
        self._desk = desk
        self._planner = planner

    @property
    def city(self) -> City:
        return self._city()

    def now(self) -> float:
        return self._clock.now()

    async def open_incidents(self) -> Sequence[Incident]:
        async with self._pipeline.reading():
            return self._watch.incidents.open()

    async def do(self, doing: ByPerson, via: str, handled: Mapping[str, HandledUpdate]) -> DeskReply:
        return await self._desk.do(doing, via, Changes(telegram_updates=dict(handled)))

    async def plan(
        self, wanted: WantedWork, by: str, via: str, handled: Mapping[str, HandledUpdate]
    ) -> MadeWindow:
        return await self._planner.plan(wanted, by, via, Changes(telegram_updates=dict(handled)))
