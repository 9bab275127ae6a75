"""A cause of an outage, its confidence, and the clues that speak for it and against it."""

from typing import Literal

from msgspec import Struct

CauseName = Literal[
    "unknown",
    "planned",
    "power_site",
    "power_area",
    "link",
    "provider",
    "router",
    "agent",
    "dns",
    "application",
    "national_path",
    "international_path",
]
Confidence = Literal["guess", "likely", "confirmed"]

ClueName = Literal[
    "planned_work",
    "ups_spent",
    "ups_battery_began",
    "ups_battery",
    "ups_time_left",
    "ups_battery_after",
    "ups_mains",
    "ups_mains_before",
    "agent_stopped",
    "agent_stopped_earlier",
    "agent_restarted",
    "agent_back_early",
    "agent_dark",
    "agent_restarted_later",
    "agent_ran_on",
    "gateway_up",
    "gateway_lost",
    "router_seen_from_behind",
    "router_lost_from_behind",
    "router_restarted",
    "router_ran_on",
    "port_up",
    "port_down",
    "onu_dying_gasp",
    "onu_los",
    "onu_gasped_before",
    "onu_down",
    "onu_up",
    "light_lost",
    "light_faded",
    "light_low",
    "radio_faded",
    "radio_weak",
    "radio_good",
    "radio_alone",
    "poe_off",
    "feeder_went_to_battery",
    "feeder_on_battery",
    "feeder_on_mains",
    "feeder_staggered",
    "back_before_feeder",
    "feeder_lost",
    "area_lost",
    "access_lost",
    "pop_lost",
    "medium_lost",
    "provider_lost",
    "alone",
    "router_answers",
    "version_shared",
    "provider_shared",
    "resolver_lost",
    "name_not_resolved",
    "server_answered",
    "reached_elsewhere",
    "lost_everywhere",
    "lost_from_one_provider",
    "ring_lost",
    "ring_lost_here",
]


class Clue(Struct, frozen=True, gc=False, omit_defaults=True):
    """One piece of evidence, as data. Its name has the words, `about` and the numbers fill them in.

    `about` is a site, a feeder, a provider, a ring or a version. `seconds` is a duration. `lost` of `known`
    are sites of the group, or agents. `earlier` and `later` are levels of a signal in dBm.
    """

    name: ClueName
    about: str = ""
    seconds: float | None = None
    lost: int = 0
    known: int = 0
    earlier: int | None = None
    later: int | None = None


class WeighedCause(Struct, frozen=True):
    """The cause by the clues gathered so far. `clues` speak for it, strongest first; `against` against it.

    `share` is the part of the belief that it has, 0 to 1. `where` is the group that shares it, if one does.
    `medium` is that of the link, if the link is the cause.
    """

    cause: CauseName = "unknown"
    confidence: Confidence = "guess"
    share: float = 0.0
    where: str = ""
    clues: tuple[Clue, ...] = ()
    against: tuple[Clue, ...] = ()
    medium: str = ""


NOT_WEIGHED = WeighedCause()
"""Unknown, without a clue."""
