"""A main link is cut: from real reports to one notice of the backup, and one recovery."""

from collections.abc import Mapping

import pytest
from msgspec import structs

from collector.inventory import INTERNET, City, Link
from collector.inventory.city import Provider
from tests.fakes.played_city import sample_city
from tests.fakes.told_city import ToldCity, webhook

SITE = "opd-dinkes"
BACKUP = Link(
    from_=SITE,
    to="internet",
    medium="lte",
    provider="seluler",
    contract="LTE-009",
    metered=True,
    backup=True,
)


def with_backup(**changes: object) -> City:
    """The city's main places and the sites in the district of the one with the backup."""
    whole = sample_city()
    district = whole.sites[SITE].district
    sites = {
        id: site
        for id, site in whole.sites.items()
        if site.district == district or site.role in ("noc", "pop")
    }
    links = {id: link for id, link in whole.links.items() if {link.from_, link.to} <= {*sites, INTERNET}}
    main = structs.replace(whole.links["opd-dinkes-fiber"], provider="serat", contract="FO-17")
    return structs.replace(
        whole,
        sites=sites,
        links={**links, "opd-dinkes-fiber": main, "dinkes-lte": structs.replace(BACKUP, **changes)},
        providers={
            "serat": Provider(name="Serat Kota", phone="+62 561 1"),
            "seluler": Provider(name="Seluler Khatulistiwa", phone="+62 561 2"),
        },
        receivers={"shift": webhook()},
    )


def on_backup(city: City, away_seconds: int) -> ToldCity:
    """The main link is cut, and after a while the agent reports by the backup."""
    told = ToldCity(city)
    told.cut_mains.add(SITE)
    told.stopped.add(SITE)
    told.run(away_seconds)
    told.stopped.clear()
    told.run(200 - away_seconds)
    return told


@pytest.mark.parametrize("away_seconds", [0, 20, 40])
def test_a_cut_main_link_is_one_notice_and_one_recovery(away_seconds: int) -> None:
    city = on_backup(with_backup(), away_seconds)
    assert city.told() == [("shift", "firing", SITE)]
    told = city.letters[0].document
    assert (told.about, told.severity) == ("on_backup", "warning")
    city.cut_mains.clear()
    city.run(200)
    assert city.told() == [("shift", "firing", SITE), ("shift", "recovered", SITE)]
    assert city.watch.incidents.open() == []


def test_it_names_the_cost_of_the_backup_and_calls_the_main_links_provider() -> None:
    text = on_backup(with_backup(), 20).letters[0].document.text
    assert text.startswith("🟠 ON BACKUP: Dinas Kesehatan")
    assert "The backup is metered: traffic costs (LTE, Seluler Khatulistiwa, LTE-009)." in text
    assert "Provider: Serat Kota, +62 561 1, contract FO-17" in text
    assert "+62 561 2" not in text, "nobody has to call the provider of the backup"


def test_a_backup_without_a_meter_costs_nothing() -> None:
    text = on_backup(with_backup(metered=False), 20).letters[0].document.text
    assert "Backup: LTE, Seluler Khatulistiwa, LTE-009." in text
    assert "cost" not in text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"provider": "", "contract": ""}, "LTE"),
        ({"medium": "radio"}, "Seluler Khatulistiwa, LTE-009"),
    ],
)
def test_a_backup_is_named_by_what_the_inventory_knows(changes: Mapping[str, object], named: str) -> None:
    text = on_backup(with_backup(metered=False, **changes), 20).letters[0].document.text
    assert f"Backup: {named}." in text


def test_both_links_gone_is_one_wider_notice() -> None:
    city = on_backup(with_backup(), 20)
    city.cut.add(SITE)
    city.run(200)
    assert [one.document.about for one in city.letters] == ["on_backup", "site_down"]
    assert city.letters[1].document.merged == [city.letters[0].document.incident]
    city.cut.clear()
    city.run(300)
    assert [(one.document.kind, one.document.about) for one in city.letters[2:]] == [
        ("recovered", "site_down"),
        ("firing", "on_backup"),
    ]


def test_a_collector_that_restarts_in_the_middle_goes_on() -> None:
    city = on_backup(with_backup(), 20)
    city.restart()
    city.run(200)
    assert city.told() == [("shift", "firing", SITE)]
    city.cut_mains.clear()
    city.run(200)
    assert city.told() == [("shift", "firing", SITE), ("shift", "recovered", SITE)]


def test_a_main_link_that_is_mended_while_no_collector_runs_is_told_after_it() -> None:
    city = on_backup(with_backup(), 20)
    city.cut_mains.clear()
    city.restart()
    city.run(200)
    assert city.told() == [("shift", "firing", SITE), ("shift", "recovered", SITE)]
