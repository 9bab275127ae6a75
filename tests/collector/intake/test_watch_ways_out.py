"""A lost path of the internet, from reports as on the wire to one notice and one recovery."""

from collections.abc import Collection

from collector.inventory import Internet, Link, Provider, Site
from collector.notices.ticket import provider_of, ticket
from collector.notices.ticket_facts import ticket_facts
from tests.fakes.city import city as fake_city
from tests.fakes.told_city import ToldCity, webhook

INTERNET = Internet(national=["192.0.2.1"], international=["198.51.100.1", "198.51.100.2"])
ABROAD = ("internet2", "internet3")
DIRECT = ("school", "clinic", "market")


def played() -> ToldCity:
    """Six sites and two POPs leave the city through the NOC by isp-a, three sites by lines of isp-b."""
    own = {site: Site(role="office", name=site.title(), district="District 3", users=10) for site in DIRECT}
    lines = {f"{site}-line": Link(from_=site, to="internet", provider="isp-b") for site in DIRECT}
    return ToldCity(
        fake_city(
            internet=INTERNET,
            providers={"isp-a": Provider(name="ISP A"), "isp-b": Provider(name="ISP B", phone="+62 561 2")},
            sites=own,
            links={"noc-up": Link(from_="noc", to="internet", provider="isp-a"), **lines},
            receivers={"all": webhook()},
        )
    )


def lose(city: ToldCity, agents: Collection[str], targets: Collection[str]) -> None:
    city.failing = {(agent, target): "timeout" for agent in agents for target in targets}


def test_a_cut_cable_abroad_is_one_notice_and_one_recovery() -> None:
    city = played()
    lose(city, [""], ABROAD)
    city.run(300)
    city.failing.clear()
    city.run(120)
    assert city.told() == [
        ("all", "firing", "internet/international"),
        ("all", "recovered", "internet/international"),
    ]
    firing, recovered = (letter.document for letter in city.letters)
    assert firing.title == "🔴 INTERNATIONAL PATH DOWN (12 sites)"
    assert "Affected: 150 users at 12 sites" in firing.text
    assert "No site is down, and the country answers." in firing.text
    assert recovered.title == "🟢 RECOVERED: international path"
    assert {city.watch.incidents.site_state(site) for site in city.city.sites} == {"up"}


def test_one_providers_way_out_names_the_provider_and_its_number() -> None:
    city = played()
    lose(city, DIRECT, ABROAD)
    city.run(300)
    city.failing.clear()
    city.run(120)
    assert city.told() == [("all", "firing", "provider/isp-b"), ("all", "recovered", "provider/isp-b")]
    firing = city.letters[0].document
    assert firing.title == "🔴 PROVIDER'S WAY OUT DOWN: ISP B (3 sites)"
    assert [(one.name, one.phone) for one in firing.providers] == [("ISP B", "+62 561 2")]


def test_the_fault_report_to_the_provider_has_the_evidence() -> None:
    city = played()
    lose(city, DIRECT, ABROAD)
    city.run(100)
    (lost,) = city.watch.incidents.open()
    weighed = city.watch.cause(lost)
    facts = ticket_facts(lost, "isp-b", city.city, city.state.agents, [lost], weighed)
    text = ticket(lost, provider_of(lost, city.city, "", "en"), city.city, facts, "en", city.now).text
    assert "Seen from Clinic, Market, School: no answer from abroad" in text
    assert "Our measurements point to: the provider (confirmed)" in text


def test_a_restart_of_the_collector_in_the_middle_changes_nothing() -> None:
    city = played()
    lose(city, [""], ABROAD)
    city.run(200)
    city.restart()
    city.run(200)
    city.failing.clear()
    city.run(120)
    assert [kind for _, kind, _ in city.told()] == ["firing", "recovered"]


def test_a_lost_core_and_sites_out_of_reach_are_no_path() -> None:
    city = played()
    city.cut.add("internet")
    lose(city, [""], ["internet", *ABROAD])
    city.run(300)
    assert [(kind, root) for _, kind, root in city.told()] == [("firing", "internet")]
