"""The ways through a simulated city as they truly are: cuts, routers that answer, and who reaches whom."""

from collector.incidents import Network
from collector.inventory import INTERNET

NOC = "noc"


class Ways:
    """The sites in `cut` pass no traffic, and the routers of the `mute` sites answer no ping.

    `cut_links` are uplinks, the NOC's to the internet too. The uplink of a `lossy` site loses packets. The
    applications stand at the NOC and fail from the `failing` sites, and from no others.
    """

    def __init__(self, network: Network) -> None:
        self.cut: set[str] = set()
        self.mute: set[str] = set()
        self.lossy: set[str] = set()
        self.failing: set[str] = set()
        self.cut_links: set[tuple[str, str]] = set()
        self._network = network
        self._above: dict[str, set[str]] = {}
        self._inside: dict[str, set[str]] = {}

    def find(self) -> set[str]:
        """Find the ways anew after a change. Returns the sites that lost their way inside to the NOC."""
        before = self._inside
        self._above, self._inside = self._ways_up(), self._ways_up(across_internet=False)
        return {
            site for site, above in before.items() if NOC in above and NOC not in self._inside.get(site, ())
        }

    def reaches(self, one: str, other: str) -> bool:
        """Traffic goes up to the core, and down again."""
        return not self._above.get(one, set()).isdisjoint(self._above.get(other, ()))

    def answers(self, one: str, target: str) -> bool:
        """Does the target answer the agent? No agent pings a site's router across the internet."""
        if target == "gateway":
            return one not in self.cut | self.mute
        if target == INTERNET:
            return INTERNET in self._above.get(one, ())
        if target in self._network.applications:
            return one not in self.failing and self.reaches(NOC, one)
        other = self._network.parents[one] if target == "uplink" else target
        inside = self._inside.get(one, set())
        return other not in self.mute and not inside.isdisjoint(self._inside.get(other, ()))

    def loses(self, one: str, other: str = NOC) -> bool:
        """Does the way between the two sites lose packets?"""
        other = {"uplink": self._network.parents.get(one, NOC), INTERNET: NOC}.get(other, other)
        return other != "gateway" and bool(
            self.lossy & (self._above.get(one, set()) ^ self._above.get(other, set()))
        )

    def _ways_up(self, across_internet: bool = True) -> dict[str, set[str]]:
        """By site, the places above that it reaches, itself first. The internet has a way to the NOC."""
        ways: dict[str, set[str]] = {}
        for start in self._network.sites.keys() - self.cut:
            above, to_see = {start}, [start]
            while to_see:
                place = to_see.pop()
                ups = {*self._network.above(place), *([INTERNET] if place == NOC else [])}
                ups -= {INTERNET} if not across_internet else set()
                for up in ups - self.cut - above:
                    if (place, up) in self.cut_links:
                        continue
                    above.add(up)
                    to_see.append(up)
            ways[start] = above
        return ways
