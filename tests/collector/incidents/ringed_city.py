"""A city with two providers whose agents ping all three rings of the internet, and what they lose of them."""

from collections.abc import Collection, Mapping

from collector.incidents import Incident, Network, WatchedApplication
from collector.inventory import INTERNET, Ring
from tests.fakes.story import Story
from tests.fakes.towns import town

RINGS: dict[str, Ring] = {
    "internet": "national",
    "internet2": "national",
    "internet3": "international",
    "internet4": "international",
    "internet5": "city",
}
ABROAD = ("internet3", "internet4")
OUTSIDE = ("internet", "internet2", *ABROAD)
A = [f"a-{number}" for number in range(1, 6)]
B = [f"b-{number}" for number in range(1, 5)]
ALL = ["noc", *A, *B]


def city(
    exits: Mapping[str, str] | None = None,
    mail_from: Collection[str] = (),
    rings: Mapping[str, Ring] = RINGS,
) -> Network:
    """The NOC and the sites a-1 to a-5 leave the city by isp-a. Each of b-1 to b-4 has its line to isp-b.

    The agents in `mail_from` probe the application `mail` too.
    """
    uplinks: dict[str, Collection[str]] = {"noc": (), INTERNET: ("noc",)}
    uplinks |= dict.fromkeys(A, ("noc",)) | dict.fromkeys(B, (INTERNET,))
    pings = [("icmp", target) for target in rings]
    return town(
        uplinks,
        silence_only=B,
        applications={"mail": WatchedApplication()},
        more_probes={agent: [*pings, ("http", "mail")] if agent in mail_from else pings for agent in ALL},
        exits=exits or {**dict.fromkeys(["noc", *A], "isp-a"), **dict.fromkeys(B, "isp-b")},
        rings=rings,
    )


def lose(story: Story, agents: Collection[str], targets: Collection[str], at: float) -> None:
    """The agents lose the targets, say so within two seconds, and again with a later report."""
    for said_at in (at + 2.0, at + 42.0):
        lose_once(story, agents, targets, at, said_at)


def lose_once(
    story: Story, agents: Collection[str], targets: Collection[str], at: float, said_at: float
) -> None:
    story.at(said_at)
    for agent in agents:
        for target in targets:
            story.lost(agent, target, since=at)


def find(story: Story, agents: Collection[str], targets: Collection[str], at: float) -> None:
    story.at(at)
    for agent in agents:
        for target in targets:
            story.found(agent, target)


def opened(story: Story) -> Incident:
    (incident,) = story.core.open()
    return incident
