"""The signatures of the truth that the running half of the demo asks: the city and its faults at a time."""

from collections.abc import Mapping
from random import Random
from typing import Protocol

from wire.probes import Probe, Reason


class Truth(Protocol):
    """`at` is the script's time, Unix seconds; `chance` draws what is by chance."""

    def powered(self, site: str, at: float) -> bool:
        """Whether the machines of the site run, on mains or on a battery."""

    def reaches(self, site: str, other: str, at: float) -> bool:
        """Whether bytes come through from the one site to the other and back."""

    def echo(self, site: str, address: str, at: float, chance: Random) -> float | None:
        """The round-trip time of an echo from the site to an address or a place as "@gateway", in seconds."""

    def check(
        self, site: str, probe: Probe, at: float, chance: Random
    ) -> tuple[Mapping[str, float], Reason | None]:
        """The values of a measurement, named as in wire.metrics, and why it failed."""
