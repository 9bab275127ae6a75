"""Each kind of notice about each kind of incident leads to the incident's page, on each channel."""

from typing import get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest

from collector.incidents import Incident, Kind
from collector.incidents.incident import NoticeKind
from collector.inventory.city import CHANNELS
from collector.notices.digest import digest
from collector.notices.document import Document, document
from collector.notices.incident_page import cut_above, page_of
from collector.notices.summary import summary
from collector.notify.channels.alerts import alerts
from collector.notify.channels.apprise import _body, shortened
from collector.notify.channels.telegram.message import (
    MAX_UNITS,
    RINGING,
    fitting,
    incident_message,
    merged_message,
    ring,
    units,
)
from tests.fakes.incidents import NOW, incident, notice, over
from tests.fakes.played_city import PlayedCity
from tests.fakes.receivers import alertmanager, notifying, webhook

PAGE = "https://pantau.example/incidents/abcd2345"
CITY = msgspec.structs.replace(
    notifying(shift=webhook(), am=alertmanager()), page_url="https://pantau.example/"
)
ROOTS: dict[Kind, str] = {
    "application_down": "sehat",
    "collector_blind": "collector",
    "path_lost": "internet/national",
    "target_down": "gateway",
    "power_cut": "feeder/KP-12",
}
TROUBLES: dict[Kind, str] = {"agent_trouble": "clock"}
SMS_CHARACTERS = 160
CHANNELS_HERE = {"apprise", "telegram", "webhook", "alertmanager"}


def about(kind: Kind, notice_kind: NoticeKind = "firing") -> Incident:
    agent = "gradasi" if kind == "target_down" else ""
    one = incident(kind, ROOTS.get(kind, "gradasi"), agent=agent, probe=TROUBLES.get(kind, ""))
    return over(one) if notice_kind == "recovered" else one


def documents() -> list[Document]:
    return [
        document(notice(about(kind, notice_kind), notice_kind), CITY, "en")
        for kind in get_args(Kind)
        for notice_kind in get_args(NoticeKind)
    ]


def longer(one: Document) -> Document:
    """So long that each channel has to cut it."""
    long = one.text.removesuffix(f"\n{PAGE}") + "\n" + "a name, " * 1000 + f"\n{PAGE}"
    return msgspec.structs.replace(one, text=long)


def last_line(text: str) -> str:
    return text.rpartition("\n")[2]


def test_the_channels_here_are_all_that_there_are() -> None:
    assert set(CHANNELS) == CHANNELS_HERE, "say here how the new channel leads to the page"


def test_each_notice_ends_with_the_page_and_a_webhook_has_it_as_a_field() -> None:
    found = documents()
    assert len(found) == len(get_args(Kind)) * len(get_args(NoticeKind))
    for one in found:
        posted = msgspec.json.decode(msgspec.json.encode(one))
        assert (last_line(one.text), posted["page"]) == (PAGE, PAGE), (one.about, one.kind)


def test_a_chat_has_the_page_however_long_the_message_is() -> None:
    for one in documents():
        for text in (one, longer(one)):
            message = incident_message(text, "en").text
            assert last_line(message) == PAGE, (one.about, one.kind)
            assert units(message) <= MAX_UNITS
        if one.kind in RINGING:
            assert last_line(ring(one)) == PAGE, "and so does the reply that rings"
    wider = documents()[0]
    assert last_line(merged_message("earlier " * 1000, wider, "id").text) == PAGE


@pytest.mark.parametrize("characters", [0, SMS_CHARACTERS, 1000, 10_000])
def test_mail_and_short_services_keep_the_page(characters: int) -> None:
    for one in map(longer, documents()):
        body = cut_above(one.page, _body(one), characters, shortened)
        assert last_line(body) == PAGE, (one.about, one.kind)
        assert not characters or len(body) <= characters


def test_alertmanager_has_the_page_as_annotation_and_as_source() -> None:
    for kind in get_args(Kind):
        for one in (about(kind), about(kind, "recovered")):
            (alert,) = alerts([one], CITY, "am", NOW)
            assert alert.annotations["page"] == PAGE
            assert last_line(alert.annotations["description"]) == PAGE
            assert msgspec.json.decode(msgspec.json.encode(alert))["generatorURL"] == PAGE


def test_a_digest_and_a_summary_have_the_page_of_each_incident() -> None:
    several = [document(notice(incident(id=f"{name}2345")), CITY, "id") for name in ("abcd", "efgh")]
    lines = digest(several, "id", ZoneInfo(CITY.timezone), NOW).text.split("\n")
    assert [line for line in lines if line.startswith("https:")] == [one.page for one in several]
    played = PlayedCity(CITY)
    played.run(40)
    played.cut.add("gradasi")
    played.run(100)
    (open,) = played.watch.incidents.open()
    text = summary("summary-shift-2026-09-24", "shift", CITY, played.watch.incidents, played.now).text
    assert page_of(open.id, CITY) in text.split("\n")


def test_without_an_address_of_the_pages_no_message_has_a_half_one() -> None:
    city = msgspec.structs.replace(CITY, page_url="")
    one = document(notice(incident()), city, "en")
    (alert,) = alerts([incident()], city, "am", NOW)
    assert one.page == ""
    assert "incidents/" not in one.text + ring(one) + digest([one], "en", ZoneInfo("UTC"), NOW).text
    assert "page" not in alert.annotations


def test_a_page_that_takes_more_than_half_the_room_gives_way_to_the_text() -> None:
    text = f"PUTUS: Kampung Digital Gradasi\nSejak 21:11\n{PAGE}"
    assert cut_above(PAGE, text, 60, fitting).startswith("PUTUS: Kampung")
    assert PAGE not in cut_above(PAGE, text, 60, fitting)
