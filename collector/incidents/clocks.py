"""The difference between each agent's clock and the collector's, from the delay of its reports. Sans-IO.

A report comes in some time after the agent made it. The least delay of the last ten minutes is the travel
time and the clock's difference. The collector corrects each agent's times by this difference, so that it can
compare evidence of different agents.
"""

from collections.abc import Collection
from typing import NamedTuple

SLOT_SECONDS = 300.0
BEHIND_AT_MOST_SECONDS = 10.0
"""An agent whose least delay is longer sends a backlog or has a wrong clock: it is not corrected."""
WAY_SECONDS = 0.2
"""A delay up to this is travel time, and no difference of clocks."""
SURE_FROM = 3
"""Of so many reports at least one came in without waiting."""
CLOCKS_DIFFER_SECONDS = 0.5
"""The error that remains. Evidence of one agent is newer than another's if it is newer by more than this."""


class Delays(NamedTuple):
    """The least delay of this slot and of the slot before, in seconds."""

    slot: float
    least: float
    before: float
    reports: int


class Clocks:
    def __init__(self) -> None:
        self._delays: dict[str, Delays] = {}

    def report_received(self, agent: str, measured_at: float, received_at: float) -> None:
        """A report came in. The agent made it at `measured_at` by its own clock."""
        delay, slot = received_at - measured_at, received_at // SLOT_SECONDS
        known = self._delays.get(agent) or Delays(slot, delay, delay, 0)
        if slot != known.slot:
            known = Delays(slot, delay, known.least if slot == known.slot + 1 else delay, known.reports)
        self._delays[agent] = known._replace(least=min(known.least, delay), reports=known.reports + 1)

    def behind(self, agent: str) -> float:
        """Seconds to add to the agent's times; less than 0 if its clock is ahead."""
        known = self._delays.get(agent)
        if known is None or known.reports < SURE_FROM:
            return 0.0
        delay = min(known.least, known.before)
        return delay if WAY_SECONDS < abs(delay) <= BEHIND_AT_MOST_SECONDS else 0.0

    def rearrange(self, agents: Collection[str]) -> None:
        """Forget the agents that left the inventory."""
        self._delays = {agent: delays for agent, delays in self._delays.items() if agent in agents}
