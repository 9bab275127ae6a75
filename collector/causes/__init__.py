"""Why it is down: a cause with its confidence and its clues. Sans-IO: time is a parameter.

1. `memory` keeps what reports show beyond the present state: `runs` of gateway, uplink, battery and port,
   boots of the agent's machine, starts of the router; `rows` finds those of devices that are about a link.
2. `groups` has the groups of each site and lets them compete.
3. `gather` turns an `outage` into clues, with `ups`, `machines`, `answering`, `line` and `together`.
4. `weigh` adds up the clues by the tables in `weights` and `line_weights`. The margin decides, and "unknown"
   is an answer.
5. `judge` does both. Asked again with more evidence, it corrects itself.
6. `power_area` joins the sites of a feeder that has no power.
7. `rings` judges the paths to the internet, with no site down.
"""

from collector.causes.cause import NOT_WEIGHED, CauseName, Clue, ClueName, Confidence, WeighedCause
from collector.causes.groups import Places
from collector.causes.judge import cause_of
from collector.causes.memory import CauseMemory
from collector.causes.outage import Outage
from collector.causes.power_area import DarkArea, PoweredByUps, dark_areas, has_power_evidence
from collector.causes.rings import LostPath, RingView, lost_paths

__all__ = [
    "NOT_WEIGHED",
    "CauseMemory",
    "CauseName",
    "Clue",
    "ClueName",
    "Confidence",
    "DarkArea",
    "LostPath",
    "Outage",
    "Places",
    "PoweredByUps",
    "RingView",
    "WeighedCause",
    "cause_of",
    "dark_areas",
    "has_power_evidence",
    "lost_paths",
]
