import pytest

from collector.inventory import City, Link, Medium, Site, Topology, Watching, watching
from collector.inventory.city import WatchSettings
from wire.probes import Icmp


def watched(site: Site, *way: Link, roles: dict[str, WatchSettings] | None = None) -> Watching:
    """A site `here` whose links lead up one after another: the first is its own."""
    names = ["here", *(f"up-{number}" for number in range(1, len(way)))]
    sites = {name: site if name == "here" else Site(role="pop", name=name) for name in names}
    links = {link.from_: link for link in way}
    city = City(name="C", sites=sites, links=links, roles=roles or {})
    return watching(city, Topology(city.sites, city.links), "here")


def link(from_: str, to: str, medium: Medium = "fiber", metered: bool = False) -> Link:
    return Link(from_=from_, to=to, medium=medium, metered=metered)


HOTSPOT = Site(role="hotspot", name="H")


def test_agents_ping_a_site_on_fiber_every_second() -> None:
    how = watched(HOTSPOT, link("here", "internet"))
    assert (how.ping_period_seconds, how.report_interval_seconds, how.silence_seconds) == (1.0, 10.0, 30.0)


def test_a_metered_site_is_pinged_slowly_but_for_its_own_gateway() -> None:
    how = watched(HOTSPOT, link("here", "internet", "lte", metered=True))
    assert (how.ping_period_seconds, how.local_ping_period_seconds) == (20.0, 1.0)
    assert (how.report_interval_seconds, how.silence_seconds) == (60.0, 180.0)


def test_the_links_above_a_site_count_too() -> None:
    how = watched(HOTSPOT, link("here", "up-1"), link("up-1", "internet", "vsat", metered=True))
    assert (how.ping_period_seconds, how.report_interval_seconds) == (20.0, 60.0)


def test_a_role_can_slow_a_metered_site_down_and_not_speed_it_up() -> None:
    lte = link("here", "internet", "lte", metered=True)
    for asked, given in ((0.5, 20.0), (40.0, 40.0)):
        how = watched(HOTSPOT, lte, roles={"hotspot": WatchSettings(ping_period_seconds=asked)})
        assert how.ping_period_seconds == given


def test_the_site_itself_has_the_last_word() -> None:
    site = Site(role="hotspot", name="H", ping_period_seconds=2.0, report_interval_seconds=5.0)
    how = watched(site, link("here", "internet", "lte", metered=True))
    assert (how.ping_period_seconds, how.report_interval_seconds, how.silence_seconds) == (2.0, 5.0, 15.0)


@pytest.mark.parametrize(
    ("site", "seconds"),
    [
        (Site(role="pop", name="P"), 0),
        (Site(role="office", name="O"), 30),
        (Site(role="hotspot", name="H"), 60),
        (Site(role="hotspot", name="H", priority=1), 0),
        (Site(role="hotspot", name="H", priority=1, notify_after_seconds=15), 15),
    ],
)
def test_a_pop_notifies_at_once_and_a_hotspot_after_a_minute(site: Site, seconds: float) -> None:
    assert watched(site).notify_after_seconds == seconds


def test_priority_1_comes_before_the_settings_of_its_role() -> None:
    roles = {"hotspot": WatchSettings(notify_after_seconds=300)}
    assert watched(HOTSPOT, roles=roles).notify_after_seconds == 300
    assert watched(Site(role="hotspot", name="H", priority=1), roles=roles).notify_after_seconds == 0


def test_limits_add_up_key_by_key_from_medium_role_and_site() -> None:
    site = Site(role="hotspot", name="H", limits={"icmp_loss_ratio": 0.2})
    roles = {"hotspot": WatchSettings(limits={"icmp_delay_variation_seconds": 0.5, "icmp_loss_ratio": 0.1})}
    assert watched(site, link("here", "internet", "vsat"), roles=roles).limits == {
        "icmp_loss_ratio": 0.2,
        "icmp_delay_variation_seconds": 0.5,
        "icmp_rtt_median_seconds": 0.9,
    }


def test_probes_of_the_role_and_of_the_site_add_up() -> None:
    web, mail = Icmp("web", "10.61.0.8"), Icmp("mail", "10.61.0.9")
    site = Site(role="hotspot", name="H", probes=[mail])
    assert watched(site, roles={"hotspot": WatchSettings(probes=[web])}).probes == [web, mail]
