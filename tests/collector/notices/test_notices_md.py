"""docs/notices.md says what the code does."""

import re
from typing import get_args

import msgspec

from collector.incidents import Incident
from collector.incidents.incident import Kind, NoticeKind
from collector.inventory.city import Match
from collector.notices.document import Document, document
from collector.notify.channels.alerts import alerts
from collector.notify.channels.webhook import OF_THE_DOCUMENT
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, down, incident, notice, over
from tests.fakes.receivers import alertmanager, notifying
from tests.system.programs import REPOSITORY

TEXT = (REPOSITORY / "docs" / "notices.md").read_text()


def outage() -> Incident:
    sites = down("pop-selatan", "gradasi")
    return incident(root="pop-selatan", severity="critical", affected=sites, seen_by=("noc",))


def firing() -> Document:
    return document(notice(outage()), PONTIANAK, "en")


def recovered() -> Document:
    done = {"acknowledged_at": NOW - 60, "acknowledged_by": "Budi", "cause": "power", "cause_by": "Budi"}
    back = msgspec.structs.replace(over(outage(), NOW - 5), notices=2, **done)
    return document(notice(back, "recovered"), PONTIANAK, "id")


def test_the_examples_are_what_a_webhook_gets() -> None:
    shown = re.findall(r"^```json\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    assert [msgspec.json.decode(one, type=Document) for one in shown] == [firing(), recovered()]


def test_every_field_is_explained_in_its_order() -> None:
    table = TEXT.partition("| field |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == Document.__struct_fields__


def test_every_kind_label_and_key_is_named() -> None:
    words = set(re.findall(r"`(\w+)`", TEXT))
    assert {*get_args(Kind), *get_args(NoticeKind), *Match.__struct_fields__} <= words
    everything = incident("target_down", "printer", agent="gradasi", probe="tcp")
    (alert,) = alerts([everything], notifying(noc=alertmanager()), "noc", NOW)
    assert alert.labels.keys() <= words


def test_the_statuses_that_are_for_ever_are_named() -> None:
    assert ", ".join(map(str, sorted(OF_THE_DOCUMENT))) in TEXT
