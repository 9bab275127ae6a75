"""A world in virtual time: its chances, and what happened in words."""

from tests.fakes.virtual_time import START, VirtualTime

EVENTS_AT_MOST = 50_000


class World(VirtualTime):
    """The collector's clock shows `now`, the true time."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, EVENTS_AT_MOST)
        self.told: list[str] = []

    def tell(self, who: str, what: str) -> None:
        self.told.append(f"{self.now - START:9.2f}  {who:<10} {what}")

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability

    def id(self) -> str:
        return f"{self.chance.getrandbits(64):016x}"
