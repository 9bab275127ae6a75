"""How messy the random cities are: one generator is looked at, the other is held out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Messiness:
    """The chances and sizes by which a generator of outages draws."""

    sites: tuple[int, int] = (30, 60)
    pops: tuple[int, int] = (2, 4)
    providers: tuple[int, int] = (2, 4)
    feeders: tuple[int, int] = (5, 10)
    has_feeder: float = 0.85
    has_ups: float = 0.5
    polls_ups: float = 0.7
    ont_ups: float = 0.7
    agent_ups: float = 0.8
    polls_router: float = 0.6
    names_ports: float = 0.4
    keeps_spool: float = 0.92
    switched_off: float = 0.25
    runtime: tuple[float, float] = (240.0, 1800.0)
    estimate: tuple[float, float] = (0.6, 1.6)
    lasts: tuple[float, float] = (90.0, 1800.0)
    skew: float = 2.0
    found_late: float = 8.0
    spared: float = 0.15
    others: float = 0.2
    polls_olt: float = 0.4
    gasps: float = 0.75
    polls_radio: float = 0.5
    fades: float = 0.6


USUAL = Messiness()
HELD_OUT = Messiness(
    sites=(15, 140),
    pops=(1, 7),
    providers=(1, 6),
    feeders=(3, 25),
    has_feeder=0.6,
    has_ups=0.35,
    polls_ups=0.5,
    ont_ups=0.5,
    agent_ups=0.6,
    polls_router=0.35,
    names_ports=0.2,
    keeps_spool=0.8,
    switched_off=0.4,
    runtime=(120.0, 3600.0),
    estimate=(0.4, 2.5),
    lasts=(40.0, 3000.0),
    skew=4.0,
    found_late=14.0,
    spared=0.3,
    others=0.4,
    polls_olt=0.25,
    gasps=0.55,
    polls_radio=0.3,
    fades=0.4,
)
"""Nobody tunes to these: wider cities, fewer devices that answer, more noise."""
