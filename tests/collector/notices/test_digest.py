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
