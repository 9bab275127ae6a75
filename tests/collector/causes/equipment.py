"""The OLTs and radios of a random city, which agents read."""

from collections.abc import Mapping
from random import Random

from collector.inventory.city import City, Medium
from tests.collector.causes.messiness import Messiness
from tests.collector.causes.virtual_line import VirtualRadio, VirtualTerminal
from tests.collector.causes.virtual_site import VirtualSite


def by_medium(city: City, medium: Medium) -> list[str]:
    """The sites below POPs with such a link."""
    return [link.from_ for link in city.links.values() if link.medium == medium and link.to != "noc"]


def equip(
    sites: Mapping[str, VirtualSite], city: City, mess: Messiness, scenario: str, random: Random
) -> None:
    """The devices of a provider are its own: nobody reads them. A dead one is read by nobody either."""
    unread = scenario == "provider" or (scenario == "line terminal" and random.random() < 0.5)
    for id in by_medium(city, "fiber"):
        gasps = random.random() < mess.gasps
        before = random.choice(["los", "dying_gasp" if gasps else "los", "other", ""])
        parent = sites[id].parent
        if random.random() < mess.polls_olt and not unread and parent is not None:
            sites[id].terminal = VirtualTerminal(gasps, before)
            parent.terminals.append(sites[id])
            parent.olt_phase = random.random()
    for id in by_medium(city, "radio"):
        fade = random.uniform(60, 900) if random.random() < mess.fades else 0.0
        radio = VirtualRadio(random.uniform(-74, -52), fade, Random(id))
        sites[id].radio = radio if random.random() < mess.polls_radio and scenario != "provider" else None
