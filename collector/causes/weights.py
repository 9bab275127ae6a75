"""The table of weights: how much each clue speaks for or against each cause, and why.

Points are natural logarithms of odds: +1 makes a cause 2.7 times as credible beside the others, +3 twenty
times. They are estimates from how the equipment works, corrected by hand in random cities, not in service.
"""

from collections.abc import Mapping

from collector.causes.cause import CauseName, ClueName
from collector.causes.line_weights import LINE_WEIGHTS
from collector.causes.weight import Weight, site

SITE_CAUSES = site(0.0, -1.0, 0.5, -1.0, -0.5)
"""Before any clue: an area or a provider fails seldom, a router hangs less often than a line breaks."""
AGENT_CAUSES: Mapping[CauseName, float] = {"agent": 0.0, "provider": -1.5}
APPLICATION_CAUSES: Mapping[CauseName, float] = {"application": 0.0, "dns": -0.5, "provider": -1.0}
RESOLVER_CAUSES: Mapping[CauseName, float] = {"dns": 0.0}
UNKNOWN_POINTS = 1.5
"""A cause must outweigh this. One weak clue does not."""

WEIGHTS: Mapping[ClueName, Weight] = {
    "planned_work": Weight(
        "A window of maintenance covers the place, so the work is the first thing to ask about.",
        {"planned": 6.0},
    ),
    "ups_spent": Weight(
        "The UPS ran on its battery, and the battery was due to be empty when the site was lost.",
        site(5, 5, -1, -1, -1),
        is_power=True,
        decisive=True,
    ),
    "ups_battery_began": Weight(
        "The UPS went to battery in the moment of the loss: the gear that it does not feed lost its power.",
        site(4, 4, -1.5, -1, -1),
        is_power=True,
        decisive=True,
        excuses_power=True,
    ),
    "ups_battery": Weight(
        "The UPS ran on battery before the loss, but nobody knows for how long it lasts.",
        site(2.5, 2.5, 0, 0, 0),
        is_power=True,
    ),
    "ups_time_left": Weight(
        "The UPS had much time left, so something else than the battery ended the way to the site.",
        site(-1.5, -1.5, 1.5, 0, 0.5),
    ),
    "ups_battery_after": Weight(
        "The mains failed after the loss: they did not cause it.", site(-2.5, -2.5, 1, 0.5, 0.5)
    ),
    "ups_mains": Weight(
        "The UPS had mains while the site was cut off. A dead socket behind it stays possible.",
        site(-5, -5, 0.5, 0.5, 0.5),
    ),
    "ups_mains_before": Weight(
        "The UPS had mains right before the loss. An unprotected ONT would still die with the mains.",
        site(-1, -1, 0, 0, 0),
    ),
    "agent_stopped": Weight(
        "The agent's machine stopped with the loss and started anew after it: both had no power.",
        site(4, 3.5, -2, -2, -2),
        is_power=True,
        decisive=True,
    ),
    "agent_stopped_earlier": Weight(
        "The agent's machine stopped some time before the loss, and started anew after it: it has no UPS.",
        site(1.5, 1.5, -0.5, -0.5, -1),
    ),
    "agent_restarted": Weight(
        "The agent's machine started anew in the outage, and nobody knows when it stopped.",
        site(1, 1, -0.5, -0.5, -1.5),
        doubts_nearby=True,
    ),
    "agent_back_early": Weight(
        "The agent's machine ran again long before the site was back: something else was still broken.",
        site(-3, -3, 1, 0.5, 0.5),
    ),
    "agent_dark": Weight(
        "The agent measured on after the loss, then was off for minutes: a UPS gave out.",
        site(3, 3, -1, -1, -1),
        is_power=True,
        excuses_power=True,
    ),
    "agent_restarted_later": Weight(
        "The agent measured on after the loss and restarted later: people switch gear off and on.",
        site(-3.5, -3.5, 0.5, 0.5, 0.5),
        ran_on=True,
        doubts_nearby=True,
    ),
    "agent_ran_on": Weight(
        "The agent's machine ran through the outage: it had power, from the mains or from a UPS.",
        site(-3.5, -3, 1.5, 1, 0.5),
        decisive=True,
        ran_on=True,
        doubts_nearby=True,
    ),
    "gateway_up": Weight(
        "The agent reached the site's router during the outage, so the break is behind the router.",
        site(-2, -2, 3, 1.5, -4),
        decisive=True,
        ran_on=True,
        doubts_nearby=True,
    ),
    "gateway_lost": Weight(
        "The agent lost the site's router itself, which no break of the line does.",
        site(0.5, 0.5, -3, -3, 3),
        decisive=True,
        ran_on=True,
    ),
    "router_seen_from_behind": Weight(
        "Sites behind it reached its router during the outage, so the break is above.",
        site(-3, -3, 3, 2, -4),
        decisive=True,
        ran_on=True,
    ),
    "router_lost_from_behind": Weight(
        "Sites behind it lost its router too, so the router itself was dead.",
        site(1.5, 1, -3, -3, 2),
        decisive=True,
        ran_on=True,
    ),
    "router_restarted": Weight(
        "The router started anew during the outage: power, a hang, or a person who switched it off and on.",
        site(1, 1, -1, -1.5, 1.5),
    ),
    "router_ran_on": Weight(
        "The router ran through the outage, so it had power and did not hang for good.",
        site(-3.5, -3.5, 1.5, 1, -1.5),
        decisive=True,
        ran_on=True,
        doubts_nearby=True,
    ),
    "port_up": Weight(
        "The port above had a carrier while the router did not answer: line and power are well.",
        site(-3, -3, -3, -2, 3.5),
    ),
    "port_down": Weight(
        "The port above had no carrier: the line is broken, or the far end has no power.",
        site(0.5, 0.5, 0.5, 0, -2),
    ),
    **LINE_WEIGHTS,
    "feeder_went_to_battery": Weight(
        "Other sites of the feeder went to battery in the moment of the loss: the feeder lost its power.",
        site(0.5, 6, -1, -1, -1),
        is_power=True,
        excuses_power=True,
    ),
    "feeder_on_battery": Weight(
        "Other sites of the feeder ran on battery for some time: a battery here may be empty, or not.",
        site(0.5, 2.5, 0, -0.5, -0.5),
        is_nearby_power=True,
    ),
    "feeder_on_mains": Weight(
        "Other sites of the feeder had mains at that time, so the feeder had power.", site(0, -1, 0, 0, 0)
    ),
    "feeder_staggered": Weight(
        "Sites of the feeder were lost one after another, as batteries give out. No cable breaks like that.",
        site(0.5, 3.5, -1, -1, -1),
        is_nearby_power=True,
    ),
    "back_before_feeder": Weight(
        "The site came back while most of its feeder still had no power, so it did not wait for the mains.",
        site(-3, -3.5, 1, 0.5, 0.5),
        doubts_nearby=True,
    ),
    "feeder_lost": Weight(
        "Of all groups the sites of the feeder were lost most, and few others.", site(-0.5, 2.5, 0, -1, -1)
    ),
    "area_lost": Weight(
        "Of all groups the sites of one district or subdistrict were lost most: power, or a cable.",
        site(-0.5, 1.5, 0.5, -0.5, -1),
    ),
    "access_lost": Weight(
        "Of all groups those lost most share POP, medium and provider: a line terminal or a trunk cable.",
        site(-1, -1.5, 3, 0.5, -2),
    ),
    "pop_lost": Weight(
        "Of all groups those lost most share the POP: its switch or a trunk cable.",
        site(-1, -1, 2, 0, -1),
    ),
    "medium_lost": Weight(
        "Of all groups those lost most share the medium: rain for radio, a busy cell for LTE.",
        site(-0.5, -1, 1.5, 0, -1),
    ),
    "provider_lost": Weight(
        "Of all groups those lost most share the provider, in several places.",
        site(-1, -2, -1.5, 5, -2),
    ),
    "alone": Weight(
        "No other site was lost with it, so neither an area nor a provider failed.",
        site(0, -1, 0, -2.5, 0),
    ),
    "router_answers": Weight(
        "The site's router answers while the agent is silent: the network is well.", {"agent": 3.5}
    ),
    "version_shared": Weight(
        "The silent agents share a version that the others do not have.", {"agent": 2.5, "provider": -2.0}
    ),
    "provider_shared": Weight(
        "The silent agents share a provider: it blocks their way to the broker, though their routers answer.",
        {"agent": -2.5, "provider": 4.0},
    ),
    "resolver_lost": Weight("The resolver itself does not answer.", {"dns": 4.5}),
    "name_not_resolved": Weight(
        "The agents did not find the address of the name, so they never came to the server.", {"dns": 3.5}
    ),
    "server_answered": Weight(
        "The server answered, with an error or a wrong text: the way to it is well.", {"application": 4.5}
    ),
    "reached_elsewhere": Weight(
        "Other agents reach it, so the server works. Something on the way may answer in its place.",
        {"application": -3.0},
    ),
    "lost_everywhere": Weight(
        "All agents lost it, of each provider, and nothing else with it.", {"application": 3.5}
    ),
    "lost_from_one_provider": Weight(
        "Only agents of one provider lost it, and others reach it.", {"provider": 3.0, "application": -1.0}
    ),
    "ring_lost": Weight(
        "Most agents of several providers lost this ring of the internet, and no nearer one.",
        {"national_path": 5.0, "international_path": 5.0},
        decisive=True,
    ),
    "ring_lost_here": Weight(
        "Most agents of this provider lost the ring, and those of other providers reach it.",
        {"provider": 5.0},
        decisive=True,
    ),
}

POWER_CAUSES: frozenset[CauseName] = frozenset(["power_site", "power_area"])
OWN_POWER = frozenset(name for name, weight in WEIGHTS.items() if weight.is_power)
NEARBY_POWER = frozenset(name for name, weight in WEIGHTS.items() if weight.is_nearby_power)
DOUBTS = frozenset(name for name, weight in WEIGHTS.items() if weight.doubts_nearby)
