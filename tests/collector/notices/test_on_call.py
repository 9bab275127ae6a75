"""A notice names the people on duty and the providers to call."""

from typing import Any

import msgspec

from collector.duty import Shift
from collector.incidents import Incident
from collector.inventory import City, Link, Provider
from collector.inventory.city import Duty
from collector.notices.document import document
from collector.notices.on_call import Contact, ProviderContact, on_duty, providers
from collector.notices.render import words
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, down, incident, notice, over

DESK = Duty(name="Meja NOC", phone="+62 561 000000")
SARI = Duty(name="Sari", phone="+62 812 1", districts=["Pontianak Selatan"])
LINKS = {
    "core": Link(from_="noc", to="internet", provider="isp-b", contract="K-1/2026"),
    "core-spare": Link(from_="noc", to="internet", provider="isp-a", backup=True),
    "metro": Link(from_="pop-selatan", to="noc"),
    "radio": Link(from_="gradasi", to="pop-selatan", provider="isp-a", contract="K-017/2026"),
    "lte": Link(from_="warkop", to="internet", provider="isp-c", backup=True),
}
CITY = msgspec.structs.replace(
    PONTIANAK,
    duty={"desk": DESK, "sari": SARI},
    links=LINKS,
    providers={
        "isp-a": Provider(name="ISP A", phone="+62 561 000001"),
        "isp-b": Provider(name="ISP B", phone="+62 561 000002", ticket="https://ticket.isp-b.example/"),
        "isp-c": Provider(name="ISP C"),
    },
)


def lines(about: Incident, city: City = CITY, language: Any = "en", kind: str = "firing") -> list[str]:
    return words(notice(about, kind), city, language).text.splitlines()


def test_an_outage_names_the_people_on_duty_and_the_provider_of_its_link() -> None:
    assert lines(incident())[-2:] == [
        "On duty: Meja NOC +62 561 000000, Sari +62 812 1.",
        "Provider: ISP A, +62 561 000001, contract K-017/2026",
    ]
    assert lines(incident(), language="id")[-2:] == [
        "Petugas piket: Meja NOC +62 561 000000, Sari +62 812 1.",
        "Penyedia internet: ISP A, +62 561 000001, kontrak K-017/2026",
    ]


def test_a_program_gets_the_same_as_fields_and_none_of_an_end() -> None:
    firing = document(notice(incident()), CITY, "en")
    assert firing.on_duty == [Contact("Meja NOC", "+62 561 000000"), Contact("Sari", "+62 812 1")]
    assert firing.providers == [ProviderContact("ISP A", "+62 561 000001", contracts=["K-017/2026"])]
    end = document(notice(over(incident()), "recovered"), CITY, "en")
    assert (end.on_duty, end.providers) == ([], [])
    assert "On duty" not in end.text


def test_the_people_are_those_on_duty_at_the_time_of_the_notice() -> None:
    shifts = [
        Shift(people=["sari"], from_="21:00", to="21:14"),
        Shift(people=["desk"], from_="21:14", to="21:00"),
    ]
    city = msgspec.structs.replace(CITY, rota=shifts)
    at = NOW  # 21:13:20
    assert [one.name for one in on_duty(incident(), city, at)] == ["Sari"]
    assert [one.name for one in on_duty(incident(), city, at + 39)] == ["Sari"]
    assert [one.name for one in on_duty(incident(), city, at + 40)] == ["Meja NOC"]


def test_a_site_of_another_district_calls_the_desk_alone() -> None:
    assert on_duty(incident(root="dinkes"), CITY, NOW) == [Contact("Meja NOC", "+62 561 000000")]


def test_an_application_calls_the_people_of_its_owner() -> None:
    owned = msgspec.structs.replace(CITY.applications["sehat"], owner="gradasi")
    city = msgspec.structs.replace(CITY, applications={"sehat": owned})
    about = incident("application_down", "sehat", affected=down("dinkes", "noc"))
    assert [one.name for one in on_duty(about, city, NOW)] == ["Meja NOC", "Sari"]
    assert [one.name for one in on_duty(about, CITY, NOW)] == ["Meja NOC"]
    assert providers(about, city) == []


def test_nobody_is_to_be_called_about_a_silent_agent() -> None:
    about = incident("agent_silent", severity="info")
    assert (on_duty(about, CITY, NOW), providers(about, CITY)) == ([], [])


def test_a_site_without_a_main_link_names_the_provider_of_its_backup() -> None:
    assert [one.name for one in providers(incident(root="warkop"), CITY)] == ["ISP C"]
    assert [one.name for one in providers(incident(root="noc"), CITY)] == ["ISP B"]


def test_the_internet_names_the_provider_of_the_way_that_leads_there() -> None:
    about = incident("target_down", "internet2", affected=down("gradasi", "pop-selatan"))
    assert providers(about, msgspec.structs.replace(CITY, links=LINKS)) == []
    about = incident("target_down", "internet", affected=down("noc"))
    ticket = "https://ticket.isp-b.example/"
    assert lines(about)[-1] == f"Provider: ISP B, +62 561 000002, {ticket}, contract K-1/2026"


def test_a_provider_with_bad_paths_is_called_about_the_contracts_there() -> None:
    about = incident("degraded", "provider/isp-a", affected=down("gradasi"))
    assert lines(about)[-1] == "Provider: ISP A, +62 561 000001, contract K-017/2026"
    about = incident("degraded", "provider/isp-b", affected=down("noc", "gradasi"))
    assert [one.contracts for one in providers(about, CITY)] == [["K-1/2026"]]


def test_a_bad_path_to_a_site_names_the_provider_of_the_sites_link() -> None:
    assert [one.name for one in providers(incident("flapping", "gradasi"), CITY)] == ["ISP A"]


def test_the_place_above_that_an_agent_misses_names_the_agents_own_link() -> None:
    about = incident("target_down", "uplink", agent="gradasi", affected=down("gradasi"))
    assert [one.name for one in providers(about, CITY)] == ["ISP A"]
    printer = incident("target_down", "printer", agent="gradasi", affected=down("gradasi"))
    assert providers(printer, CITY) == []


def test_a_cause_that_a_person_set_says_whether_the_provider_is_to_be_called() -> None:
    assert providers(incident(cause="power", cause_by="Sari"), CITY) == []
    assert len(providers(incident(cause="provider", cause_by="Sari"), CITY)) == 1


def test_many_people_are_counted_and_a_long_name_leaves_room_for_the_number() -> None:
    duty = {f"p{n}": Duty(name=f"Person {n} " + "x" * 80, phone="+62 812 0000") for n in range(5)}
    (line,) = [
        line for line in lines(incident(), msgspec.structs.replace(CITY, duty=duty)) if "On duty" in line
    ]
    assert line.count("+62 812 0000") == 3
    assert line.endswith(" +2.")


def test_an_escalation_says_why_it_comes() -> None:
    about = incident(announced_at=NOW - 900)
    assert lines(about, kind="escalated")[0] == "🔺 DOWN: Kampung Digital Gradasi"
    assert "Nobody has taken it in hand for 15 min, so this message comes to you too." in lines(
        about, kind="escalated"
    )
    assert lines(about, language="id", kind="escalated")[0] == "🔺 PUTUS: Kampung Digital Gradasi"
