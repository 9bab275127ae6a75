"""How far each agent's clock is from the collector's, by when its reports come in. Pure.

A report comes in some time after it was made; the least of these delays, of the last ten minutes, is its way
here and what its clock is behind. Taken off, evidence of different agents can be compared.
"""

from collections.abc import Collection
from typing import NamedTuple

SLOT_SECONDS = 300.0
BEHIND_AT_MOST_SECONDS = 10.0
"""Who is later at its best sends a backlog, or can't tell the time: nothing is known of its clock."""
WAY_SECONDS = 0.2
"""So much is a report's way to the collector rather than a clock."""
SURE_FROM = 3
"""So many reports don't all wait."""
CLOCKS_DIFFER_SECONDS = 0.5
"""What may be left between two agents. Evidence of one is newer than another's only if it is so by more."""


class Delays(NamedTuple):
    """The least of this slot and of the one before."""

    slot: float
    least: float
    before: float
    reports: int


class Clocks:
    def __init__(self) -> None:
        self._delays: dict[str, Delays] = {}

    def heard(self, agent: str, measured_at: float, received_at: float) -> None:
        """A report that was made at `measured_at` by the agent's clock came in."""
        delay, slot = received_at - measured_at, received_at // SLOT_SECONDS
        known = self._delays.get(agent) or Delays(slot, delay, delay, 0)
        if slot != known.slot:
            known = Delays(slot, delay, known.least if slot == known.slot + 1 else delay, known.reports)
        self._delays[agent] = known._replace(least=min(known.least, delay), reports=known.reports + 1)

    def behind(self, agent: str) -> float:
        """Seconds to be added to its times; less than 0 where its clock is ahead."""
        known = self._delays.get(agent)
        if known is None or known.reports < SURE_FROM:
            return 0.0
        delay = min(known.least, known.before)
        return delay if WAY_SECONDS < abs(delay) <= BEHIND_AT_MOST_SECONDS else 0.0

    def rearrange(self, agents: Collection[str]) -> None:
        """Of an agent that left, nothing is kept."""
        self._delays = {agent: delays for agent, delays in self._delays.items() if agent in agents}
