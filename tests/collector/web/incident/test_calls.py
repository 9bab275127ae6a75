"""The people to call: numbers and addresses become links, and nothing else does."""

from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from collector.inventory.city import Duty, Link, Provider
from collector.web.incident.calls import calls_of, linked
from collector.web.words import Speaker
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, over

SAY = Speaker("en", ZoneInfo("Asia/Pontianak"), NOW)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Pak Budi, +62 812 0000 0001", {"+62 812 0000 0001": "tel:+6281200000001"}),
        ("Bu Rina 0812-3456-7890, HP 2", {"0812-3456-7890": "tel:081234567890"}),
        ("(0561) 123456 atau noc@isp.example", {"(0561) 123456": "tel:0561123456", "noc@isp.example": ""}),
        ("https://ticket.example/a?b=1", {"https://ticket.example/a?b=1": "https://ticket.example/a?b=1"}),
        ("kontrak 2024-2025, lantai 3", {}),
        ("IP 10.61.0.1", {}),
        ("javascript:alert(1)", {}),
        ("", {}),
    ],
)
def test_numbers_addresses_and_urls_of_a_text_are_links(text: str, links: dict[str, str]) -> None:
    pieces = linked(text)
    assert {one.name for one in pieces if one.href} == links.keys()
    assert all(one.href == (links[one.name] or f"mailto:{one.name}") for one in pieces if one.href)
    assert "".join(one.name for one in pieces).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("phone", "href"), [("147", "tel:147"), ("1500-888", "tel:1500888"), ("ask Sari", "")]
)
def test_the_number_of_a_desk_is_one_link_however_short_it_is(phone: str, href: str) -> None:
    assert [one.href for one in linked(phone, phone=True)] == [href]


def test_a_link_that_may_be_the_cause_has_its_providers_desk_and_contract() -> None:
    isp = Provider(name="ISP A", phone="147", ticket="noc@isp-a.example")
    line = Link(from_="gradasi", to="pop-selatan", provider="isp-a", contract="C-77")
    duty = {"noc": Duty(name="Meja NOC", phone="+62 561 000000")}
    city = structs.replace(PONTIANAK, providers={"isp-a": isp}, links={"l": line}, duty=duty)
    found = calls_of(incident(), city, private=True, say=SAY)
    assert [(one.role, one.name.name, one.note) for one in found.calls] == [
        ("Provider", "ISP A", "contract C-77"),
        ("On duty", "Meja NOC", ""),
    ]
    assert [one.href for call in found.calls for one in call.parts] == [
        "tel:147",
        "mailto:noc@isp-a.example",
        "tel:+62561000000",
    ]
    public = calls_of(incident(), city, private=False, say=SAY)
    assert (public.hidden, [list(one.parts) for one in public.calls][-1]) == (True, [])
    assert calls_of(over(incident()), city, private=True, say=SAY).calls == (), "nobody is called about it"
