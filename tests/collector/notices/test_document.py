"""A notice as a receiver gets it."""

import msgspec

from collector.notices.document import Document, document
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, down, incident, notice, over

POP = incident(
    root="pop-selatan",
    severity="critical",
    affected=(*down("pop-selatan", "gradasi"), *down("warkop", until=NOW - 30)),
    acknowledged_by="budi",
)


def test_it_has_the_facts_beside_the_words() -> None:
    made = document(notice(POP, merged=("zzzz2345",)), PONTIANAK, "en")
    assert (made.id, made.kind, made.at) == ("abcd2345-1", "firing", NOW)
    assert (made.incident, made.about, made.severity, made.scope) == ("abcd2345", "site_down", "critical", "")
    assert (made.root, made.name) == ("pop-selatan", "POP Selatan")
    assert (made.began_at, made.ended_at) == (NOW - 120, None)
    assert (made.reason, made.seen_by, made.acknowledged_by) == ("timeout", ["pop-selatan"], "budi")
    assert made.merged == ["zzzz2345"]
    assert made.text.startswith(made.title)


def test_affected_are_the_sites_of_now_and_at_the_end_all_that_were_each_once() -> None:
    assert document(notice(POP), PONTIANAK, "en").affected == ["pop-selatan", "gradasi"]
    twice = over(msgspec.structs.replace(POP, affected=(*POP.affected, *down("warkop"))))
    recovered = document(notice(twice, "recovered"), PONTIANAK, "en")
    assert recovered.affected == ["pop-selatan", "gradasi", "warkop"]
    assert recovered.ended_at == NOW


def test_it_is_read_as_it_was_written_and_by_a_release_with_more_fields() -> None:
    made = document(notice(POP), PONTIANAK, "id")
    sent = msgspec.json.encode(made)
    assert msgspec.json.decode(sent, type=Document) == made
    newer = sent[:-1] + b',"weather":"rain"}'
    assert msgspec.json.decode(newer, type=Document) == made
