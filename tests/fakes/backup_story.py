"""The story of a health centre with a fibre and an LTE backup: its main link is cut, and mended."""

from collections.abc import Collection, Mapping

from collector.incidents import Network, WatchedSite
from collector.inventory import INTERNET
from tests.fakes.story import Story
from tests.fakes.towns import town

WAYS: Mapping[str, Collection[str]] = {
    "noc": (),
    "pop": ("noc",),
    "puskesmas": ("pop", INTERNET),
    "posyandu": ("puskesmas",),
    "warkop": ("pop",),
    INTERNET: ("noc",),
}
"""The health centre has a fibre to the POP and an LTE backup; the posyandu hangs behind it."""
OFFICE = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
FIBRE = {"puskesmas": frozenset({"fibre"})}
CUT = 100.0


def city(
    ways: Mapping[str, Collection[str]] = WAYS, silence_only: Collection[str] = (), seen_itself: bool = True
) -> Network:
    """`seen_itself`: the agent of the health centre pings the POP's router as `uplink`."""
    parents = {"puskesmas": "pop", "warkop": "pop", "posyandu": "puskesmas"}
    uplink = {site: [("icmp", "uplink")] for site in parents if seen_itself or site != "puskesmas"}
    return town(
        ways,
        {"puskesmas": OFFICE},
        silence_only,
        more_probes=uplink,
        parents=parents,
        mains={"puskesmas": ["pop"]},
    )


def lose_main(story: Story, since: float = CUT) -> None:
    """The fibre breaks. The agent pauses before it reconnects over LTE."""
    story.at(since)
    story.silent |= {"puskesmas", "posyandu"}
    story.at(since + 1.4)
    for site in ("puskesmas", "posyandu"):
        story.lost("noc", site, since=since + 0.2)
    story.lost("pop", "puskesmas", since=since + 0.3)


def return_by_backup(story: Story, at: float) -> None:
    story.at(at)
    story.silent -= {"puskesmas", "posyandu"}
    story.lost("puskesmas", "uplink", since=CUT + 0.5)
    story.heard("posyandu")


def mend_main(story: Story, at: float) -> None:
    story.at(at)
    for site in ("puskesmas", "posyandu"):
        story.found("noc", site)
    story.found("pop", "puskesmas")
    story.found("puskesmas", "uplink")


def on_backup(seconds: float = 300.0, network: Network | None = None) -> Story:
    """The fibre is cut, the site is back by its backup 30 s later, and time passes."""
    story = Story(network or city())
    lose_main(story)
    return_by_backup(story, CUT + 30.0)
    return story.at(seconds)
