"""From which time on the collector trusts an agent's findings."""

import math

from collector.incidents.evidence import Finding
from collector.incidents.network import Network


class Trust:
    """Trust begins anew when an agent comes back: its older findings describe another time."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._since: dict[str, float] = {}
        self._looks: set[float] = set()

    def since(self, agent: str) -> float:
        """Unix time; infinity for an agent that the collector does not trust yet."""
        return self._since.get(agent, math.inf)

    def begin(self, agent: str, at: float) -> None:
        self._since[agent] = at
        self._looks.add(math.ceil(at + self.network.sites[agent].silence_seconds))

    def begin_for_new(self, at: float) -> None:
        """Agents that joined the inventory get trust from `at`; the others keep theirs."""
        for agent in self.network.sites.keys() - self._since.keys():
            self.begin(agent, at)

    def covers(self, finding: Finding) -> bool:
        """Was the finding measured in the trusted time?

        A loss that began before that time must be measured again after `silence_seconds`: the target may be
        up again by then.
        """
        since = self.since(finding.agent)
        if finding.state == "down" and finding.since <= since:
            since += self.network.sites[finding.agent].silence_seconds
        return finding.measured_at > since

    def next_look(self, now: float) -> float:
        """The next time at which an unbelieved finding may become believed without a new report."""
        self._looks = {at for at in self._looks if at > now}
        return min(self._looks, default=math.inf)
