"""The page of any incident can be made: each kind, open, over and merged, of a known place or not."""

from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from collector.incidents import Affected, Incident, Kind, Moment, MomentKind
from collector.incidents.incident import OnUps
from collector.notices.texts import Language
from collector.web.incident import Around, incident_page
from collector.web.pages import render
from collector.web.words import Speaker
from tests.collector.web.looking import words
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, over

GONE = "left-long-ago"
ROOTS = ("gradasi", "sehat", "gateway", "provider/isp-a", "feeder/KP-12", "internet/national", GONE, "")
ABOUT = {"may": "permitted", "trouble": "", "name": "", "note": "", "at_most": {"name": 60, "note": 500}}
GROWTH = [Moment(NOW - 9, what, "1", "2", ("gradasi", "gone")) for what in ("grew", "shrank")]
OTHERS = [Moment(NOW - 8, what, "a", "b") for what in get_args(MomentKind) if what not in ("grew", "shrank")]


def html(one: Incident, language: Language) -> str:
    say = Speaker(language, ZoneInfo("Asia/Pontianak"), NOW)
    seen = incident_page(Around(one, private=True), PONTIANAK, say)
    about = {"city": "Pontianak", "version": "0", "lang": "", **ABOUT}
    return render("incident.html", say, seen=seen, **about).decode()


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_page_can_be_made_of_any_incident(kind: Kind, language: Language) -> None:
    for root in ROOTS:
        opened = incident(
            kind,
            root,
            agent=GONE,
            probe="a trouble of a later release",
            affected=(Affected("gradasi", NOW - 99), Affected("gone", NOW - 99, NOW - 5)),
            contradicted_by=("gone",),
            on_ups=(OnUps("gone"), OnUps("gradasi", NOW + 900)),
            moments=(*GROWTH, *OTHERS),
            not_after=NOW + 1000,
            outlasted="work",
        )
        merged = structs.replace(over(opened), status="merged", merged_into="wide2345")
        for one in (opened, over(opened), merged):
            shown = html(one, language)
            assert one.id in shown
            assert "None" not in words(shown)
