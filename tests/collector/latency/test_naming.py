"""A port's description names the link that it carries."""

import pytest

from collector.inventory import Link
from collector.latency.naming import LinkNames, RankedPing
from collector.latency.port import PromisedRates
from tests.fakes.city import city

FAKE = city(
    pops=1,
    sites_per_pop=2,
    links={"Backup-1": Link(from_="pop-1", to="internet", backup=True, down_mbps=20, up_mbps=10)},
)
NAMES = LinkNames(FAKE)


@pytest.mark.parametrize(
    ("agent", "alias", "link"),
    [
        ("pop-1", "site-1-1-up", "site-1-1-up"),
        ("pop-1", " SITE-1-1-UP ", "site-1-1-up"),
        ("noc", "site-1-1-up", "site-1-1-up"),
        ("pop-1", "backup-1", "Backup-1"),
        ("pop-1", "site-1-2", "site-1-2-up"),
        ("site-1-1", "pop-1", "site-1-1-up"),
        ("site-1-1", "site-1-1", "site-1-1-up"),
        ("noc", "internet", "noc-up"),
        ("pop-1", "internet", "Backup-1"),
        ("site-1-1", "site-1-2", None),
        ("noc", "site-1-1", None),
        ("pop-1", "ke site-1-1", None),
        ("pop-1", "", None),
    ],
)
def test_an_alias_names_a_link_or_the_site_at_its_other_end(agent: str, alias: str, link: str | None) -> None:
    assert NAMES.link_of(agent, alias) == link


def test_the_port_at_the_lower_end_receives_what_comes_down() -> None:
    assert NAMES.promised("Backup-1", "pop-1") == PromisedRates(20e6, 10e6)
    assert NAMES.promised("Backup-1", "noc") == PromisedRates(10e6, 20e6)
    assert NAMES.promised("noc-up", "noc") == PromisedRates(None, None)


def test_the_ping_of_the_lower_end_comes_first() -> None:
    assert NAMES.pings["site-1-1"]["uplink"] == RankedPing("site-1-1-up", 0)
    assert NAMES.pings["pop-1"]["site-1-1"] == RankedPing("site-1-1-up", 1)
    assert "Backup-1" not in NAMES.crossed
