"""The town of the lab as planned: two POPs, ten sites below them and three straight on the internet.

Providers, feeders, media and gear cross each other, so that no two groups have the same sites.
"""

from typing import NamedTuple

from collector.inventory.city import Medium

CORE_ADDRESS = "10.77.0.1"
SERVICES_ADDRESS = "10.77.98.2"
WORLD_ADDRESS = "10.77.99.2"
CITY_ADDRESS, NATIONAL_ADDRESS, INTERNATIONAL_ADDRESS = "10.77.98.3", "10.77.96.1", "10.77.97.2"
NOC = "noc"


class SitePlan(NamedTuple):
    """`ups` feeds router and agent; `terminal_protected`: it feeds the line's terminal, too.

    An agent that is not `behind` the router runs on it, and has the line's upper end as its gateway. By LTE
    it has none.
    """

    name: str
    above: str
    number: int
    provider: str = ""
    feeder: str = ""
    medium: Medium = "fiber"
    behind: bool = True
    ups: bool = False
    terminal_protected: bool = True
    polls_router: bool = True

    @property
    def router_address(self) -> str:
        return f"10.79.{self.number}.1" if self.behind else self.far_address

    @property
    def near_address(self) -> str:
        """The upper end of the link."""
        return f"10.78.{self.number}.1"

    @property
    def far_address(self) -> str:
        return f"10.78.{self.number}.2"

    @property
    def ups_address(self) -> str:
        return f"10.79.{self.number}.9"

    @property
    def nets(self) -> tuple[str, ...]:
        return (f"10.78.{self.number}.0/24", f"10.79.{self.number}.0/24")


POPS = (
    SitePlan("pop-a", NOC, 1, feeder="F4", ups=True),
    SitePlan("pop-b", NOC, 2, feeder="F5", ups=True),
)
SITES = (
    SitePlan("site-a1", "pop-a", 11, "isp-x", "F1"),
    SitePlan("site-a2", "pop-a", 12, "isp-x", "F1", ups=True),
    SitePlan("site-a3", "pop-a", 13, "isp-x", "F2", "radio", polls_router=False),
    SitePlan("site-a4", "pop-a", 14, "isp-y", "F1", ups=True, terminal_protected=False),
    SitePlan("site-a5", "pop-a", 15, "isp-y", "F2"),
    SitePlan("site-b1", "pop-b", 21, "isp-x", "F2", ups=True),
    SitePlan("site-b2", "pop-b", 22, "isp-x", "F3", ups=True),
    SitePlan("site-b3", "pop-b", 23, "isp-y", "F3", "radio", polls_router=False),
    SitePlan("site-b4", "pop-b", 24, "isp-y", "F3", ups=True),
    SitePlan("site-b5", "pop-b", 25, "isp-y", "F3", behind=False, ups=True, polls_router=False),
    SitePlan("site-c1", "internet", 31, "isp-z", "F1", "fiber"),
    SitePlan("site-c2", "internet", 32, "isp-z", "F5", "lte", behind=False, polls_router=False),
    SitePlan("site-c3", "internet", 33, "isp-z", "F6", "fiber"),
)
PLANS = {plan.name: plan for plan in (*POPS, *SITES)}


def below(above: str) -> list[SitePlan]:
    return [plan for plan in PLANS.values() if plan.above == above]


def of_provider(provider: str) -> list[str]:
    return [plan.name for plan in PLANS.values() if plan.provider == provider]


def of_feeder(feeder: str) -> list[str]:
    return [plan.name for plan in PLANS.values() if plan.feeder == feeder]
