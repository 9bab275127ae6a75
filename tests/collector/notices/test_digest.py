"""Several notices in one message: one line for each incident, the gravest first."""

from zoneinfo import ZoneInfo

import msgspec

from collector.notices.digest import digest
from collector.notices.document import Document, document
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, notice, over

ZONE = ZoneInfo("Asia/Pontianak")


def night() -> list[Document]:
    """A kampung that was out and came back, a silent agent, and a POP that is still out."""
    kampung = incident(id="aaaa2345")
    silent = incident("agent_silent", "dinkes", id="bbbb2345", severity="info", reason="silence", seen_by=())
    pop = incident(root="pop-selatan", id="cccc2345", severity="critical")
    notices = [notice(kampung), notice(silent), notice(over(kampung), "recovered"), notice(pop)]
    return [document(one, PONTIANAK, "id") for one in notices]


def test_the_gravest_comes_first_and_one_that_is_over_last_with_both_times() -> None:
    assert digest(night(), "id", ZONE, NOW).text.splitlines() == [
        "📋 4 PEMBERITAHUAN dalam satu pesan",
        "🔴 PUTUS: POP Selatan · #cccc2345 · sejak 21-09 21:11",
        "⚪ AGEN DIAM: Dinas Kesehatan · #bbbb2345 · sejak 21-09 21:11",
        "🟢 PULIH: Kampung Digital Gradasi · #aaaa2345 · 21-09 21:11 – 21-09 21:13",
    ]


def test_the_digest_names_its_notices_and_is_as_grave_as_the_gravest() -> None:
    made = digest(night(), "en", ZONE, NOW)
    assert (made.kind, made.severity, made.incident) == ("digest", "critical", "")
    assert made.notices == [one.id for one in night()]


def test_the_same_notices_make_a_digest_with_the_same_id() -> None:
    again = msgspec.structs.replace(digest(night(), "id", ZONE, NOW + 60), at=NOW)
    assert again == digest(night(), "id", ZONE, NOW)
    assert digest(night()[:3], "id", ZONE, NOW).id != again.id


def test_an_incident_that_a_wider_one_took_in_is_a_part_of_its_line() -> None:
    kampung, pop = incident(id="aaaa2345"), incident(root="pop-selatan", id="cccc2345", severity="critical")
    notices = [notice(kampung), notice(pop, merged=("aaaa2345", "bbbb2345"))]
    made = digest([document(one, PONTIANAK, "en") for one in notices], "en", ZONE, NOW)
    assert made.text.splitlines()[1:] == [
        "🔴 DOWN: POP Selatan · #cccc2345 · since 21-09 21:11 · includes #bbbb2345"
    ]


def test_the_line_of_an_incident_that_is_over_still_names_those_that_it_took_in() -> None:
    pop = incident(root="pop-selatan", id="cccc2345", severity="critical")
    many = tuple(f"aaaa23{number}" for number in range(10, 23))
    notices = [notice(pop, merged=many), notice(over(pop), "recovered")]
    (_, line) = digest([document(one, PONTIANAK, "id") for one in notices], "id", ZONE, NOW).text.splitlines()
    assert line.endswith("· termasuk " + ", ".join(f"#{id}" for id in many[:10]) + " +3")


def test_an_incident_of_an_earlier_message_is_named_by_the_widest_one() -> None:
    pop = incident(root="pop-selatan", id="cccc2345", severity="critical")
    city = incident("target_down", "internet", id="dddd2345", severity="critical")
    notices = [notice(pop, merged=("aaaa2345",)), notice(city, merged=("cccc2345",))]
    (_, line) = digest([document(one, PONTIANAK, "en") for one in notices], "en", ZONE, NOW).text.splitlines()
    assert line.endswith("#dddd2345 · since 21-09 21:11 · includes #aaaa2345")
