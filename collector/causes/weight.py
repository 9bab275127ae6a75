"""The weight of a clue: its points for each cause, and what kind of evidence it is."""

from collections.abc import Mapping
from typing import NamedTuple

from collector.causes.cause import CauseName


class Weight(NamedTuple):
    """`is_power` is evidence of power itself: without any, no cause is power.

    `decisive` is a clue that can confirm a cause: a device says it, or it is known after the return.
    `excuses_power`: a UPS took over in that moment. `ran_on`: a UPS explains it as well as mains do. With an
    excuse it counts for power as much as for the best other cause.
    """

    reason: str
    points: Mapping[CauseName, float]
    is_power: bool = False
    is_nearby_power: bool = False
    doubts_nearby: bool = False
    decisive: bool = False
    excuses_power: bool = False
    ran_on: bool = False


def site(
    power_site: float, power_area: float, link: float, provider: float, router: float
) -> Mapping[CauseName, float]:
    return {
        "power_site": power_site,
        "power_area": power_area,
        "link": link,
        "provider": provider,
        "router": router,
    }
