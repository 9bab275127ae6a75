"""A fault of the simulated network: what is wrong, where and when. Pure."""

from typing import Literal

from msgspec import Struct

from wire.probes import Reason

FaultKind = Literal[
    "application_failing",
    "fibre_cut",
    "hung_router",
    "planned_work",
    "power_cut",
    "provider_fault",
    "radio_fading",
    "slow",
]
PLACES: dict[FaultKind, str] = {
    "application_failing": "applications",
    "fibre_cut": "links",
    "hung_router": "sites",
    "planned_work": "sites",
    "power_cut": "feeders",
    "provider_fault": "providers",
    "radio_fading": "links",
    "slow": "links",
}
"""The table of the inventory that has the place of each kind; the feeders are those of its sites."""


class Fault(Struct, frozen=True):
    """`where` is an id of the table in PLACES. Times are the script's, Unix seconds. `outage`: a provider's
    links pass nothing. `loss_ratio` and `delay_seconds` are added to each passage of a link. An application
    fails with `reason`, and with `status_code` if the reason is "status".
    """

    kind: FaultKind
    where: str
    begins_at: float
    ends_at: float
    title: str = ""
    outage: bool = False
    loss_ratio: float = 0.0
    delay_seconds: float = 0.0
    reason: Reason = "timeout"
    status_code: int = 503
