"""A truth of a few lines for the tests of the running half: all is well but for what is named."""

from collections.abc import Mapping
from random import Random

from wire.probes import Probe, Reason


class StillCity:
    """Sites in `dark` have no power, those in `cut` no way; `silent` addresses answer no echo.

    `failing` are targets of other probes, each with its reason.
    """

    def __init__(self) -> None:
        self.dark: set[str] = set()
        self.cut: set[str] = set()
        self.silent: set[str] = set()
        self.failing: dict[str, Reason] = {}
        self.values: dict[str, float] = {}
        self.asked: list[float] = []

    def powered(self, site: str, at: float) -> bool:
        return site not in self.dark

    def reaches(self, site: str, other: str, at: float) -> bool:
        return not {site, other} & (self.cut | self.dark)

    def echo(self, site: str, address: str, at: float, chance: Random) -> float | None:
        self.asked.append(at)
        return None if address in self.silent else 0.01

    def check(
        self, site: str, probe: Probe, at: float, chance: Random
    ) -> tuple[Mapping[str, float], Reason | None]:
        return self.values, self.failing.get(probe.target)
